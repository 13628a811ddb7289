"""The answer first: one sentence, three probabilities as one picture, and the interval under it."""

from __future__ import annotations

import streamlit as st

from core.schema import Contest
from pages.charts import chart_cache, verdict_chart
from pages.contest import next_step_panel
from pages.summaries import verdict_summary
from pages.summaries.contest_summary import PrimaryComparison
from pages.summaries.verdict_summary import VerdictSummary
from pages.ui import alerts
from pages.ui.formatting import escape_markdown, format_percent, md


def draw_panel(contest: Contest) -> None:
    """Draws the answer of a contest and what it rests on."""
    summary = verdict_summary.summarize_verdict(contest)
    st.title(md(summary.heading), anchor=False)
    name = escape_markdown(summary.data_name)
    st.markdown(f"{name} · predicting {escape_markdown(summary.target)}" if summary.target else name)
    if summary.error:
        alerts.draw_alert("warning", summary.error, heading="Incomplete")
    if summary.comparison is None:
        alerts.draw_alert("info", summary.reason, heading="Why")
        return
    with st.container(border=True):
        left, right = st.columns([3, 2], gap="large", vertical_alignment="center")
        with left:
            _draw_charts(contest, summary, summary.comparison)
        with right:
            st.text(summary.sentence)
            if summary.hybrid_sentences:
                with st.expander(md(summary.hybrid_heading)):
                    for sentence in summary.hybrid_sentences:
                        st.text(sentence)
            st.caption(md(summary.basis))
    st.caption(md(summary.conditions))
    next_step_panel.draw_panel(contest)


def _draw_charts(contest: Contest, summary: VerdictSummary, comparison: PrimaryComparison) -> None:
    """The probabilities and the interval, or why there are none."""
    if not summary.has_interval:
        alerts.draw_alert(
            "info", "One fold gives no interval and no probabilities here.", "Give it more time for training."
        )
        return
    alt = (
        f"Probability that classical is better {format_percent(comparison.p_classical)}, "
        f"practically equal {format_percent(comparison.p_tie)}, deep better {format_percent(comparison.p_deep)}"
    )
    chart_cache.cached_chart_of(
        contest, lambda ink: verdict_chart.probability_chart(comparison, ink), alt, "probabilities"
    )
    st.markdown(
        f":blue[**■**] classical better **{format_percent(comparison.p_classical)}** "
        f"  :gray[**■**] practically equal **{format_percent(comparison.p_tie)}** "
        f"  :orange[**■**] deep better **{format_percent(comparison.p_deep)}**"
    )
    alt = "The gap in points of skill with its interval"
    chart_cache.cached_chart_of(contest, lambda ink: verdict_chart.gap_chart(comparison, ink), alt, "interval")
    if not summary.speaks_of_approaches:
        st.caption(
            f"For these two trained models only, on the same {md(summary.tested)}. A verdict on the approaches takes "
            "five folds: give it more time under “Settings”."
        )
