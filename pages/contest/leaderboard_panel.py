"""The leaderboard: a sortable table of all models, in which chosen rows decide what is drawn below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import streamlit as st

from core.schema import Contest
from pages.backend import contest_verdicts, derived_cache, report_words
from pages.backend.catalogue import metric_name
from pages.backend.report_words import LeaderboardRow
from pages.backend.uncertainty_estimates import INTERVAL
from pages.charts import interval_bars, model_marks
from pages.ui import theme
from pages.ui.formatting import (
    MISSING,
    column_format,
    format_bytes,
    format_money,
    format_number,
    format_points,
    format_seconds,
    md,
)

ROW_HEIGHT = 33
MOST_ROWS = 9
BADGE_COLOURS = ("violet", "green", "blue", "red", "orange", "gray", "green", "gray")
LATENCY, TRAINING, MILLION, SIZE = "Latency p95", "Training", "Per million", "Size"
MARK, MODEL, STANDING, SKILL, RANGE = " ", "Model", "Standing", "Skill", INTERVAL
# Pixels, so that all columns fit beside one another on a screen of 1440.
WIDTHS = {SKILL: 50, RANGE: 100, LATENCY: 82, TRAINING: 76, MILLION: 106, SIZE: 66}
HELP = {
    SKILL: "Points: 0 is guessing, 100 is perfect.",
    LATENCY: "One answer, upper bound of the 95th percentile, preprocessing included.",
    TRAINING: "Median seconds of one fit.",
    MILLION: "Cost of a million answers in US dollars, at the prices assumed under Trade-offs.",
    SIZE: "On disk.",
}


def draw_panel(contest: Contest) -> tuple[str, ...]:
    """Draws the table; the keys of the rows that the visitor has chosen, none where all are to be drawn below."""
    choice = contest_verdicts.recommend(contest, contest_verdicts.default_rates(), {}).choice
    rows = derived_cache.cached_for(contest, "leaderboard", lambda: report_words.leaderboard(contest, choice))
    metrics = report_words.leaderboard_metrics(contest)
    st.header("Leaderboard", anchor=False)
    table = leaderboard_table(rows, metrics, theme.current_palette())
    event = st.dataframe(
        table.style.format(_formats(metrics, table), na_rep=MISSING),
        hide_index=True,
        placeholder=MISSING,
        height=ROW_HEIGHT * (1 + min(len(rows), MOST_ROWS)) + 3,
        row_height=ROW_HEIGHT,
        column_config=_columns(metrics),
        key=f"leaderboard_{contest.id}",
        on_select="rerun",
        selection_mode="multi-row",
        alt="Every model with its scores, its interval, its latency, training time, cost and size",
    )
    picked = [rows[place].run.contestant for place in event.selection.rows if place < len(rows)]
    if picked:
        names = ", ".join(run.title for run in contest.runs if run.contestant in picked)
        st.caption(f"Below: {md(names)} only. Untick the rows to see all.")
    return tuple(picked)


def leaderboard_table(rows: list[LeaderboardRow], metrics: list[str], palette: theme.Palette) -> pd.DataFrame:
    """The rows as numbers, so that a column sorts by its values and not by its words."""
    marks = model_marks.model_marks([(row.run.title, row.run.family) for row in rows], palette).marks
    edges = [edge for row in rows if row.run.family != "chance" for edge in (row.low, row.high, row.skill)]
    known = [edge for edge in edges if edge is not None] or [0.0, 1.0]
    left, right = min(known), max(known)

    def picture(row: LeaderboardRow) -> str:
        if row.skill is None or row.run.family == "chance":
            return interval_bars.BLANK
        drawn = interval_bars.IntervalOnScale(row.skill, row.low, row.high, left, right)
        return interval_bars.interval_picture(drawn, marks[row.run.title], palette)

    columns: dict[str, list[object]] = {
        MARK: [interval_bars.mark_picture(marks[row.run.title]) for row in rows],
        MODEL: [row.run.title for row in rows],
        STANDING: [list(row.badges) for row in rows],
    }
    for metric in metrics:
        columns[metric_name(metric)] = [row.scores.get(metric) for row in rows]
    columns |= {
        SKILL: [row.skill for row in rows],
        RANGE: [picture(row) for row in rows],
        LATENCY: [row.latency_ms for row in rows],
        TRAINING: [row.fit_seconds for row in rows],
        MILLION: [row.million_usd for row in rows],
        SIZE: [row.size_bytes for row in rows],
    }
    table = pd.DataFrame(columns)
    numbers = [name for name in table if name not in (MARK, MODEL, STANDING, RANGE)]
    return table.astype(dict.fromkeys(numbers, float))


def _formats(metrics: list[str], table: pd.DataFrame) -> dict[str, Callable[[float], str]]:
    return {
        **{name: column_format(table[name].tolist()) for name in map(metric_name, metrics)},
        SKILL: format_points,
        LATENCY: lambda value: format_number(value, "ms", 2),
        TRAINING: format_seconds,
        MILLION: format_money,
        SIZE: format_bytes,
    }


def _columns(metrics: list[str]) -> dict[str, object]:
    numbers = [*(metric_name(metric) for metric in metrics), *HELP]
    return {
        MARK: st.column_config.ImageColumn("", width=32, pinned=True),
        MODEL: st.column_config.TextColumn(width=205, pinned=True),
        STANDING: st.column_config.MultiselectColumn(
            options=list(report_words.BADGES), color=list(BADGE_COLOURS), width=300
        ),
        RANGE: st.column_config.ImageColumn(width=WIDTHS[RANGE]),
        **{
            name: st.column_config.NumberColumn(help=HELP.get(name), width=WIDTHS.get(name) or _metric_width(name))
            for name in numbers
        },
    }


def _metric_width(name: str) -> int:
    """Pixels for a metric's column: its name, but no less than three digits take."""
    return max(50, 18 + 6 * len(name))


def with_chosen(contest: Contest, chosen: tuple[str, ...]) -> Contest:
    """The contest with the chosen models and the one that guesses; the contest itself where none is chosen."""
    if not chosen:
        return contest
    return derived_cache.cached_for(  # type: ignore[no-any-return]
        contest,
        ("chosen", *chosen),
        lambda: replace(
            contest, runs=tuple(run for run in contest.runs if run.contestant in chosen or run.family == "chance")
        ),
    )
