"""Whether probabilities mean what they say."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.schema import Contest, Run
from pages.backend import held_out_answers, held_out_errors
from pages.charts import chart_cache
from pages.charts.errors import calibration_chart
from pages.mistakes import model_choice, model_legend
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import format_number, md, truncated


@st.fragment
@error_boundary
def draw_section(contest: Contest, chosen: Sequence[Run]) -> None:
    """Observed against predicted, with the expected calibration error and what chance alone would show."""
    st.subheader("Calibration", anchor=False)
    names = held_out_answers.class_names(contest)
    label = 1 if len(names) == 2 else None
    what = "probability of the answered class" if label is None else f"probability of “{truncated(names[label], 30)}”"
    found = [(run, one) for run in chosen if (one := held_out_errors.calibration_of(contest, run.contestant, label))]
    if not found:
        return
    model_legend.draw_legend(
        contest,
        [(run, f"calibration error {_points(one.error)}, by chance {_points(one.by_chance)}") for run, one in found],
    )
    models = {run.title: one for run, one in found}
    chart_cache.cached_chart_of(
        contest,
        lambda ink: calibration_chart.calibration_chart(
            models, f"Predicted {what}", model_choice.marks_of(contest, ink), ink
        ),
        f"Observed against predicted {what}",
        ("calibration", model_choice.chart_name(chosen)),
    )
    first, filled = found[0][1], sorted({len(one.bins) for _, one in found})
    hold = " to ".join(str(count) for count in dict.fromkeys((filled[0], filled[-1])))
    st.caption(
        md(
            f"{first.rows:,} answers in {first.bins_in_all} bins of equal width, {hold} with rows. Larger marks "
            "hold more rows, upright lines are 90 % intervals. Above the dashed line it happens more often than "
            "predicted. The calibration error is the mean distance from that line, weighted by rows; “by chance” is "
            "what a perfectly calibrated model would show on as many rows."
        )
    )


def _points(share: float) -> str:
    """A share in percentage points."""
    return f"{format_number(100 * share, digits=2)} points"
