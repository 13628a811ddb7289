"""The cheap model first, the dear one only where the first is unsure: skill against time an answer."""

from __future__ import annotations

import streamlit as st

from core.schema import Contest
from pages.backend import cascades
from pages.backend.cascades import Cascade
from pages.charts import cascade_chart, chart_cache
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import format_number, format_percent, format_points, format_seconds, md

HEADLINES = {
    "supported": "It pays to ask {dear} only where {cheap} is unsure.",
    "contradicted": "No gain from asking both: one of the two alone is at least as good.",
    "undecided": "It is undecided whether it pays to ask {dear} only where {cheap} is unsure.",
}


@st.fragment
@error_boundary
def draw_panel(contest: Contest) -> None:
    """One sentence, what it rests on, and the curve; nothing where the two models' costs hardly differ."""
    found = cascades.cascade_of(contest)
    if found is None:
        return
    titles = {run.contestant: run.title for run in contest.runs}
    st.subheader("Ask the expensive model only when needed", anchor=False)
    st.markdown(md(HEADLINES[found.outcome].format(dear=titles[found.dear], cheap=titles[found.cheap])))
    st.caption(md(describe_cascade(found, titles[found.cheap], titles[found.dear])))
    families = {run.contestant: run.family for run in contest.runs}
    sides = cascade_chart.CascadeSides(
        titles[found.cheap], families[found.cheap], titles[found.dear], families[found.dear]
    )
    chart_cache.cached_chart_of(
        contest,
        lambda ink: cascade_chart.cascade_chart(found, sides, ink),
        "Skill against milliseconds per answer, by the share of rows the expensive model is asked about",
        "cascade",
    )
    st.caption(
        "Band: 90 % interval over folds. The share asked and the confidence that decides were chosen on the other "
        "folds. Left end: the cheap model alone; right end: every row asked twice."
    )


def describe_cascade(found: Cascade, cheap: str, dear: str) -> str:
    """Skill, cost and gaps of the chosen cascade in words.

    Args:
        cheap, dear: titles of the models.
    """
    chosen, less, more = found.chosen, found.against_dear, found.against_cheap
    return (
        f"{dear} is asked about {format_percent(chosen.share)} of the rows: {format_points(chosen.skill)} points of "
        f"skill [{format_number(chosen.low)}, {format_number(chosen.high)}] at "
        f"{format_seconds(chosen.cost / 1000)} per answer, against {format_seconds(found.dear_cost / 1000)} for {dear} "
        f"alone and {format_seconds(found.cheap_cost / 1000)} for {cheap} alone. Against {cheap}: {more.gap:+z.1f} "
        f"points [{more.low:.1f}, {more.high:.1f}]; against {dear}: {less.gap:+z.1f} [{less.low:.1f}, {less.high:.1f}]."
    )
