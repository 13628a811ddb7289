"""The frame around every page: navigation, guard, logo and footer."""

from __future__ import annotations

import gc
import logging
import threading
from pathlib import Path

import altair
import pandas
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.shell import browser_identity, routes
from pages.ui import session_state
from pages.ui.error_boundary import calmly

LOGO = Path(__file__).resolve().parent.parent.parent / "data" / "pictures" / "logo.svg"
_within = threading.local()
IMPORTED = (altair.__name__, pandas.__name__)


def navigation() -> StreamlitPage:
    """Declares the pages."""
    return st.navigation(routes.pages(), position="top")


def draw() -> None:
    """The whole script of app.py: the frame, and within it the page that was asked for."""
    page = navigation()
    st.logo(str(LOGO), size="large")
    browser_identity.recall()
    session_state.framed()
    _within.frame = True
    try:
        calmly(page.run)()
    finally:
        _within.frame = False
    footer()


def guard() -> None:
    """First line of every page: on a fresh server a deep link runs the page's file without app.py; start over.

    Once the navigation has been declared the server runs app.py for every page.
    """
    if getattr(_within, "frame", False):
        return
    page = navigation()
    if session_state.first_try():
        st.rerun()
    logging.getLogger("crossover").warning("page %s runs without its frame", page.title)


def footer() -> None:
    """One quiet line: where the work happens and what stays there."""
    from pages.backend import machine
    from pages.ui.formatting import own

    st.divider()
    st.caption(f"{own(machine.machine_line())} · Your data stays on this machine; nothing is sent anywhere.")
    browser_identity.ask()


# Streamlit collects fully after every rerun; what the imports left behind need never be looked at again.
gc.collect()
gc.freeze()
