"""Where the families disagree: how many rows only one of them answers right, and which."""

from __future__ import annotations

import streamlit as st

from core.schema import Contest
from pages.backend import catalogue, held_out_answers, held_out_errors
from pages.charts import chart_cache
from pages.charts.errors import agreement_chart
from pages.mistakes import mistake_items
from pages.ui import theme
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import format_count, format_number, format_percent, md

SHOWN, SHOWN_PICTURES = 4, 3


@st.fragment
@error_boundary
def draw_section(contest: Contest) -> None:
    """Bars for the sets of rows, and some rows of the set that the reader picks."""
    found = held_out_errors.disagreement(contest)
    if found is None:
        return
    st.subheader("Where the families disagree", anchor=False)
    titles = {run.contestant: run.title for run in held_out_answers.answering_runs(contest)}
    st.caption(
        md(
            "; ".join(f"{theme.FAMILY_TITLES[family]}: {titles[key]}" for family, key in found.contestants.items())
            + ". "
            + _right_means(contest, found.tolerance)
        )
    )
    of, noun = len(found.contestants), catalogue.modality_of(contest).unit_noun
    chart_cache.cached_chart_of(
        contest,
        lambda ink: agreement_chart.agreement_chart(found.sets, of, ink, noun),
        "; ".join(f"{agreement_chart.set_title(one, of)}: {format_count(one.count, noun)}" for one in found.sets),
        "agreement",
    )
    split = sum(one.share for one in found.sets if 0 < len(one.families) < of)
    st.caption(
        md(
            f"{format_count(found.rows, noun)}; on {format_percent(split)} some are right and some wrong. "
            "Lines: 90 % intervals."
        )
    )
    listed = [
        one for one in found.sets if len(one.families) <= 1 and held_out_answers.shown_rows(contest, one.row_numbers)
    ]
    listed.sort(key=lambda one: -len(one.families))
    if not listed:
        return
    place = st.segmented_control(
        f"Show {md(noun)}s where", range(len(listed)), default=0, required=True, key=f"apart_{contest.id}",
        format_func=lambda k: agreement_chart.set_title(listed[k], of).lower(),
    )  # fmt: skip
    runs = [run for run in held_out_answers.answering_runs(contest) if run.contestant in found.contestants.values()]
    most = SHOWN_PICTURES if any("pixels" in item for item in contest.held_out.shown.items) else SHOWN
    rows = held_out_answers.shown_rows(contest, listed[int(place)].row_numbers)[:most]
    mistake_items.draw_rows(contest, runs, rows)


def _right_means(contest: Contest, tolerance: float | None) -> str:
    if contest.task.kind == "regression":
        return f"Right means off by at most {format_number(tolerance)}, the median error of all of them."
    if contest.task.kind == "anomaly":
        return "Right means an alarm on an anomaly or none on a normal row; alarms ring on 1 % of the normal rows."
    return "Right means that the recorded class is the one it finds most probable."
