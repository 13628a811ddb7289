"""Skill against what it costs: one point a contestant, and the line of those that nothing beats on both."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import altair as alt

from core.schema import Contest
from pages.backend import report_words
from pages.charts import style
from pages.charts.model_marks import model_marks
from pages.ui.theme import Palette

COSTS = {
    "fit_cpu_seconds": "Training, CPU-seconds per fit",
    "latency_p50": "Latency, median, ms",
    "million_cost": "Cost of a million answers",
    "size": "Size on disk, bytes",
    "energy": "1,000 answers, joules",
}
MONEY, BYTES = ("million_cost",), ("size",)
HEIGHT = 320
# What is left for the dots between the axes, in pixels, and on a phone from left to right.
PLOT, PHONE, MARGIN = 262, 290, 40
LETTER = 6.0
RISES = (17, -17, 34, -34, 51, -51, 68, -68, 85, -85, 102, -102, 0)
# From a dot to its name, in pixels: beside the upright line of its interval.
ASIDE = 8


class CostPoint(NamedTuple):
    """A contestant's cost, in the unit of the axis, and its mean skill in points; the ends are those of the repeated
    measurements of its cost and of the interval of its skill."""

    title: str
    family: str
    cost: float
    skill: float
    cost_ends: tuple[float, float]
    skill_ends: tuple[float, float]


class LabelPlace(NamedTuple):
    """Where a name stands: its dot in pixels of a phone's chart, towards which side the name hangs, and the ends of the
    dot's intervals, from left to right and upwards; None where it has none."""

    title: str
    x: float
    y: float
    side: str
    across: tuple[float, float] | None = None
    upright: tuple[float, float] | None = None


class _Box(NamedTuple):
    """A rectangle in pixels."""

    left: float
    right: float
    bottom: float
    top: float


def available_costs(contest: Contest) -> list[str]:
    """The costs that at least two contestants have been measured on."""
    real = [run for run in report_words.scored_runs(contest) if run.family != "chance"]
    return [key for key in COSTS if sum(bool(report_words.median_value(run, key)) for run in real) >= 2]


def cost_points(contest: Contest, cost: str) -> list[CostPoint]:
    """The cost and mean skill of every contestant but the dummy that has both, cost above zero."""
    found = []
    for standing in report_words.rank_contestants(contest):
        value = report_words.median_value(standing.run, cost)
        if standing.run.family != "chance" and value is not None and value > 0:
            ends = report_words.value_range(standing.run, cost) or (value, value)
            low = standing.mean if standing.low is None else standing.low
            high = standing.mean if standing.high is None else standing.high
            costs = (ends[0] if ends[0] > 0 else value, ends[1])
            found.append(CostPoint(standing.run.title, standing.run.family, value, standing.mean, costs, (low, high)))
    return found


def label_offsets(places: Sequence[LabelPlace]) -> list[int]:
    """How far above its dot every name stands, in pixels, so that no name covers another name, another's dot
    or the line of an interval.

    places: in pixels of a phone's chart; what is free there is free on a wide screen.
    """
    dots = [_Box(place.x - 9, place.x + 9, place.y - 9, place.y + 9) for place in places]
    taken: list[_Box] = []
    found = []
    lines = [line for place in places for line in _lines(place)]
    for k, place in enumerate(places):
        x, y, width = place.x, place.y, LETTER * len(place.title) + 6
        left, right = (x + ASIDE, x + ASIDE + width) if place.side == "left" else (x - ASIDE - width, x - ASIDE)
        others = [*taken, *dots[:k], *dots[k + 1 :]]
        tries = [(rise, _Box(left, right, y + rise - 8, y + rise + 8)) for rise in RISES]
        # Where lines leave no room, a name crosses one of them rather than a dot or another name.
        rise, box = _free([*others, *lines], tries) or _free(others, tries) or tries[0]
        taken.append(box)
        found.append(rise)
    return found


def _free(around: Sequence[_Box], tries: Sequence[tuple[int, _Box]]) -> tuple[int, _Box] | None:
    """The first place that covers nothing."""
    return next((one for one in tries if not any(_overlap(one[1], other) for other in around)), None)


def _lines(place: LabelPlace) -> list[_Box]:
    """The lines of a dot's intervals as boxes."""
    found = []
    if place.across is not None:
        found.append(_Box(*place.across, place.y - 2, place.y + 2))
    if place.upright is not None:
        found.append(_Box(place.x - 2, place.x + 2, *place.upright))
    return found


def _overlap(one: _Box, other: _Box) -> bool:
    across = one.left < other.right and other.left < one.right
    return across and one.bottom < other.top and other.bottom < one.top


