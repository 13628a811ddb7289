"""What every chart shares: the family colour scale, quiet axes, and a transparent ground."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import pandas as pd

from pages.ui.theme import FAMILY_TITLES, Palette


def chart_frame(columns: list[str], values: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows as a DataFrame with columns c0, c1, ...; ``columns`` only documents what they hold."""
    return pd.DataFrame(values, columns=[f"c{k}" for k in range(len(columns))])


def family_colour(field: str, palette: Palette, legend: bool = False) -> alt.Color:
    """Colour by family, with the domain fixed so that colours never swap."""
    titles = "datum.label == 'chance' ? 'Guessing' : upper(slice(datum.label, 0, 1)) + slice(datum.label, 1)"
    shown = alt.Legend(title=None, orient="top", labelExpr=titles, labelFontSize=13) if legend else None
    return alt.Color(f"{field}:N", scale=alt.Scale(domain=palette.domain, range=palette.range), legend=shown)


def styled_axis(title: str | None, palette: Palette, **more: Any) -> alt.Axis:
    """A quiet axis with a legible title."""
    settings = {
        "title": title,
        "grid": True,
        "gridColor": palette.grid,
        "domain": False,
        "ticks": False,
        "labelColor": palette.muted,
        "titleColor": palette.muted,
        "titleFontWeight": "normal",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "labelPadding": 6,
    }
    return alt.Axis(**{**settings, **more})


def model_legend(palette: Palette) -> alt.Legend:
    """The names of the models with their marks above a chart: three in a line, one in a line where it is narrow."""
    return alt.Legend(
        title=None, orient="top", columns=alt.ExprRef("width < 700 ? 1 : 3"), labelLimit=300, labelFontSize=12.5,
        labelColor=palette.ink, symbolSize=80, symbolOpacity=1, rowPadding=3, columnPadding=24, offset=6,
    )  # fmt: skip


def money_labels() -> str:
    """The Vega expression that writes the labels of a money axis in dollars and cents: ``0.1 ¢``, ``$10``,
    ``$1 million``."""
    return (
        "datum.value >= 1e6 ? '$' + format(datum.value / 1e6, ',~g') + ' million' : datum.value >= 1 ? '$' + "
        "format(datum.value, ',~g') : format(100 * datum.value, ',~g') + ' ¢'"
    )


def styled_chart(chart: alt.Chart | alt.LayerChart | alt.VConcatChart, height: int | None = None) -> Any:
    """Removes the frame and sets the height."""
    if height is not None:
        chart = chart.properties(height=height)
    return chart.configure_view(strokeWidth=0).configure(background="transparent")


def family_title(family: str) -> str:
    """A family's name as the reader sees it."""
    return FAMILY_TITLES[family]


def decade_ticks(low: float, high: float) -> list[float]:
    """Powers of ten within a logarithmic domain, at least one."""
    first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
    step = max(1, math.ceil((last - first + 1) / 6))
    return [10.0**power for power in range(first, last + 1, step)] or [low]
