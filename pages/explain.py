"""Explain: SHAP beside Captum, on one background and one scale."""

from pages.shell import frame

frame.guard()

import streamlit as st

from core.schema import Contest
from pages import live as ask
from pages.backend import requests as desk
from pages.ui import session_state as state
from pages.views import explain_view as reasons
from pages.views import run_view as opened


def whole(contest: Contest) -> None:
    """The explanations of a contest, and below them the contestants themselves, to be asked."""
    reasons.page(contest)
    ask.panel(contest)


identity = state.run() or desk.latest(state.owner())
if identity is not None:
    opened.run(identity, whole)
else:
    st.title("Why each side answers as it does", anchor=False)
    st.info("Explanations come with a contest. Run one, then come back: it takes about a minute.")
    st.page_link("pages/compare.py", label="Run a contest")
