"""Residuals of a regression: how large they are, and where the model is off."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.schema import Contest, Run
from pages.backend import held_out_errors
from pages.backend.held_out_errors import FoldMean
from pages.charts import chart_cache
from pages.charts.errors import residual_charts
from pages.mistakes import model_choice
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import format_number, md

ACROSS = 3


@st.fragment
@error_boundary
def draw_section(contest: Contest, chosen: Sequence[Run]) -> None:
    """Ranges of the residuals, their numbers, and residuals against predictions."""
    st.subheader("Residuals", anchor=False)
    found = [(run, one) for run in chosen if (one := held_out_errors.residuals_of(contest, run.contestant))]
    if not found:
        return
    models = {run.title: one for run, one in found}
    chart_cache.cached_chart_of(
        contest,
        lambda ink: residual_charts.residual_ranges(
            models, "Recorded minus predicted", model_choice.marks_of(contest, ink), ink
        ),
        "The middle half and the middle 90 % of every model's residuals",
        ("residuals", model_choice.chart_name(chosen)),
    )
    st.caption(
        md(
            f"{found[0][1].rows:,} rows, each once. Mark: median; bar: the middle half; line: the middle 90 %. "
            "Right of zero the model predicts too little."
        )
    )
    lines = [
        [run.title, _with_ends(one.absolute), _with_ends(one.bias),
         *(format_number(one.quantiles[k]) for k in (0, 2, 4)), format_number(one.largest)]
        for run, one in found
    ]  # fmt: skip
    columns = [
        "Model",
        "Mean size (90 % interval)",
        "Mean (90 % interval)",
        "5 % below",
        "Median",
        "5 % above",
        "Largest",
    ]
    frame = pd.DataFrame(lines, columns=columns)
    st.dataframe(frame, hide_index=True, height="content", alt="Residuals in numbers")
    shown = found[:ACROSS]
    for column, (run, _) in zip(st.columns(len(shown), gap="medium"), shown, strict=True):
        with column:
            _draw_scatter(contest, run)
    st.caption(
        "Dots: rows (at most 800); line: the median, band: the middle 80 %, both in bins of equally many rows. A line "
        "that leaves zero shows a pattern that the model has not learned."
    )


def _draw_scatter(contest: Contest, run: Run) -> None:
    points = held_out_errors.residual_points(contest, run.contestant)
    bins = held_out_errors.residual_bins(contest, run.contestant)
    st.markdown(f"**{md(run.title)}**")
    chart_cache.cached_chart_of(
        contest,
        lambda ink: residual_charts.residual_scatter(
            points, bins, model_choice.marks_of(contest, ink).marks[run.title], ink
        ),
        f"Residuals of {run.title} against its predictions",
        ("residual scatter", run.contestant),
    )


def _with_ends(value: FoldMean) -> str:
    if value.low is None:
        return format_number(value.mean)
    return f"{format_number(value.mean)} ({format_number(value.low)} to {format_number(value.high)})"
