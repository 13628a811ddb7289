"""Any reading as a chart of its values and a table of its detail: nothing that was measured is ever invisible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.schema import Contest, Run
from pages.backend.uncertainty_estimates import INTERVAL
from pages.charts import chart_cache, intervals
from pages.contest import cost_panel
from pages.measurements import measurement_catalogue, measurement_summary
from pages.ui.formatting import MISSING, format_number, literal, md, truncated

SCALARS = (str, int, float, bool, type(None))
HIDDEN = ("file", "bill_of_materials", "audit", "packages", "tree", "drawn_layers", "layers", "curves")
TALLEST = 420
TITLES = {"to": "CPU-seconds to a share of the best score, fold by fold"}
# Of a list within a list, written out one by one.
MOST_PARTS = 12


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
            st.dataframe(facts.rename_axis("Fact").reset_index(), hide_index=True, alt="Facts of this measurement")
        _draw_lists(told, key)


def _draw_lists(runs: Sequence[Run], key: str) -> None:
    """What is no single value: figures by name as one table for all contestants, tables one a contestant."""
    details = {run.title: run.readings[key].detail for run in runs}
    names = dict.fromkeys(name for detail in details.values() for name in detail)
    for name in names:
        listed = {title: detail[name] for title, detail in details.items() if name in detail}
        if name in HIDDEN or any(isinstance(value, SCALARS) for value in listed.values()):
            continue
        title = TITLES.get(name, name.replace("_", " ").capitalize())
        if all(isinstance(value, Mapping) for value in listed.values()):
            st.text(literal(title))
            cells = pd.DataFrame({who: dict(flat_cells(value)) for who, value in listed.items()}).fillna(MISSING)
            st.dataframe(cells.rename_axis("").reset_index(), hide_index=True, alt=literal(title))
            continue
        for who, value in listed.items():
            st.text(literal(f"{title}: {who}"))
            draw_nested(value)


def draw_nested(value: Any) -> None:
    """A list or mapping of a detail as a table: its own columns, or names and values."""
    if isinstance(value, Sequence) and value and all(isinstance(row, Mapping) for row in value):
        cells = [{str(name): format_cell(value) for name, value in row.items() if name not in HIDDEN} for row in value]
        height = "content" if len(cells) <= 10 else TALLEST
        st.dataframe(pd.DataFrame(cells).fillna(MISSING), hide_index=True, height=height, alt="A table of this reading")
    else:
        cells = flat_cells(value)
        height = "content" if len(cells) <= 10 else TALLEST
        st.dataframe(
            pd.DataFrame(cells, columns=["", "Value"]), hide_index=True, height=height, alt="Values of this reading"
        )


def flat_cells(value: Any, name: str = "") -> list[tuple[str, str]]:
    """Nested mappings and lists as rows of a table.

    Args:
        value: to write out. name: of what is above it.

    Returns:
        (name, cell) pairs; names of levels are joined, and a list of plain values is one cell.
    """
    if isinstance(value, Mapping):
        parts = [(str(key).replace("_", " "), one) for key, one in value.items() if key not in HIDDEN]
    elif isinstance(value, SCALARS) or all(isinstance(one, SCALARS) for one in value):
        return [(name, format_cell(value))]
    else:
        parts = [(str(place), one) for place, one in enumerate(value[:MOST_PARTS], 1)]
    return [cell for key, one in parts for cell in flat_cells(one, f"{name}, {key}" if name else key)]


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
