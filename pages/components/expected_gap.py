"""Before you train: what the shipped evidence expects on these data; and on a result, whether that held."""

from __future__ import annotations

import streamlit as st

from core.schema import FAMILY_TITLES, Contest, Facts, Plan, Task
from pages.backend import report_words
from pages.backend.evidence import expected_gaps
from pages.backend.evidence.expected_gaps import DataExpectation, ExpectedGap
from pages.ui.formatting import format_percent, format_points, format_seconds, literal, md, round_seconds


def draw_before(card: Facts, task: Task, plan: Plan) -> None:
    """What is expected before training; one line where the evidence knows no better than the default.

    Args:
        card: description of the data. task, plan: as they are set.
    """
    answer = expected_gaps.expect_for_upload(card, task, plan.rows)
    st.subheader("Before you train", anchor=False)
    if answer.expected is None:
        st.text(literal(f"The shipped evidence knows no better than the default: {answer.shortfall}.", 200))
        return
    st.markdown(md(describe_gap(answer.expected.deep)))
    for line in describe_more(answer.expected):
        st.text(literal(line, 300))


def draw_after(contest: Contest) -> None:
    """Whether the expectation held; nothing where there was none, or where the two sides were not compared.

    Args:
        contest: finished.
    """
    found = report_words.primary_comparison(contest)
    if found is None or found.gap != found.gap:
        return
    answer = expected_gaps.expect_for_contest(contest)
    if answer.expected is None:
        return
    held = answer.expected.deep.holds(found.gap)
    st.markdown(f"**Expected before training: {'held' if held else 'did not hold'}**")
    st.text(literal(f"{describe_gap(answer.expected.deep)} Measured: {_signed(found.gap)}.", 300))


def describe_gap(gap: ExpectedGap) -> str:
    """The expected lead of the deep side with its interval, in a sentence."""
    return (
        f"Expected from shipped evidence: deep minus classical {_signed(gap.middle)} points of skill "
        f"(90 % interval {_signed(gap.low)} to {_signed(gap.high)})."
    )


def describe_more(expected: DataExpectation) -> list[str]:
    """Odds of each family, the time to find out, and the nearest data sets by name, a line each."""
    odds = ", ".join(f"{FAMILY_TITLES[name].lower()} {format_percent(share)}" for name, share in expected.odds.items())
    near = "; ".join(f"{one.title} (deep {_signed(one.gap)})" for one in expected.nearest)
    took = format_seconds(round_seconds(60 * expected.minutes))
    return [
        f"Best on data like these: {odds}.",
        f"To find out: about {took} of training, estimated from the nearest data sets.",
        f"Nearest: {near}.",
    ]


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{format_points(value)}".replace("-", "\N{MINUS SIGN}")
