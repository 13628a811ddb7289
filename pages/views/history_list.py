"""What was run: a list to open, compare, delete, take along and bring back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.schema import Contest, LoadError
from pages.backend import contest_runs
from pages.charts import chart_cache, verdict_chart
from pages.summaries import contest_summary
from pages.ui import alerts, session_state
from pages.ui.formatting import (
    escape_markdown,
    format_number,
    format_percent,
    format_points,
    format_rows,
    format_seconds,
    md,
    truncated,
)
from pages.ui.visitor import format_time

STATES = {
    "queued": ("waiting", "gray"),
    "running": ("running", "blue"),
    "finished": ("finished", "green"),
    "failed": ("failed", "red"),
    "cancelled": ("cancelled", "gray"),
    "interrupted": ("interrupted", "orange"),
}
MOST = 50


def draw_runs(runs: Sequence[Mapping[str, Any]]) -> None:
    """One line a run: what, when, how it ended, and what can be done with it."""
    for run in runs[:MOST]:
        with st.container(border=True, gap="small"):
            left, right = st.columns([3, 2], vertical_alignment="center")
            with left:
                _line(run)
            with right, st.container(horizontal=True, horizontal_alignment="right"):
                st.button("Open", key=f"open_{run['id']}", on_click=_open, args=(run["id"],), type="primary")
                if run["state"] in contest_runs.UNFINISHED:
                    st.button(
                        "Cancel",
                        key=f"stop_{run['id']}",
                        on_click=contest_runs.cancel_run,
                        args=(run["id"], session_state.owner()),
                    )
                else:
                    with st.popover("Delete"):
                        st.markdown("Delete this run and everything it left? This cannot be undone.")
                        st.button("Yes, delete", key=f"forget_{run['id']}", on_click=_forget, args=(run["id"],))
    if len(runs) > MOST:
        st.caption(f"The newest {md(MOST)} of {md(len(runs))} runs.")


def _line(run: Mapping[str, Any]) -> None:
    word, colour = STATES.get(run["state"], ("unknown", "gray"))
    target = (run["spec"].get("task") or {}).get("target")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(word, color=colour)
        st.markdown(f"{escape_markdown(run['title'] or run['name'] or 'a run')}")
        if target:
            st.markdown(f"→ {escape_markdown(target)}")
    ended = f", took {format_seconds(run['ended'] - run['started'])}" if run["ended"] and run["started"] else ""
    st.caption(f"{md(format_time(run['created'] or ''))}{md(ended)}")
    if run["state"] not in ("finished", "queued", "running") and run["reason"]:
        st.text(truncated(run["reason"], 300))


def _open(run: str) -> None:
    session_state.request_navigation("pages/compare.py", run)


def _forget(run: str) -> None:
    contest_runs.delete_run(run, session_state.owner())
    if session_state.get("_run") == run:
        session_state.select_run(None)


def draw_comparison(runs: Sequence[Mapping[str, Any]]) -> None:
    """Two runs side by side: answers, plans, scores."""
    with_result = [run for run in runs if run["has_result"]]
    if len(with_result) < 2:
        st.caption("Two finished runs can be put side by side here.")
        return
    st.header("Compare two runs", anchor=False)
    names = {
        run["id"]: f"{truncated(run['title'] or run['name'] or 'a run')} · {format_time(run['created'] or '')}"
        for run in with_result
    }
    keys = list(names)
    columns = st.columns(2, gap="large")
    picked = [
        column.selectbox(label, keys, place, format_func=names.get, key=f"pick_{place}")
        for place, (column, label) in enumerate(zip(columns, ("First run", "Second run"), strict=True))
    ]
    found = [contest_runs.load_contest(key, session_state.owner()) for key in picked]
    for column, contest in zip(columns, found, strict=True):
        with column:
            if contest is None:
                alerts.draw_alert("info", "The result of this run cannot be read any more.")
            else:
                _summary(contest)
    if all(found):
        st.dataframe(_table(*found), hide_index=True, alt="Both runs, contestant by contestant")  # type: ignore[arg-type]
        if found[0].plan != found[1].plan or found[0].dataset.get("digest") != found[1].dataset.get("digest"):  # type: ignore[union-attr]
            st.caption("The two runs differ in data or rules, so their scores are not a paired comparison.")


def _summary(contest: Contest) -> None:
    duel = contest_summary.primary_comparison(contest)
    used = contest.dataset.get("rows_used")
    st.caption(f"{md(format_rows(used))} · {md(contest.plan.folds)} folds · digest {md(contest.digest[:12])}")
    if duel is None:
        st.caption("No comparison of deep and classical in this run.")
        return
    alt = "The gap in points of skill with its interval"
    chart_cache.cached_chart_of(contest, lambda ink: verdict_chart.gap_chart(duel, ink), alt, "interval")
    st.caption(
        f"classical better {format_percent(duel.p_classical)} · equal {format_percent(duel.p_tie)} · deep better "
        f"{format_percent(duel.p_deep)}"
    )


def _table(first: Contest, second: Contest) -> pd.DataFrame:
    left, right = (
        {one.run.contestant: one for one in contest_summary.rank_contestants(each)} for each in (first, second)
    )
    lines = []
    for key in dict.fromkeys([*left, *right]):
        one, other = left.get(key), right.get(key)
        title = (one or other).run.title  # type: ignore[union-attr]
        lines.append(
            [title, format_points(one.mean if one else None), format_points(other.mean if other else None),
             format_number(contest_summary.median_value(one.run, "fit_cpu_seconds") if one else None, "CPU-s"),
             format_number(contest_summary.median_value(other.run, "fit_cpu_seconds") if other else None, "CPU-s")]
        )  # fmt: skip
    columns = ["Contestant", "First: skill, points", "Second: skill, points", "First: a fit", "Second: a fit"]
    return pd.DataFrame(lines, columns=columns)


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
