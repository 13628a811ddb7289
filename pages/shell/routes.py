"""The pages and their addresses."""

from __future__ import annotations

import logging

import streamlit as st
from streamlit.navigation.page import StreamlitPage

PAGES = (
    ("compare", "Compare"),
    ("explain", "Explain"),
    ("document", "The document"),
    ("use_cases", "Use cases"),
    ("history", "History"),
    ("method", "Method"),
)


def list_pages() -> list[StreamlitPage]:
    """Every page at the address of its file's name; the first one at the root as well."""
    first, title = PAGES[0]
    root = st.Page(f"pages/{first}.py", title=title, default=True, url_path="start")
    # The first page's own address is asked for too, by people who read the folder and by older links.
    named = st.Page(f"pages/{first}.py", title=title, url_path=first, visibility="hidden")
    return [root, named, *(st.Page(f"pages/{name}.py", title=title) for name, title in PAGES[1:])]


def register_pages() -> None:
    """Tells Streamlit before the first visit that these are the pages, so that a first deep link finds its page too."""
    talk = logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context")
    talk.disabled = True
    try:
        st.navigation(list_pages())
    finally:
        talk.disabled = False