def _label_levels(points: Sequence[CostPoint], domain: list[float]) -> tuple[list[float], list[float]]:
    """The skill axis' ends, and the level on it of every contestant's name."""
    skills = [point.skill for point in points]
    low, high = min(point.skill_ends[0] for point in points), max(point.skill_ends[1] for point in points)
    pixel = max(high - low, 0.5) / (PLOT - 2 * MARGIN)
    ends = [low - MARGIN * pixel, high + MARGIN * pixel]
    decade = PHONE / math.log(domain[1] / domain[0])

    def x(cost: float) -> float:
        return decade * math.log(cost / domain[0])

    def y(skill: float) -> float:
        return (skill - ends[0]) / pixel

    placed = [
        LabelPlace(
            point.title, x(point.cost), y(point.skill), _side(point.cost, domain),
            (x(point.cost_ends[0]), x(point.cost_ends[1])), (y(point.skill_ends[0]), y(point.skill_ends[1])),
        )
        for point in points
    ]  # fmt: skip
    return ends, [skill + rise * pixel for skill, rise in zip(skills, label_offsets(placed), strict=True)]


def _side(cost: float, domain: list[float]) -> str:
    """A name hangs towards the middle of the chart, so that none is cut off on a phone."""
    return "left" if cost * cost <= domain[0] * domain[1] else "right"


def _cost_axis(cost: str, domain: list[float], palette: Palette) -> alt.Axis:
    """The axis of a cost: powers of ten, money in dollars and cents, bytes with their prefixes."""
    written = {"labelExpr": style.money_labels()} if cost in MONEY else {"format": "~s" if cost in BYTES else "~g"}
    return style.styled_axis(
        f"{COSTS[cost]}  (cheaper ←)", palette, values=style.decade_ticks(*domain), labelOverlap="greedy", **written
    )


def pareto_chart(contest: Contest, cost: str, palette: Palette) -> alt.LayerChart:
    """Cost on a logarithmic axis (cheap is left), skill upwards; the frontier dashed."""
    points = cost_points(contest, cost)
    best = set(report_words.pareto_front([(point.cost, point.skill) for point in points]))
    low, high = min(point.cost_ends[0] for point in points), max(point.cost_ends[1] for point in points)
    domain = [low / 3, high * 3]
    ends, levels = _label_levels(points, domain)
    rows = []
    for k, point in enumerate(points):
        said = "nothing is cheaper and better" if k in best else "beaten"
        rows.append(
            (point.title, point.family, point.cost, point.skill, said, _side(point.cost, domain), levels[k],
             *point.cost_ends, *point.skill_ends)
        )  # fmt: skip
    names = ["title", "family", "cost", "skill", "standing", "side", "level of the name"]
    data = style.chart_frame([*names, "least cost", "most cost", "low", "high"], rows)
    x = alt.X("c2:Q", axis=_cost_axis(cost, domain, palette), scale=alt.Scale(type="log", domain=domain, nice=False))
    upwards = {"axis": style.styled_axis("Skill, points", palette), "scale": alt.Scale(domain=ends, nice=False)}
    y, level = alt.Y("c3:Q", **upwards), alt.Y("c6:Q", **upwards)
    base = alt.Chart(data)
    tip = [
        alt.Tooltip("c0:N", title="contestant"),
        alt.Tooltip("c2:Q", title=COSTS[cost], format=",.4~g"),
        alt.Tooltip("c3:Q", title="skill, points", format=".1f"),
        alt.Tooltip("c4:N", title="standing"),
    ]
    edge = base.transform_filter(alt.datum.c4 != "beaten")
    line = edge.mark_line(interpolate="step-after", strokeDash=[5, 4], color=palette.muted)
    line = line.encode(x=x, y=y, order=alt.Order("c2:Q"))
    marks = model_marks([(point.title, point.family) for point in points], palette)
    colour = marks.colour("c0")
    dots = edge.mark_point(filled=True, size=230, opacity=0.95)
    dots = dots.encode(x=x, y=y, color=colour, shape=marks.shape("c0"), tooltip=tip)
    # A model that is beaten on both is greyed; its edge keeps its own colour.
    beaten = base.transform_filter(alt.datum.c4 == "beaten").mark_point(size=200, fill=palette.band, strokeWidth=2)
    beaten = beaten.encode(
        x=x, y=y, stroke=marks.colour("c0", alt.Stroke), shape=marks.shape("c0"), tooltip=tip,
        fillOpacity=alt.FillOpacityValue(1),
    )  # fmt: skip
    spread = base.mark_rule(strokeWidth=2.5, opacity=0.35)
    across = spread.encode(x=alt.X("c7:Q"), x2=alt.X2("c8:Q"), y=y, color=colour)
    upright = spread.encode(x=x, y=alt.Y("c9:Q"), y2=alt.Y2("c10:Q"), color=colour)
    words = [
        base.transform_filter(alt.datum.c5 == side)
        .mark_text(align=side, dx=ASIDE if side == "left" else -ASIDE, fontSize=13, color=palette.ink)
        .encode(x=x, y=level, text=alt.Text("c0:N"))
        for side in ("left", "right")
    ]
    return style.styled_chart(alt.layer(line, across, upright, beaten, dots, *words), HEIGHT)
