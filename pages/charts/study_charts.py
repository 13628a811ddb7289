"""Charts of single studies: skill against bytes, money against answers, bars, and steps of an animation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import altair as alt

from pages.charts import curves, style
from pages.charts.model_marks import model_marks
from pages.ui.theme import Palette

TRACK, POLE = 2.6, 0.6
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
VOLUMES = tuple(10.0 ** (power / 2) for power in range(19))


class VersionPoint(NamedTuple):
    """One version of a contestant's model, such as a pruned one, on two axes."""

    title: str
    family: str
    x: float
    y: float
    version: str


class CostLine(NamedTuple):
    """What a model costs in US dollars: ``once`` for its training, ``million`` for a million answers. Family "" marks
    what is rented, drawn in ink."""

    title: str
    family: str
    once: float
    million: float


def scatter_chart(places: Sequence[VersionPoint], titles: tuple[str, str], palette: Palette) -> alt.LayerChart:
    """Dots on a logarithmic x: colour says who, shape says which version."""
    data = style.chart_frame(["title", "family", "x", "y", "version"], list(places))
    low, high = min(place.x for place in places), max(place.x for place in places)
    ticks = style.styled_axis(titles[0], palette, format="~s", values=style.decade_ticks(low / 2, high * 2))
    x = alt.X("c2:Q", axis=ticks, scale=alt.Scale(type="log", domain=[low / 2, high * 2], nice=False))
    y = alt.Y("c3:Q", axis=style.styled_axis(titles[1], palette, tickCount=5), scale=alt.Scale(zero=False, padding=18))
    tip = [
        alt.Tooltip("c0:N", title="who"),
        alt.Tooltip("c4:N", title="version"),
        alt.Tooltip("c2:Q", title=titles[0], format=",.4~g"),
        alt.Tooltip("c3:Q", title=titles[1], format=".1f"),
    ]
    colour, _ = curves.series_encoding(places, palette, "circle")
    versions = list(dict.fromkeys(place.version for place in places))
    legend = alt.Legend(
        title=None, orient="bottom", columns=2, labelLimit=110, labelColor=palette.ink, symbolFillColor=palette.ink,
        symbolStrokeColor=palette.ink,
    )  # fmt: skip
    shape = alt.Shape("c4:N", scale=alt.Scale(domain=versions, range=list(SHAPES[: len(versions)])), legend=legend)
    dots = alt.Chart(data).mark_point(size=90, opacity=0.95, filled=True)
    return style.styled_chart(alt.layer(dots.encode(x=x, y=y, color=colour, shape=shape, tooltip=tip)), 400)


def total_cost_chart(lines: Sequence[CostLine], palette: Palette) -> alt.LayerChart:
    """US dollars in all against answers given, on two logarithmic axes."""
    points: list[curves.CurvePoint] = []
    for line in lines:
        totals = [(answers, line.once + answers * line.million / 1e6) for answers in VOLUMES]
        points += [curves.CurvePoint(line.title, line.family, at, total) for at, total in totals if total > 0]
    axes = curves.Axes(
        "Answers given", "US dollars in all", log_x=True, log_y=True, x_format="~s", y_format=curves.MONEY, dots=False
    )
    return curves.line_chart(points, axes, palette, 340)


def bar_chart(rows: Sequence[Mapping[str, Any]], titles: tuple[str, str], palette: Palette) -> alt.LayerChart:
    """Horizontal bars with intervals: rows of {"x", "y", "low", "high", "series", "family"}, x may be words."""
    cells = [
        (str(row.get("series", "")), str(row.get("family", "")), str(row["x"]), float(row["y"]), row.get("low"),
         row.get("high"))
        for row in rows
        if isinstance(row.get("y"), int | float) and math.isfinite(row["y"])
    ]  # fmt: skip
    data = style.chart_frame(["series", "family", "x", "y", "low", "high"], cells)
    colour, _ = curves.series_encoding(cells, palette, "square")
    order = list(dict.fromkeys(cell[2] for cell in cells))
    who = list(dict.fromkeys(cell[0] for cell in cells))
    y = alt.Y("c2:N", sort=order, axis=style.styled_axis(titles[0], palette, grid=False, labelLimit=150))
    offset = alt.YOffset("c0:N", sort=who, scale=alt.Scale(paddingInner=0.1))
    x = alt.X("c3:Q", axis=style.styled_axis(titles[1], palette, tickCount=5))
    tip = [alt.Tooltip("c0:N", title="who"), alt.Tooltip("c2:N", title=titles[0]),
           alt.Tooltip("c3:Q", title=titles[1], format=",.3~g")]  # fmt: skip
    base = alt.Chart(data)
    shown = base.mark_bar(opacity=0.85, cornerRadius=2).encode(x=x, y=y, yOffset=offset, color=colour, tooltip=tip)
    rules = base.transform_filter("isValid(datum.c4) && isValid(datum.c5)").mark_rule(strokeWidth=2, color=palette.ink)
    rules = rules.encode(x=alt.X("c4:Q"), x2=alt.X2("c5:Q"), y=y, yOffset=offset)
    return style.styled_chart(alt.layer(shown, rules), max(120, 22 * len(cells) + 80))


