"""The first words a visitor reads, and the one button."""

from __future__ import annotations

import streamlit as st

from core.schema import LoadError, Plan, Task
from pages.backend import contest_runs
from pages.ui import alerts, session_state


def draw_welcome() -> None:
    """What this page answers, within ten seconds."""
    st.title("Deep learning or classical, on your data?", anchor=False)
    st.markdown(
        "One button trains a :blue-badge[classical] model, a :orange-badge[deep] network and a :green-badge[hybrid] of "
        "both, live, on the same data. You read who wins, how sure that is, what it costs, and why."
    )
    contest_runs.start_engine()
    if (run := contest_runs.unfinished_run(session_state.owner())) is not None:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown("**A contest of yours is under way.**")
            st.button("Show it", key="show_under_way", on_click=session_state.select_run, args=(run,))


def draw_button(folder: str, task: Task, plan: Plan) -> None:
    """The primary button; a refusal is told in words under it."""
    # A callback keeps the arguments of the drawing before, so a click that arrives while the page is redrawn for
    # another choice would start the old one. The click is only noted; what is chosen now is started here.
    if session_state.pop_start_request():
        _submit(folder, task, plan)
    st.button(
        "Run the contest",
        type="primary",
        width="stretch",
        on_click=session_state.request_start,
        key="run_contest",
    )
    st.caption("First results appear within seconds; you can leave and come back.")
    if (message := session_state.pop_alert("start")) is not None:
        alerts.draw_alert("danger", message, heading="Not started")


def _submit(folder: str, task: Task, plan: Plan) -> None:
    try:
        session_state.select_run(contest_runs.submit_run(folder, task, plan, session_state.owner()))
    except LoadError as refused:
        session_state.queue_alert("start", str(refused))
    else:
        st.rerun()
