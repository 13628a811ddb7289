"""Any reading as a chart of its values and a table of its detail: nothing that was measured is ever invisible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.schema import Contest
from pages.backend.uncertainty_estimates import INTERVAL
from pages.charts import chart_cache, intervals
from pages.contest import cost_panel
from pages.measurements import measurement_catalogue, measurement_summary
from pages.ui.formatting import MISSING, format_number, literal, md, truncated

SCALARS = (str, int, float, bool, type(None))
HIDDEN = ("file", "bill_of_materials", "audit", "packages", "tree", "drawn_layers", "layers")
TALLEST = 420


def draw_panel(contest: Contest, key: str) -> None:
    """Values with their interval, then every fact of the detail."""
    draw_values(contest, key)
    draw_details(contest, key)


def draw_values(contest: Contest, key: str, reference: float | None = None) -> None:
    """The repeated values of a measurement as dots, means and intervals, with the unit on the axis."""
    found = measurement_summary.interval_rows(contest, key)
    one = measurement_catalogue.find_measurement(key)
    title, unit = (one.title, one.unit) if one else (key.replace("_", " "), "")
    if found:
        named = f"{title}, {unit}" if unit else title
        chart_cache.cached_chart_of(
            contest,
            lambda ink: intervals.interval_chart(found, named, ink, reference),
            f"Values, each with its {INTERVAL}, one line per contestant",
            ("values", key, reference),
        )


def draw_details(contest: Contest, key: str) -> None:
    """How it was measured and the facts of every contestant's reading, folded away."""
    told = [run for run in measurement_summary.runs_with_reading(contest, key) if run.readings[key].detail]
    with st.expander("How it is measured, and all numbers"):
        draw_method(key)
        facts = pd.DataFrame(
            {run.title: _facts(run.readings[key].detail) for run in told}
        ).fillna(MISSING)  # fmt: skip
        if len(facts):
            st.dataframe(facts.rename_axis("what").reset_index(), hide_index=True, alt="Facts of this measurement")
        for run in told:
            for name, listed in run.readings[key].detail.items():
                if name not in HIDDEN and not isinstance(listed, SCALARS):
                    st.text(literal(f"{run.title}: {name.replace('_', ' ')}"))
                    draw_nested(listed)


def draw_nested(value: Any) -> None:
    """A list or mapping of a detail: as a table where it is one, else as a tree."""
    if isinstance(value, Sequence) and value and all(isinstance(row, Mapping) for row in value):
        cells = [{str(name): format_cell(value) for name, value in row.items() if name not in HIDDEN} for row in value]
        height = "content" if len(cells) <= 10 else TALLEST
        st.dataframe(pd.DataFrame(cells).fillna(MISSING), hide_index=True, height=height, alt="A table of this reading")
    else:
        st.json(value if isinstance(value, list | dict) else list(value), expanded=1)


def format_cell(value: Any) -> str:
    """One value as it stands in a table."""
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return format_number(float(value))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(format_cell(one) for one in value[:12]) + (" …" if len(value) > 12 else "")
    return truncated(value, 300)


def _facts(detail: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(name).replace("_", " "): format_cell(value)
        for name, value in detail.items()
        if isinstance(value, SCALARS) and name not in HIDDEN
    }


def draw_missing_reasons(contest: Contest, key: str) -> None:
    """Who has no value, and why."""
    told: dict[str, list[str]] = {}
    for run in measurement_summary.runs_with_reading(contest, key):
        if not measurement_summary.finite_values(run.readings[key].values):
            told.setdefault(str(run.readings[key].detail.get("reason", "not measured")), []).append(run.title)
    for reason, who in told.items():
        st.text(literal(f"{', '.join(who)}: {reason}"))


def draw_means(contest: Contest, key: str) -> None:
    """One line a contestant: its mean with the unit."""
    one = measurement_catalogue.find_measurement(key)
    for run in measurement_summary.runs_with_values(contest, key):
        mean = measurement_summary.finite_mean(run.readings[key].values)
        st.text(literal(f"{run.title}: {cost_panel.format_value(one.unit if one else '', mean)}"))


def draw_method(key: str) -> None:
    """How a measurement is made, in the words of its declaration."""
    one = measurement_catalogue.find_measurement(key)
    if one is not None:
        reference = f" Reference: {one.reference}." if one.reference else ""
        st.caption(md(f"{one.about}{reference}"))
