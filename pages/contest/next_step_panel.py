"""What to do next: one button for the step that says most, and the others beside it."""

from __future__ import annotations

import streamlit as st

from core.schema import Contest, LoadError
from pages.backend import contest_runs
from pages.summaries import next_steps
from pages.summaries.next_steps import NextStep
from pages.ui import alerts, session_state
from pages.ui.formatting import md

WHERE = "next_step"


def draw_panel(contest: Contest) -> None:
    """Draws the steps that are left, the most useful one as the primary button; nothing where none is."""
    if (message := session_state.pop_alert(WHERE)) is not None:
        alerts.draw_alert("danger", message, heading="Not started")
    steps = next_steps.next_steps(contest)
    if not steps:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        for place, step in enumerate(steps):
            st.button(
                md(step.label),
                key=f"next_{place}_{contest.id}",
                type="primary" if place == 0 else "secondary",
                help=md(step.why),
                on_click=_start,
                args=(contest, step),
            )
    st.caption(md(steps[0].why))


def _start(contest: Contest, step: NextStep) -> None:
    """Starts a step and shows its run (a callback)."""
    try:
        run = contest_runs.play_again(contest, session_state.owner(), step.plan, step.way == "continue")
        session_state.select_run(run)
    except LoadError as refused:
        session_state.queue_alert(WHERE, str(refused))
