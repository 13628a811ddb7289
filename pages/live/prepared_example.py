"""One test item with every model's answer, out of the contest itself: there before any model is loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.schema import Contest, Run
from pages.backend import report_words
from pages.charts import chart_cache, series_strips
from pages.components import item_view
from pages.live import answers_view, table_form
from pages.summaries import predictions
from pages.ui import theme
from pages.ui.formatting import escape_markdown, format_kept, literal, md, truncated

COLUMNS = 4
MARKS = {True: " ✓", False: " ✗", None: ""}


def draw_example(contest: Contest) -> None:
    """Draws a test item on which the models differ, and what each answered; nothing where no answers were kept."""
    runs = [run for run in report_words.scored_runs(contest) if run.family != "chance"]
    row = example_row(contest, runs)
    if row is None:
        return
    item = item_view.stored_item(contest, row)
    if item is not None:
        _draw_item(item)
    recorded = predictions.describe_recorded(contest, row)
    truth = f"Recorded: {escape_markdown(truncated(recorded, 40))}." if recorded else ""
    st.markdown(f"**Example from the test part.** {_describe_row(contest, row)} {truth}")
    with st.container(horizontal=True, gap="small"):
        for run in runs:
            said = predictions.describe_prediction(contest, run, row)
            if said:
                with st.container(width=answers_view.CARD, gap=None):
                    st.caption(f"{answers_view.family_dot(run.family)} {md(run.title)}")
                    st.markdown("**" + md(said) + "**" + MARKS[predictions.is_correct(contest, run, row)])


def example_row(contest: Contest, runs: Sequence[Run]) -> int | None:
    """The first explained row on which some models are right and others wrong, else the first with answers.

    Returns:
        Its place among the explained rows; None where no answers were kept.
    """
    first = None
    for row in range(len(contest.rows.row_numbers)):
        said = [predictions.describe_prediction(contest, run, row) for run in runs]
        if not any(said):
            continue
        first = row if first is None else first
        if len({predictions.is_correct(contest, run, row) for run in runs}) > 1:
            return row
    return first


def _describe_row(contest: Contest, row: int) -> str:
    """The columns of a table's row that the explanations weigh most, as Markdown."""
    columns, values = [str(name) for name in contest.rows.columns], contest.rows.values
    if row >= len(values):
        return ""
    told = dict(zip(columns, values[row], strict=False))
    names = table_form.rank_columns(contest, columns)[:COLUMNS]
    rest = len(columns) - len(names)
    parts = ", ".join(
        f"{escape_markdown(truncated(name, 30))} {md(format_kept(str(told[name]), 30))}" for name in names
    )
    return parts + (f" and {rest} more." if rest > 0 else ".")


def _draw_item(item: Mapping[str, Any]) -> None:
    """The item itself: a picture, a player, the text or the first curve of a window."""
    if "text" in item:
        st.text(literal(item["text"], 400))
    elif "curves" in item:
        strip = series_strips.series_strip([item["curves"]], 0, theme.current_palette())
        st.altair_chart(strip, alt="The first channel of the window", height=chart_cache.chart_height(strip))
    else:
        item_view.draw_original_item(item, 120)
