"""Explain: SHAP beside Captum, on one background and one scale."""

from pages.shell import frame

frame.require_frame()

import streamlit as st

from core.schema import Contest
from pages.backend import contest_runs
from pages.live import live_panel
from pages.ui import session_state
from pages.views import explain_view, run_view


def whole(contest: Contest) -> None:
    """The explanations of a contest, below them the contestants themselves, to be asked, and the way to another run."""
    explain_view.draw_page(contest)
    live_panel.draw_panel(contest)
    run_view.draw_way_to_start()


asked = session_state.selected_run()
run_view.draw_unknown_address()
identity = asked or contest_runs.latest_finished_run(session_state.owner())
if identity is not None:
    run_view.draw_run(identity, whole)
else:
    st.title("How each side reaches its answers", anchor=False)
    st.info("Explanations come with a contest. Run one, then come back: it takes about a minute.")
    st.page_link("pages/compare.py", label="Run a contest")
