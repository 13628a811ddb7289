"""Explain: SHAP beside Captum, on one background and one scale."""

from pages.parts import frame

frame.guard()

import streamlit as st  # noqa: E402

from core.vocabulary import Contest  # noqa: E402
from pages.parts import ask, desk, opened, reasons, state  # noqa: E402


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
