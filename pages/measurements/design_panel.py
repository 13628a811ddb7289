"""What the design of a network earns: the skill of every design at equal work, and each choice with its interval."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.schema import Contest, Run
from pages.charts import chart_cache, intervals
from pages.measurements import measurement_summary
from pages.ui.formatting import format_number, literal, md, truncated

KEY = "design_ablation"


def draw_panel(contest: Contest, key_prefix: str) -> None:
    """Intervals of every design's skill, a sentence a pair, and the weights and epochs behind them."""
    for run in measurement_summary.runs_with_values(contest, KEY):
        if run.readings[KEY].detail.get("designs"):
            _draw_run(run, contest.plan.margin)


def _draw_run(run: Run, margin: float) -> None:
    reading = run.readings[KEY]
    rho, detail = measurement_summary.fold_correlation(reading), reading.detail
    rows = [
        intervals.IntervalRow(truncated(one["title"]), run.family, tuple(one["skills"]), *said)
        for one in detail["designs"]
        if (said := measurement_summary.mean_interval(one["skills"], rho)) is not None
    ]
    left, right = st.columns([3, 2], gap="large")
    with left:
        chart_cache.cached_chart_of_values(
            intervals.interval_chart, rows, "Skill, points (0 = guessing)", reference=0.0, alt="Skill of every design"
        )
    with right:
        for pair in detail.get("pairs", ()):
            st.markdown(md(describe_pair(str(pair["title"]), pair["gaps"], rho, margin)))
    table = [
        [
            truncated(one["title"]), f"{one['parameters']:,}", " to ".join(map(str, _ends(one["epochs"]))),
            ", ".join(f"{100 * share:.0f} %" for share in one.get("shares", ())),
        ]
        for one in detail["designs"]
    ]  # fmt: skip
    columns = ["Design", "Weights", "Epochs", "Share of patches an expert (first block)"]
    st.dataframe(pd.DataFrame(table, columns=columns), hide_index=True, height="content", alt="Weights of every design")
    st.text(
        literal(
            f"Each was trained from scratch for {format_number(detail.get('seconds', 0))} counted seconds of a core on "
            f"{detail.get('rows', 0):,} pictures. Stand-ins of this size, not the contestants."
        )
    )


def describe_pair(title: str, gaps: list[float], rho: float, margin: float) -> str:
    """One choice of design in a sentence: what it earns, with its interval, and whether that can be told."""
    said = measurement_summary.mean_interval(gaps, rho)
    if said is None or said[1] is None or said[2] is None:
        return f"{title}: not measured."
    mean, low, high = said[0], said[1], said[2]
    if low > margin:
        sure = "it pays"
    elif high < -margin:
        sure = "it costs"
    elif -margin <= low and high <= margin:
        sure = "practically equal"
    else:
        sure = "cannot be told"
    return f"{title}: {mean:+z.1f} points ({format_number(low)} to {format_number(high)}), {sure}."


def _ends(values: list[int]) -> list[int]:
    low, high = min(values), max(values)
    return [low] if low == high else [low, high]
