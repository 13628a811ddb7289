"""The answer strip: one headline, the reason with its interval, the recommended model, and the one next step."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.schema import Contest
from pages.backend import contest_verdicts, report_words
from pages.backend.report_words import PrimaryComparison, VerdictSummary
from pages.charts import chart_cache, verdict_chart
from pages.components import expected_gap
from pages.contest import next_step_panel, quick_answer_panel
from pages.contest.recommendation_panel import STRENGTHS
from pages.ui import alerts
from pages.ui.formatting import format_percent, literal, md


def draw_panel(contest: Contest, finished: bool = True, use: Callable[[Contest, str], None] | None = None) -> None:
    """Draws the answer of a contest, and below it what is most useful to do now.

    Args:
        finished: False while costs and explanations are still being measured: nothing is recommended then.
        use: hands out a model by its key; None where models cannot be handed out.
    """
    summary = report_words.summarize_verdict(contest)
    if finished:
        next_step_panel.draw_leaks(contest)
    with st.container(gap=None):
        about = (summary.data_name, f"predicting {summary.target}" if summary.target else "", summary.scope)
        st.text(literal(" · ".join(part for part in about if part), 300))
        st.title(md(summary.heading), anchor=False)
    if summary.error:
        alerts.draw_alert("warning", summary.error, heading="Incomplete")
    if report_words.is_quick(contest):
        quick_answer_panel.draw_answer(contest)
        if finished:
            _draw_recommendation(contest)
            next_step_panel.draw_button(contest, use)
        return
    if summary.comparison is None:
        alerts.draw_alert("info", summary.reason, heading="Why")
        return
    left, right = st.columns([3, 2], gap="large", vertical_alignment="center")
    with left:
        st.markdown(md(summary.lead))
        if finished:
            _draw_recommendation(contest)
            next_step_panel.draw_button(contest, use)
    with right:
        _draw_interval(contest, summary, summary.comparison)


def _draw_recommendation(contest: Contest) -> None:
    advice = contest_verdicts.recommend(contest, contest_verdicts.default_rates(), {})
    title = next((run.title for run in contest.runs if run.contestant == advice.choice), None)
    word, colour = STRENGTHS[advice.strength]
    if title is None:
        st.markdown("No model can be recommended.")
    else:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"Recommended: **{md(title)}**", width="content")
            st.badge(md(word), color=colour)


def _draw_interval(contest: Contest, summary: VerdictSummary, comparison: PrimaryComparison) -> None:
    """The gap with its interval, and the three probabilities where there is a verdict."""
    if not summary.has_interval:
        st.caption("Based on one train/test split: no interval. Five folds give one.")
    else:
        alt = "The gap in points of skill with its interval"
        chart_cache.cached_chart_of(contest, lambda ink: verdict_chart.gap_chart(comparison, ink), alt, "interval")
    if summary.has_interval and comparison.comparison.winner != "undecided":
        st.markdown(
            f":blue[**■**] classical better **{format_percent(comparison.p_classical)}** "
            f"  :gray[**■**] practically equal **{format_percent(comparison.p_tie)}** "
            f"  :orange[**■**] deep better **{format_percent(comparison.p_deep)}**"
        )


def draw_details(contest: Contest) -> None:
    """The verdict in full: its sentence, the hybrid, what it rests on, and under which conditions it holds."""
    summary = report_words.summarize_verdict(contest)
    if summary.comparison is None:
        return
    st.header("The verdict in full", anchor=False)
    st.text(literal(summary.sentence))
    if summary.hybrid_sentences:
        st.markdown(f"**{md(summary.hybrid_heading)}**")
        for sentence in summary.hybrid_sentences:
            st.text(literal(sentence))
    expected_gap.draw_after(contest)
    st.caption(md(summary.basis))
    st.caption(md(summary.conditions))
    if summary.has_interval and not summary.speaks_of_approaches:
        st.caption(
            f"For these two trained models only, on the same {md(summary.tested)}. A verdict on the approaches takes "
            "five folds: give it more time under “Settings”."
        )
