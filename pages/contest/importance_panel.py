"""What matters overall: the share of the explanation that every part carries, one side beside the other."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import streamlit as st

from core.schema import Contest, Run
from pages.charts import attributions, chart_cache, region_importance
from pages.charts.errors import legend_chart
from pages.contest import explanation_checks
from pages.summaries import aligned_explanations
from pages.summaries.aligned_explanations import AlignedExplanation
from pages.ui import alerts, theme
from pages.ui.formatting import md


@dataclass(frozen=True)
class _GridScale:
    """The grid of places and the largest share, which has the full colour on every side."""

    grid: region_importance.RegionGrid
    top: float


def draw_overall_importance(contest: Contest, chosen: Sequence[Run]) -> None:
    """The importance of every part over all explained items, with a switch to the usual, unequal methods."""
    st.header("What matters overall", anchor=False)
    usual = any((run.explanation or {}).get("unfair") for run in chosen)
    unfair = usual and st.toggle(
        "Compare with default SHAP/Captum settings", key="unfair",
        help="Path-dependent TreeSHAP against integrated gradients from a single baseline: different games, so part of "
        "any difference is the method's, not the models'.",
    )  # fmt: skip
    both = aligned_explanations.align_contest(contest, chosen, "unfair" if unfair else "fair")
    if not both:
        alerts.draw_alert("info", "The usual pair was not computed in this run.")
        return
    draw_importance(contest, both, f"bars {unfair}", attributions.SHOWN)
    if unfair:
        for side in both:
            error = side.explanation.get("completeness_error")
            st.caption(
                f":red[Usual method] {md(side.explanation['method'])}: misses the answer by "
                f"{explanation_checks.format_share(error)} of its spread."
            )


def draw_importance(contest: Contest, explanations: Sequence[AlignedExplanation], name: str, count: int) -> None:
    """Places as tinted grids side by side, words and columns as bars."""
    where = region_importance.region_grid(explanations[0].parts)
    if where is None:
        _legend(contest, explanations)
        alt = "Share of the explanation, one bar a model"
        chart_cache.cached_chart_of(
            contest,
            lambda ink: attributions.importance_chart(explanations, ink, count),
            alt,
            (name, aligned_explanations.contestant_keys(explanations)),
        )
        return
    top = max(float(side.share.max()) for side in explanations)
    for column, side in zip(st.columns(max(2, len(explanations)), gap="medium"), explanations, strict=False):
        with column:
            st.markdown(f"**{md(theme.FAMILY_TITLES[side.family])}** {md(side.title)}")
            _draw_grid(
                contest,
                side,
                _GridScale(where, top),
                (name, aligned_explanations.contestant_keys(explanations), side.key),
            )
    st.caption("Where the answers come from, over all explained items: each field's share of the explanation.")


def _draw_grid(
    contest: Contest,
    side: AlignedExplanation,
    scale: _GridScale,
    name: Hashable,
) -> None:
    alt = "Share of the explanation, place by place"
    chart_cache.cached_chart_of(
        contest, lambda ink: region_importance.region_chart(side, scale.grid, scale.top, ink), alt, name
    )


def _legend(contest: Contest, explanations: Sequence[AlignedExplanation]) -> None:
    lines = [(side.title, str(side.explanation["method"])) for side in explanations]
    chart_cache.cached_chart_of(
        contest,
        lambda ink: legend_chart.legend_chart(lines, attributions.marks_of_sides(explanations, ink), ink),
        "; ".join(f"{title}: {method}" for title, method in lines),
        ("explained", *lines),
    )
