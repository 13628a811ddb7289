"""A result that its owner shares, to be read: the same page without anything that runs, changes or asks the models."""

from __future__ import annotations

import streamlit as st

from core.schema import Contest
from pages.backend import report_files, shared_results
from pages.contest import accuracy_panel, leaderboard_panel, price_editor, verdict_panel
from pages.ui import session_state
from pages.views import result_tabs


def draw_shared(link: str) -> None:
    """The result behind a link, or that there is none."""
    contest = shared_results.load(link)
    if contest is None or not contest.runs:
        st.info("This link shows no result: it was taken back, deleted, or is not complete.")
        st.button("Start", on_click=session_state.leave_shared, key="leave_shared")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge("Shared result, read only", color="gray", icon=":material/visibility:")
        st.button("Run a contest of your own", on_click=session_state.leave_shared, key="leave_shared", type="tertiary")
    _draw_result(price_editor.with_session_prices(contest))


def _draw_result(contest: Contest) -> None:
    verdict_panel.draw_panel(contest)
    chosen = leaderboard_panel.draw_panel(contest)
    accuracy_panel.draw_failures(contest)
    st.space("small")
    result_tabs.draw_tabs(contest, leaderboard_panel.with_chosen(contest, chosen))
    name, mime, make = report_files.list_downloads(contest)["Report (HTML)"]
    with st.bottom, st.container(horizontal=True, key="action_bar"):
        st.download_button(
            "Report", make, name, mime, key="shared_report", on_click="ignore", icon=":material/download:"
        )
