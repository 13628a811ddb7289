"""How many items were explained within the plan, and the button that explains all of them."""

from __future__ import annotations

import streamlit as st

from core.schema import Contest
from pages.measurements import pending_jobs
from pages.summaries import explained_items
from pages.ui import session_state
from pages.ui.formatting import format_count, format_seconds, md, round_seconds


def draw_panel(contest: Contest) -> None:
    """A line and a button where items were left out; the progress of explaining them; nothing where all are there.

    Args:
        contest: finished.
    """
    left = explained_items.remaining_items(contest)
    if left is None or contest.scenario is not None:
        return
    items, usual = left
    noun = "row" if contest.rows.columns else "item"
    st.caption(
        md(
            f"{items} of {format_count(usual, noun)} are explained: measuring and explaining together get half of the "
            "work of training, so that answers come soon."
        )
    )
    if session_state.shared_link():
        return
    pending_jobs.draw_alerts()
    running = pending_jobs.pending_jobs(contest, session_state.owner())
    if running:
        pending_jobs.draw_jobs({row["id"]: 0 for row in running}, 1)
        return
    wait = format_seconds(round_seconds(explained_items.seconds_for_all(contest)))
    st.button(
        md(f"Explain all {usual} (about {wait})"), key=f"explain_all_{contest.id}",
        on_click=pending_jobs.start_measurements, args=(contest.id, (), False, True),
    )  # fmt: skip
