"""A run by its id: still going, ended badly, or ready to be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.schema import Contest
from pages.backend import contest_runs
from pages.contest import progress_panel
from pages.ui import alerts, session_state

ENDINGS = {
    "failed": "The contest could not be finished",
    "cancelled": "You cancelled this contest",
    "interrupted": "The contest was interrupted",
}


def draw_new_contest_button() -> None:
    """The way back to a new contest."""
    st.button("New contest", on_click=session_state.select_run, args=(None,), key="again")


def draw_way_to_start() -> None:
    """The way from a run on another page to a new contest."""
    if st.button("New contest", key="again"):
        session_state.select_run(None)
        st.switch_page("pages/compare.py")


def draw_unknown_address() -> None:
    """Says so where the address asks for a run that cannot exist."""
    if session_state.asked_for_no_run():
        st.info("The address names no run: a run has 32 letters and digits. Your runs stand under History.")


def draw_run(identity: str, draw: Callable[[Contest], Any]) -> None:
    """Shows a run: the live panel while it goes, then its contest through ``draw``."""
    owner = session_state.owner()
    now = contest_runs.run_state(identity, owner)
    if now is None:
        _unknown()
        return
    if now["state"] in contest_runs.UNFINISHED:
        progress_panel.draw_panel(identity)
        return
    if now["state"] in ENDINGS:
        alerts.draw_alert("warning", now.get("reason") or "No reason was recorded.", heading=ENDINGS[now["state"]])
    contest = contest_runs.load_contest(identity, owner)
    if contest is not None and contest.runs:
        draw(contest)
        return
    st.info("Nothing was finished in this run. Start a new contest; your data are still chosen.")
    draw_new_contest_button()


def _unknown() -> None:
    if not session_state.identity_known():
        st.caption("Looking for the run …")
        return
    st.info("This run is not in this browser's history: it was deleted, or it belongs to another browser.")
    draw_new_contest_button()
