"""Lines with their uncertainty: one quantity against another, one line a contestant."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import altair as alt

from pages.charts import style
from pages.charts.model_marks import model_marks
from pages.ui.theme import Palette

MOST_RULES = 12
LABEL = 240
# As the format of a logarithmic axis: dollars and cents.
MONEY = "money"
LINE = 17
DASHES = ([1, 0], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [1, 2])


class CurvePoint(NamedTuple):
    """One point of a line; ``low`` and ``high`` are its interval, None where there is none. A family without a colour
    (such as "" for the real thing) is drawn in ink."""

    title: str
    family: str
    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Axes:
    """Titles with units, logarithmic or not, and below which value (such as a hopeless skill) nothing is drawn."""

    x: str
    y: str
    log_x: bool = False
    log_y: bool = False
    floor: float | None = None
    x_format: str = ",.6~g"
    y_format: str = ",.6~g"
    dots: bool = True


def line_chart(points: Sequence[CurvePoint], axes: Axes, palette: Palette, height: int = 300) -> alt.LayerChart:
    """Lines with dots, and a band where an interval is known."""
    banded = len({point.title for point in points}) == 1 or len({point.x for point in points}) > MOST_RULES
    drawn = points if banded else _separated(points, axes.log_x)
    rows = [(*point, other.x) for point, other in zip(drawn, points, strict=True)]
    names = ["title", "family", "x drawn", "y", "low", "high", "x"]
    data = style.chart_frame(names, sorted(rows, key=lambda row: row[2]))
    x = alt.X(
        "c2:Q",
        axis=_axis(axes.x, axes.log_x, axes.x_format, [point.x for point in points], palette),
        scale=_x(points, axes),
    )
    scale = _y(points, axes)
    y = alt.Y(
        "c3:Q", axis=_axis(axes.y, axes.log_y, axes.y_format, [point.y for point in points], palette), scale=scale
    )
    colour, dash = series_encoding(points, palette)
    tip = [
        alt.Tooltip("c0:N", title="who"),
        alt.Tooltip("c6:Q", title=axes.x, format=",.4~g"),
        alt.Tooltip("c3:Q", title=axes.y, format=",.3~g"),
        alt.Tooltip("c4:Q", title="from", format=",.3~g"),
        alt.Tooltip("c5:Q", title="to", format=",.3~g"),
    ]
    base = alt.Chart(data)
    line = base.mark_line(strokeWidth=2.2).encode(x=x, y=y, color=colour, strokeDash=dash)
    dots = base.mark_circle(size=44, opacity=1).encode(x=x, y=y, color=colour, tooltip=tip)
    layers: list[Any] = [line, dots] if axes.dots else [line]
    if any(point.low is not None for point in points):
        area, rule = base.mark_area(opacity=0.14, clip=True), base.mark_rule(opacity=0.4, strokeWidth=3, clip=True)
        edge = area if banded else rule
        layers.insert(
            0,
            edge.encode(x=x, y=alt.Y("c4:Q", scale=scale), y2=alt.Y2("c5:Q"), color=colour, detail=alt.Detail("c0:N")),
        )
    return style.styled_chart(alt.layer(*layers), height + LINE * len({point.title for point in points}))


def _separated(points: Sequence[CurvePoint], log: bool) -> list[CurvePoint]:
    """The points moved sideways a little, each line by its own step, so that intervals at one x stand side by side."""
    who = list(dict.fromkeys(point.title for point in points))
    low, high = min(point.x for point in points), max(point.x for point in points)
    moved: list[CurvePoint] = []
    for point in points:
        share, x = 0.012 * (who.index(point.title) - (len(who) - 1) / 2), point.x
        nought = _zero_position(points) if log else 0.0
        at = (x + nought) * ((high + nought) / (low + nought)) ** share - nought if log else x + share * (high - low)
        moved.append(point._replace(x=at))
    return moved


def series_encoding(
    points: Sequence[tuple[Any, ...]], palette: Palette, symbol: str = "stroke"
) -> tuple[alt.Color, alt.StrokeDash]:
    """Colour by model and dash by place within its family, under one legend with a name a line, uncut on a phone.

    points: (title, family, ...). The domain is fixed, so that no colour ever changes hands.
    """
    who = dict.fromkeys((str(point[0]), str(point[1])) for point in points)
    marks = model_marks(who, palette).marks
    seen: dict[str, int] = {}
    titles, colours, dashes = [], [], []
    for title, family in who:
        titles.append(title)
        colours.append(marks[title].colour if family in palette.families else palette.ink)
        dashes.append(DASHES[seen.get(family, 0) % len(DASHES)])
        seen[family] = seen.get(family, 0) + 1
    legend = alt.Legend(
        title=None, orient="top", columns=1, labelLimit=LABEL, labelFontSize=12, symbolType=symbol,
        symbolSize=220 if symbol == "stroke" else 90,
        labelColor=palette.ink, symbolOpacity=1, symbolStrokeWidth=2.5,
    )  # fmt: skip
    return (
        alt.Color("c0:N", scale=alt.Scale(domain=titles, range=colours), legend=legend),
        alt.StrokeDash("c0:N", scale=alt.Scale(domain=titles, range=dashes), legend=legend),
    )


def _zero_position(points: Sequence[CurvePoint]) -> float:
    """0 where a logarithm exists for every x, else the smallest x above 0, below which the scale turns linear."""
    if min(point.x for point in points) > 0:
        return 0.0
    return min((point.x for point in points if point.x > 0), default=1.0)


def _axis(title: str, log: bool, tick_format: str, values: Sequence[float], palette: Palette) -> alt.Axis:
    if tick_format == MONEY:
        low, high = min(values), max(values)
        ticks = style.decade_ticks(low / 1.2, high * 1.2)
        return style.styled_axis(title, palette, labelExpr=style.money_labels(), values=ticks)
    if not log:
        return style.styled_axis(title, palette, format=tick_format, tickCount=6)
    low, high = min(values), max(values)
    if low <= 0:
        return style.styled_axis(title, palette, format=tick_format, values=sorted(set(values)), labelOverlap="greedy")
    ticks = style.decade_ticks(low / 1.2, high * 1.2) if high > 30 * low else _doubling_ticks(low, high)
    return style.styled_axis(title, palette, format=tick_format, values=ticks)


def _doubling_ticks(low: float, high: float) -> list[float]:
    """A few round values of the sequence 1, 2, 5, 10, ... within the range, and its ends where none fits."""
    steps = [digit * 10.0**power for power in range(-9, 13) for digit in (1, 2, 5)]
    return [step for step in steps if low / 1.01 <= step <= high * 1.01] or [low, high]


def _x(points: Sequence[CurvePoint], axes: Axes) -> alt.Scale:
    low, high = min(point.x for point in points), max(point.x for point in points)
    if axes.log_x and low <= 0:
        return alt.Scale(type="symlog", constant=_zero_position(points), domain=[low, high * 1.08], nice=False)
    if axes.log_x:
        return alt.Scale(type="log", domain=[low / 1.08, high * 1.08], nice=False)
    room = (high - low) * 0.03 or 0.5
    return alt.Scale(domain=[low - room, high + room], nice=False)


def _y(points: Sequence[CurvePoint], axes: Axes) -> alt.Scale:
    every = [value for point in points for value in point[3:6] if value is not None and math.isfinite(value)]
    low, high = min(every), max(every)
    if axes.log_y:
        return alt.Scale(type="log", domain=[low / 1.2, high * 1.2], nice=False)
    if axes.floor is not None:
        low = max(low, min(axes.floor, max(point[3] for point in points)))
    room = (high - low) * 0.07 or 1.0
    return alt.Scale(domain=[low - room, high + room], nice=False, clamp=True)
