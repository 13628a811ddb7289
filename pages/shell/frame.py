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

from pages.shell import browser_identity, routes, selection_contrast
from pages.ui import session_state
from pages.ui.error_boundary import error_boundary

LOGO = Path(__file__).resolve().parent.parent.parent / "data" / "pictures" / "logo.svg"
_within = threading.local()
IMPORTED = (altair.__name__, pandas.__name__)


def build_navigation() -> StreamlitPage:
    """Declares the pages."""
    return st.navigation(routes.list_pages(), position="top")


def draw_app() -> None:
    """The whole script of app.py: the frame, and within it the page that was asked for."""
    page = build_navigation()
    st.logo(str(LOGO), size="large")
    browser_identity.read_identity()
    session_state.mark_frame_drawn()
    session_state.note_page(page.title)
    if store_is_readable():
        _within.frame = True
        try:
            error_boundary(page.run)()
        finally:
            _within.frame = False
    draw_footer()


def store_is_readable() -> bool:
    """Whether results can be read; says above the page where nothing can be stored, and why. The folder's name goes to
    the server's log only."""
    from pages.backend import machine
    from pages.ui import alerts

    trouble = machine.home_trouble()
    if trouble is None:
        return True
    logging.getLogger("crossover").error("the folder %s %s. %s", trouble.folder, trouble.reason, trouble.how)
    more = " Earlier results can be read." if trouble.readable else ""
    alerts.draw_alert(
        "danger",
        f"The folder of uploads and runs {trouble.reason}, so no file can be uploaded and no contest started.{more}",
        f"For whoever runs this server: {trouble.how}",
        heading="Nothing can be stored here",
    )
    return trouble.readable


def require_frame() -> None:
    """First line of every page: on a fresh server a deep link runs the page's file without app.py; start over.

    Once the navigation has been declared the server runs app.py for every page.
    """
    if getattr(_within, "frame", False):
        return
    page = build_navigation()
    if session_state.is_first_attempt():
        st.rerun()
    logging.getLogger("crossover").warning("page %s runs without its frame", page.title)


def draw_footer() -> None:
    """One quiet line: where the work happens and what stays there."""
    from pages.backend import machine
    from pages.ui.formatting import md

    st.divider()
    said = (md(machine.describe_machine()), "Your data stays on this machine; nothing is sent anywhere.")
    st.caption(" · ".join(part for part in (*said, machine.memory_note()) if part))
    browser_identity.request_identity()
    selection_contrast.write_colour()


# Streamlit collects fully after every rerun; what the imports left behind need never be looked at again.
gc.collect()
gc.freeze()
