"""What was run: a list to open, compare, delete, take along and bring back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.schema import LoadError
from pages.backend import contest_runs
from pages.summaries import run_line
from pages.ui import alerts, session_state, visitor
from pages.ui.formatting import MISSING, format_number, truncated
from pages.views import run_comparison

STATES = {
    "queued": "waiting", "running": "running", "finished": "finished", "failed": "failed", "cancelled": "cancelled",
    "interrupted": "interrupted",
}  # fmt: skip
ROW_HEIGHT, MOST_ROWS = 35, 12
RUN, TASK, ROWS, WINNER, LEAD, BEST, METRIC, SCORE, WHEN, STATE = (
    "Run", "Task", "Rows", "Winner", "Lead in points of skill", "Best model", "Metric", "Score", "Started",
    "State",
)  # fmt: skip


def draw_runs(runs: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """One sortable table of all runs, and below it what can be done with the chosen one.

    Returns:
        The ids of the runs that are ticked in the table.
    """
    event = st.dataframe(
        runs_table([(run, _line_of(run)) for run in runs]).style.format(
            {ROWS: "{:,.0f}", SCORE: format_number}, na_rep=MISSING
        ),
        hide_index=True,
        height=ROW_HEIGHT * (1 + min(len(runs), MOST_ROWS)) + 3,
        row_height=ROW_HEIGHT,
        column_config={
            RUN: st.column_config.TextColumn(width=160, pinned=not visitor.on_phone()),
            TASK: st.column_config.TextColumn(width=195),
            BEST: st.column_config.TextColumn(width=155),
            WHEN: st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm", timezone=str(visitor.time_zone())),
        },
        key="runs",
        on_select="rerun",
        selection_mode="multi-row",
        placeholder=MISSING,
        alt="Your runs with task, winner, lead, best model, score and date",
    )
    ticked = tuple(runs[place]["id"] for place in event.selection.rows if place < len(runs))
    _draw_actions(runs, ticked)
    return ticked


def runs_table(lines: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> pd.DataFrame:
    """The runs as numbers, words and moments, so that a column sorts by its values.

    Args:
        lines: (run, line) of each, as the history and ``run_line`` give them.
    """
    rows = [
        {
            RUN: truncated(run["title"] or run["name"] or "a run"), STATE: STATES.get(run["state"], "unknown"),
            TASK: truncated(line["task"]), ROWS: line["rows"],
            WINNER: line["winner"], LEAD: line["lead"], BEST: line["best"], METRIC: line["metric"],
            SCORE: line["score"], WHEN: pd.to_datetime(run["created"], unit="s", utc=True),
        }
        for run, line in lines
    ]  # fmt: skip
    return pd.DataFrame(rows).astype({ROWS: float, SCORE: float})


def _line_of(run: Mapping[str, Any]) -> Mapping[str, Any]:
    line = contest_runs.run_summary(run, session_state.owner(), run_line.run_line) if run["has_result"] else None
    return line or run_line.unread_line(run)


def _draw_actions(runs: Sequence[Mapping[str, Any]], ticked: Sequence[str]) -> None:
    """Open, cancel or delete the run that is ticked, or that is picked from a list while none is."""
    there = {run["id"]: run for run in runs}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if len(ticked) > 1:
            st.caption("Two ticked runs are compared below." if len(ticked) == 2 else "Tick two runs to compare them.")
            return
        start = next(iter(ticked), next(iter(there)))
        key = st.selectbox(
            "Run to open or delete", list(there), list(there).index(start), width=420, key=f"chosen_{start}",
            format_func=lambda key: run_comparison.run_name(there[key]),
        )  # fmt: skip
        run = there[key]
        st.button("Open", key=f"open_{key}", on_click=_open, args=(key,), type="primary")
        if run["state"] in contest_runs.UNFINISHED:
            st.button("Cancel", key=f"stop_{key}", on_click=contest_runs.cancel_run, args=(key, session_state.owner()))
        else:
            with st.popover("Delete"):
                st.markdown("Delete this run and everything it left? This cannot be undone.")
                st.button("Yes, delete", key=f"forget_{key}", on_click=_forget, args=(key,))
    if run["state"] not in ("finished", "queued", "running") and run["reason"]:
        st.text(truncated(run["reason"], 300))


def _open(run: str) -> None:
    session_state.request_navigation("pages/compare.py", run)


def _forget(run: str) -> None:
    contest_runs.delete_run(run, session_state.owner())
    if session_state.get("_run") == run:
        session_state.select_run(None)


def draw_import_export() -> None:
    """Export and import of the whole history."""
    st.header("Export and import", anchor=False)
    owner = session_state.owner()
    left, right = st.columns(2, gap="large")
    with left:
        st.caption("One file with every finished run and its numbers; the data themselves are not in it.")
        st.download_button(
            "Export history",
            lambda: contest_runs.export_history(owner),
            "crossover-history.zip",
            "application/zip",
            key="export",
            on_click="ignore",
        )
    with right:
        picked = st.file_uploader(
            "Import a history that was exported here", key=session_state.upload_key(), max_upload_size=50
        )
        if picked is not None:
            _restore(picked)
        if (message := session_state.pop_alert("import")) is not None:
            alerts.draw_alert("danger", message, heading="Not imported")


def _restore(picked: Any) -> None:
    try:
        contest_runs.import_history(session_state.owner(), picked.getvalue())
    except LoadError as refused:
        session_state.queue_alert("import", str(refused))
    session_state.renew_upload_key()
    st.rerun()
