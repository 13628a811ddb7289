"""What it costs: time, latency, memory, energy and money side by side, and the chart of skill against cost."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.schema import Contest, Measurement, MeasurementResult, Run
from pages.backend import catalogue, report_words
from pages.charts import chart_cache, pareto_chart
from pages.contest import price_editor
from pages.ui import visitor
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import MISSING, format_bytes, format_money, format_number, format_seconds

COST_MEASUREMENTS = (
    "fit_seconds", "fit_cpu_seconds", "latency_p50", "latency_p95_bound", "batch_latency", "peak_memory", "size",
    "parameters", "energy", "train_cost", "million_cost",
)  # fmt: skip
SECOND = 1000.0
_FORMATTERS: dict[str, Callable[[float | None], str]] = {
    "s": format_seconds,
    "ms": lambda value: format_seconds(value / 1000) if (value or 0) >= SECOND else format_number(value, "ms"),
    "bytes": format_bytes,
    "USD": format_money,
}


@st.fragment
@error_boundary
def draw_panel(contest: Contest) -> None:
    """The table, one column a contestant, and the Pareto chart under it."""
    st.header("What it costs", anchor=False)
    offered = pareto_chart.available_costs(contest)
    if offered:
        cost = st.selectbox(
            "Cost axis", offered, format_func=pareto_chart.COSTS.get, key="cost", persist_state="session",
            label_visibility="collapsed",
        )  # fmt: skip
        alt = "Skill against cost, one point a contestant"
        chart_cache.cached_chart_of(
            contest, lambda ink: pareto_chart.pareto_chart(contest, cost, ink), alt, ("pareto", cost)
        )
        st.caption(
            "Up and left is better. Dashed line: Pareto front; the others are grey. Upright lines: interval of the "
            "skill; level lines: the repeated measurements of the cost."
        )
    st.dataframe(
        cost_table(contest),
        hide_index=True,
        height="content",
        # What a line is stays in sight where many models make the table wider than its place.
        column_config={"": st.column_config.TextColumn(pinned=not visitor.on_phone())},
        alt="Cost, latency and size of every contestant",
    )
    st.caption("▸ marks the best. Medians; latency is the path that would be deployed, preprocessing included.")
    price_editor.draw_editor("costs")


def cost_table(contest: Contest, keys: tuple[str, ...] = COST_MEASUREMENTS) -> pd.DataFrame:
    """Measurements as rows, contestants as columns, every cell a number with its unit or the reason for its absence."""
    who = [run for run in contest.runs if run.family != "chance" and (run.readings or run.error)]
    there = catalogue.measurements()
    read = [key for key in keys if key in there and any(key in run.readings for run in who)]
    lines = [_line(there[key], who) for key in read]
    if keys == COST_MEASUREMENTS and "parameters" not in read and any(run.parameters for run in who):
        lines.append(["Parameters", *(format_number(run.parameters) for run in who)])
    return pd.DataFrame(lines, columns=["", *(run.title for run in who)])


def _line(declared: Measurement, runs: list[Run]) -> list[str]:
    values = [report_words.median_value(run, declared.key) for run in runs]
    known = [value for value in values if value is not None]
    best = (min if declared.better == "lower" else max)(known) if known and declared.better and len(known) > 1 else None
    cells = []
    for run, value in zip(runs, values, strict=True):
        said = format_value(declared.unit, value) if value is not None else _absent(run.readings.get(declared.key))
        cells.append(f"▸ {said}" if best is not None and value == best else said)
    how = {run.readings[declared.key].detail.get("how") for run in runs if declared.key in run.readings} - {None}
    # How many rows it is estimated from would not fit into the column.
    note = f" ({', '.join(sorted({str(one).partition(' from ')[0] for one in how}))})" if how else ""
    return [declared.title + note, *cells]


def format_value(unit: str, value: float | None) -> str:
    """A reading with its unit."""
    return _FORMATTERS.get(unit, lambda v: format_number(v, "" if unit == "numbers" else unit))(value)


def _absent(reading: MeasurementResult | None) -> str:
    return str(reading.detail.get("reason") or MISSING)[:60] if reading else MISSING
