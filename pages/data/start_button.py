"""The first words a visitor reads, and the one button."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.schema import LoadError, Plan, Task, TaskKind
from pages.backend import contest_runs
from pages.ui import alerts, session_state

# Kinds of prediction that are scored on several folds, between which contestants can be dropped.
HALVED: tuple[TaskKind, ...] = ("classification", "regression", "anomaly", "forecast")
QUICK = (
    "Within half of the training: after each fold, models that are behind are dropped. Names the model that leads, "
    "gives no verdict; the full contest can follow."
)


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
    """The primary button and the one for a quick answer; a refusal is told in words under them."""
    # A callback keeps the arguments of the drawing before, so a click that arrives while the page is redrawn for
    # another choice would start the old one. The click is only noted; what is chosen now is started here.
    if (strategy := session_state.pop_start_request()) is not None:
        _submit(folder, task, replace(plan, strategy=strategy))
    st.button(
        "Run the contest",
        type="primary",
        width="stretch",
        on_click=session_state.request_start,
        key="run_contest",
    )
    if task.kind in HALVED:
        st.button(
            "Quick answer", width="stretch", on_click=session_state.request_start, args=("halving",),
            key="quick_answer", help=QUICK,
        )  # fmt: skip
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
