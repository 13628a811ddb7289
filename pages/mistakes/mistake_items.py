"""Test rows to look at and listen to, with what was recorded and what every model answered."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.schema import Contest, Run
from pages.backend import catalogue, held_out_answers
from pages.backend.held_out_answers import GivenAnswer
from pages.components import item_view
from pages.ui.formatting import MISSING, format_kept, format_number, format_percent, literal, md, truncated, unbroken

ACROSS = {"pixels": 3, "clip": 2, "curves": 2, "text": 1}
COLUMNS = 30


def draw_rows(contest: Contest, runs: Sequence[Run], rows: Sequence[int]) -> None:
    """Draws kept rows: a table for tables, cards for everything else.

    Args:
        runs: whose answers stand beside each row. rows: row numbers that the contest kept a copy of.
    """
    if contest.held_out.shown.items:
        _draw_cards(contest, runs, rows)
    elif contest.held_out.shown.columns:
        _draw_table(contest, runs, rows)
    if rows:
        st.caption(md(held_out_answers.describe_numbers(contest, catalogue.modality_of(contest).unit_noun)))


def describe_answer(given: GivenAnswer | None) -> str:
    """An answer in words: the class with its probability, the number, or how odd the row looks."""
    if given is None:
        return MISSING
    mark = {True: "✓ ", False: "✗ ", None: ""}[given.right]
    if given.value is not None:
        return format_number(given.value)
    # A number stays beside its sign where the line is broken.
    share = unbroken(format_percent(given.share))
    return f"{mark}{truncated(given.label, 24)}, {share}"


def describe_alarm(given: GivenAnswer | None) -> str:
    """An answer to whether a row is an anomaly, in words."""
    if given is None or given.share is None:
        return MISSING
    mark = "✓ " if given.right else "✗ "
    alarm = "alarm" if given.share >= held_out_answers.ALARM else "no alarm"
    return f"{mark}{alarm}, percentile {100 * given.share:.3g}"


def _recorded(contest: Contest, place: int) -> str:
    labels = contest.held_out.shown.labels
    said = str(labels[place]) if place < len(labels) else MISSING
    return truncated(held_out_answers.recorded_name(contest, said), 60)


def _draw_table(contest: Contest, runs: Sequence[Run], rows: Sequence[int]) -> None:
    shown = contest.held_out.shown
    lines, index = [], {row: place for place, row in enumerate(shown.row_numbers)}
    numbers = held_out_answers.printed_numbers(contest, rows)
    for row in rows:
        place = index[row]
        said = [_answer(contest, run, row) for run in runs]
        lines.append(
            [
                str(numbers[row]),
                _recorded(contest, place),
                *said,
                *(format_kept(v, 60) for v in shown.values[place][:COLUMNS]),
            ]
        )
    names = [
        "Row",
        "Recorded",
        *(run.title for run in runs),
        *(truncated(name, 40) for name in shown.columns[:COLUMNS]),
    ]
    frame = pd.DataFrame(lines)
    config = {str(k): st.column_config.TextColumn(name, pinned=k < 2) for k, name in enumerate(names)}
    frame.columns = [str(k) for k in range(len(names))]
    st.dataframe(
        frame, hide_index=True, height="content", column_config=config, alt="Rows with what was recorded and answered"
    )
    left = len(shown.columns) - COLUMNS
    if left > 0:
        st.caption(f"The first {COLUMNS:d} columns of {len(shown.columns):d} kept ones.")


def _draw_cards(contest: Contest, runs: Sequence[Run], rows: Sequence[int]) -> None:
    shown = contest.held_out.shown
    index = {row: place for place, row in enumerate(shown.row_numbers)}
    kind = next((key for key in ACROSS if key in shown.items[index[rows[0]]]), "text") if rows else "text"
    numbers = held_out_answers.printed_numbers(contest, rows)
    across, noun = ACROSS[kind], catalogue.modality_of(contest).unit_noun
    for start in range(0, len(rows), across):
        for column, row in zip(st.columns(across, gap="medium"), rows[start : start + across], strict=False):
            with column, st.container(border=True, gap="small"):
                st.caption(md(f"{noun.capitalize()} {numbers[row]}"))
                item_view.draw_whole_item(shown.items[index[row]])
                said = [f"recorded: {_recorded(contest, index[row])}"]
                said += [f"{run.title}: {_answer(contest, run, row)}" for run in runs]
                st.text(literal("\n".join(said)))


def _answer(contest: Contest, run: Run, row: int) -> str:
    given = held_out_answers.answer_on(contest, run.contestant, row)
    return describe_alarm(given) if contest.task.kind == "anomaly" else describe_answer(given)
