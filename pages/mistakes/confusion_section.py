"""The confusion matrices of the chosen models, and the most frequent kinds of mistake."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.schema import Contest, Run
from pages.backend import held_out_answers, held_out_errors
from pages.charts import chart_cache
from pages.charts.errors import confusion_chart
from pages.mistakes import model_choice
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import format_percent, md, truncated

ACROSS = 3


@st.fragment
@error_boundary
def draw_section(contest: Contest, chosen: Sequence[Run]) -> None:
    """A matrix for each chosen model, side by side where there is room."""
    st.subheader("Confusion matrix", anchor=False)
    names = held_out_answers.class_names(contest)
    shown = list(chosen)[:ACROSS]
    across = 2 if len(names) >= confusion_chart.SLANTED_FROM else ACROSS
    for place in range(0, len(shown), across):
        for column, run in zip(st.columns(across, gap="medium"), shown[place : place + across], strict=False):
            with column:
                _draw_matrix(contest, run)
    told = (
        "Alarms ring on 1 % of the normal rows of each fold. "
        if contest.task.kind == "anomaly"
        else "A model answers the class that it finds most probable. "
    )
    joined = len(names) > held_out_errors.CONFUSION_CLASSES
    also = "The classes with the fewest mistakes are joined as “other”. " if joined else ""
    more = f"The first {ACROSS} of the chosen models are shown. " if len(chosen) > ACROSS else ""
    st.caption(md(f"{told}{also}{more}Shade: share of the recorded class. Outlined: right answers."))
    if len(names) > 2:
        _draw_pairs(contest, chosen)


def _draw_matrix(contest: Contest, run: Run) -> None:
    found = held_out_errors.confusion_of(contest, run.contestant)
    if found is None:
        return
    right = int(found.counts.diagonal().sum())
    st.markdown(f"**{md(run.title)}**: {found.rows - right:,} of {found.rows:,} wrong")
    chart_cache.cached_chart_of(
        contest,
        lambda ink: confusion_chart.confusion_chart(
            found, model_choice.marks_of(contest, ink).marks[run.title].colour, ink
        ),
        f"Confusion matrix of {run.title}: {right:,} of {found.rows:,} right",
        ("confusion", run.contestant),
    )


def _draw_pairs(contest: Contest, chosen: Sequence[Run]) -> None:
    """The most frequent confusions, with the interval of their share."""
    lines = []
    for run in chosen:
        pairs = held_out_errors.confused_pairs(contest, run.contestant)
        for one in [one for one in pairs if one.count > 1][:3]:
            between = f"{format_percent(one.share)} ({format_percent(one.low)} to {format_percent(one.high)})"
            lines.append(
                [run.title, truncated(one.recorded, 40), truncated(one.answered, 40), f"{one.count:,} of {one.rows:,}",
                 between]
            )  # fmt: skip
    if lines:
        columns = ["Model", "Recorded", "Answered", "How often", "Share of the recorded (90 % interval)"]
        frame = pd.DataFrame(lines, columns=columns)
        st.dataframe(frame, hide_index=True, height="content", alt="The most frequent kinds of mistake")
