"""How well the models rank rows: ROC and precision-recall, with bands over the folds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.schema import Contest, Run
from pages.backend import held_out_answers, held_out_errors
from pages.backend.held_out_errors import CurveBand
from pages.charts import chart_cache
from pages.charts.errors import score_curve_charts
from pages.charts.errors.score_curve_charts import BandedCurve, CurveAxes
from pages.mistakes import model_choice, model_legend
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import format_number, md, truncated

FindCurve = Callable[[Contest, str, int], CurveBand | None]


@st.fragment
@error_boundary
def draw_section(contest: Contest, chosen: Sequence[Run]) -> None:
    """Both curves side by side, each model named with its area and interval."""
    st.subheader("ROC and precision-recall", anchor=False)
    label = model_choice.draw_class_choice(contest, "ranked", "Class against all others")
    name = truncated(held_out_answers.class_names(contest)[label], 40)
    left, right = st.columns(2, gap="large")
    with left:
        axes = CurveAxes("False alarms, share of the others", f"Found, share of “{name}”", rise=True)
        _draw_curves(contest, chosen, label, "ROC", held_out_errors.roc, axes)
    with right:
        bands = [held_out_errors.precision_recall(contest, run.contestant, label) for run in chosen]
        level = next((band.prevalence for band in bands if band is not None), None)
        axes = CurveAxes(f"Found, share of “{name}” (recall)", "Right among those called (precision)", level=level)
        _draw_curves(contest, chosen, label, "Precision-recall", held_out_errors.precision_recall, axes)


def _draw_curves(
    contest: Contest, chosen: Sequence[Run], label: int, title: str, find: FindCurve, axes: CurveAxes
) -> None:
    found = [(run, band) for run in chosen if (band := find(contest, run.contestant, label)) is not None]
    st.markdown(f"**{md(title)}**")
    if not found:
        st.caption("No fold has rows of both kinds.")
        return
    model_legend.draw_legend(
        contest, [(run, _area(band, "AUC" if title == "ROC" else "average precision")) for run, band in found]
    )
    curves = [
        BandedCurve(run.title, band.x.tolist(), band.mean.tolist(), *(
            (band.low.tolist(), band.high.tolist()) if band.low is not None and band.high is not None else ()
        ))
        for run, band in found
    ]  # fmt: skip
    chart_cache.cached_chart_of(
        contest,
        lambda ink: score_curve_charts.banded_chart(curves, axes, model_choice.marks_of(contest, ink), ink),
        f"{title} curves of {len(found)} models",
        ("ranked", title, label, model_choice.chart_name(chosen)),
    )
    rows, folds = max(band.rows for _, band in found), max(band.folds for _, band in found)
    basis = f"{rows:,} answers in {folds} folds; the band is the 90 % interval of the mean curve, place by place."
    if folds == 1:
        basis = f"{rows:,} answers in one fold, which has no interval."
    guess = "guessing" if axes.rise else "calling every row"
    st.caption(md(f"{basis} Dashed: {guess}."))


def _area(band: CurveBand, what: str) -> str:
    if band.area.low is None:
        return f"{what} {format_number(band.area.mean)}"
    return f"{what} {format_number(band.area.mean)} ({format_number(band.area.low)} to {format_number(band.area.high)})"
