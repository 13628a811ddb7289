"""ROC, precision-recall and cost curves of several models, each with its band over folds and its own mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np

from pages.charts import style
from pages.charts.model_marks import ModelMarks
from pages.ui.theme import Palette

HEIGHT = 320
MARKERS = 6


@dataclass(frozen=True)
class BandedCurve:
    """One model's curve: places ``x``, ``mean``, and the ends of its band, or () where there is none."""

    title: str
    x: Sequence[float]
    mean: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()


@dataclass(frozen=True)
class CurveAxes:
    """Titles of both axes; ``share``: both run from 0 to 1. level: a dashed horizontal line; rise: a dashed diagonal;
    upright: a dashed vertical line."""

    x_title: str
    y_title: str
    share: bool = True
    level: float | None = None
    rise: bool = False
    upright: float | None = None


@dataclass(frozen=True)
class CurvePlace:
    """A point to be marked on a model's curve, with the words of its tooltip."""

    title: str
    x: float
    y: float
    said: str


def banded_chart(
    curves: Sequence[BandedCurve],
    axes: CurveAxes,
    marks: ModelMarks,
    palette: Palette,
    places: Sequence[CurvePlace] = (),
) -> alt.LayerChart:
    """Lines with markers in every model's shape, so that no line is told by its colour alone."""
    shares = {"tickCount": 5, "format": ".0%"}
    x = alt.X("c1:Q", axis=style.styled_axis(axes.x_title, palette, **shares), scale=alt.Scale(domain=[0, 1]))
    scale = alt.Scale(domain=[0, 1]) if axes.share else alt.Scale(zero=True)
    y_axis = style.styled_axis(axes.y_title, palette, **(shares if axes.share else {"tickCount": 5}))
    y = alt.Y("c2:Q", axis=y_axis, scale=scale)
    lines = [
        (one.title, float(a), float(b), float(low) if len(one.low) else None, float(high) if len(one.high) else None)
        for one in curves
        for a, b, low, high in zip(
            one.x, one.mean, one.low if len(one.low) else one.x, one.high if len(one.high) else one.x, strict=True
        )
    ]
    data = style.chart_frame(["title", "x", "mean", "low", "high"], lines)
    colour = marks.colour("c0")
    tip = [
        alt.Tooltip("c0:N", title="model"), alt.Tooltip("c1:Q", title=axes.x_title, format=".0%"),
        alt.Tooltip("c2:Q", title=axes.y_title, format=".3~r"), alt.Tooltip("c3:Q", title="from", format=".3~r"),
        alt.Tooltip("c4:Q", title="to", format=".3~r"),
    ]  # fmt: skip
    layers: list[Any] = _guides(axes, palette)
    if any(len(one.low) for one in curves):
        band = alt.Chart(data).mark_area(opacity=0.16)
        layers.append(band.encode(x=x, y=alt.Y("c3:Q", scale=scale), y2=alt.Y2("c4:Q"), color=colour))
    layers.append(alt.Chart(data).mark_line(strokeWidth=2.2).encode(x=x, y=y, color=colour, tooltip=tip))
    shapes = style.chart_frame(["title", "x", "mean", "low", "high"], _markers(curves))
    dots = alt.Chart(shapes).mark_point(size=64, filled=True, opacity=1)
    layers.append(dots.encode(x=x, y=y, color=colour, shape=marks.shape("c0"), tooltip=tip))
    if places:
        layers.append(_places(places, x, y, marks, palette))
    return style.styled_chart(alt.layer(*layers), HEIGHT)


def _markers(curves: Sequence[BandedCurve]) -> list[tuple[Any, ...]]:
    """Some points of every curve, at other places for every model so that markers do not cover one another."""
    found: list[tuple[Any, ...]] = []
    for number, one in enumerate(curves):
        offset = (number + 1) / (len(curves) + 1) / MARKERS
        for share in np.arange(MARKERS) / MARKERS + offset:
            at = min(len(one.x) - 1, int(share * len(one.x)))
            ends = (float(one.low[at]), float(one.high[at])) if len(one.low) else (None, None)
            found.append((one.title, float(one.x[at]), float(one.mean[at]), *ends))
    return found


def _guides(axes: CurveAxes, palette: Palette) -> list[Any]:
    """The dashed lines against which curves are read."""
    dashed = {"strokeDash": [4, 4], "color": palette.muted, "strokeWidth": 1.2}
    layers: list[Any] = []
    if axes.rise:
        ends = style.chart_frame(["x", "y"], [(0.0, 0.0), (1.0, 1.0)])
        layers.append(alt.Chart(ends).mark_line(**dashed).encode(x=alt.X("c0:Q"), y=alt.Y("c1:Q")))
    if axes.level is not None:
        layers.append(alt.Chart(style.chart_frame(["y"], [(axes.level,)])).mark_rule(**dashed).encode(y=alt.Y("c0:Q")))
    if axes.upright is not None:
        layers.append(
            alt.Chart(style.chart_frame(["x"], [(axes.upright,)])).mark_rule(**dashed).encode(x=alt.X("c0:Q"))
        )
    return layers


def _places(places: Sequence[CurvePlace], x: alt.X, y: alt.Y, marks: ModelMarks, palette: Palette) -> alt.Chart:
    """The marked points, larger and ringed."""
    data = style.chart_frame(
        ["title", "x", "y", "said"], [(place.title, place.x, place.y, place.said) for place in places]
    )
    points = alt.Chart(data).mark_point(size=190, filled=True, opacity=1, stroke=palette.ink, strokeWidth=2)
    tip = [alt.Tooltip("c0:N", title="model"), alt.Tooltip("c3:N", title="threshold")]
    return points.encode(x=x, y=y, color=marks.colour("c0"), shape=marks.shape("c0"), tooltip=tip)