def step_chart(rows: Sequence[Mapping[str, Any]], at: int, palette: Palette) -> alt.LayerChart:
    """One moment of several animations on one plane: the path so far, thin, and where each stands now.

    rows: {"title", "family", "frames": [[x, y, ...], ...]}.
    """
    path, now = [], []
    for row in rows:
        who, frames = (str(row["title"]), str(row.get("family", ""))), row["frames"]
        last = min(at, len(frames) - 1)
        path += [(*who, float(frame[0]), float(frame[1]), k) for k, frame in enumerate(frames[: last + 1])]
        now.append((*who, float(frames[last][0]), float(frames[last][1]), last))
    names = ["title", "family", "x", "y", "k"]
    x, y = (
        alt.X("c2:Q", axis=style.styled_axis(None, palette), scale=_span(rows, 0)),
        alt.Y("c3:Q", axis=style.styled_axis(None, palette), scale=_span(rows, 1)),
    )
    colour, _ = curves.series_encoding(now, palette, "circle")
    line = alt.Chart(style.chart_frame(names, path)).mark_line(strokeWidth=1.5, opacity=0.45)
    line = line.encode(x=x, y=y, color=colour, order=alt.Order("c4:Q"))
    dots = alt.Chart(style.chart_frame(names, now)).mark_circle(size=240, opacity=0.95)
    return style.styled_chart(alt.layer(line, dots.encode(x=x, y=y, color=colour, tooltip=_tooltip())), 340)


def cart_chart(rows: Sequence[Mapping[str, Any]], at: int, palette: Palette) -> alt.LayerChart:
    """One moment of several carts, each on its own track, with its pole; one whose pole fell stays where it fell.

    rows: {"title", "family", "frames": [[place, angle in radians], ...]}.
    """
    poles, bodies = [], []
    for lane, row in enumerate(rows):
        who, frames = (str(row["title"]), str(row.get("family", ""))), row["frames"]
        last = min(at, len(frames) - 1)
        place, angle = float(frames[last][0]), float(frames[last][1])
        fell = "fell" if at >= len(frames) and last < max(len(one["frames"]) for one in rows) - 1 else ""
        top = (place + POLE * math.sin(angle), lane - 0.75 * math.cos(angle))
        poles += [(*who, place, float(lane), 0), (*who, *top, 1)]
        bodies.append((*who, place, float(lane), last, f"{who[0]} {fell}".strip(), lane + 0.24))
    names = ["title", "family", "x", "y", "k", "said", "foot"]
    track = alt.Scale(domain=[-TRACK, TRACK], nice=False)
    x = alt.X("c2:Q", axis=style.styled_axis("Place of the cart (the track ends at both sides)", palette), scale=track)
    y = alt.Y("c3:Q", axis=None, scale=alt.Scale(domain=[len(rows) - 0.55, -0.9], nice=False))
    colour = model_marks([(str(row["title"]), str(row.get("family", ""))) for row in rows], palette).colour("c0")
    line = alt.Chart(style.chart_frame(names[:5], poles)).mark_line(strokeWidth=5, strokeCap="round")
    line = line.encode(x=x, y=y, color=colour, detail=alt.Detail("c0:N"), order=alt.Order("c4:Q"))
    base = alt.Chart(style.chart_frame(names, bodies))
    body = base.mark_point(shape="square", size=420, filled=True, opacity=1)
    body = body.encode(x=x, y=y, color=colour, tooltip=_tooltip())
    text = base.mark_text(align="left", fontSize=12.5, color=palette.ink)
    text = text.encode(x=alt.XValue(4), y=alt.Y("c6:Q", axis=None), text=alt.Text("c5:N"))
    return style.styled_chart(alt.layer(line, body, text), 110 * len(rows) + 40)


def _span(rows: Sequence[Mapping[str, Any]], axis: int) -> alt.Scale:
    """The same scale for every moment, so that only what moves moves."""
    values = [float(frame[axis]) for row in rows for frame in row["frames"]]
    room = (max(values) - min(values)) * 0.06 or 1.0
    return alt.Scale(domain=[min(values) - room, max(values) + room], nice=False)


def _tooltip() -> list[alt.Tooltip]:
    return [alt.Tooltip("c0:N", title="who"), alt.Tooltip("c4:Q", title="step")]
