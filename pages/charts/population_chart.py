"""The shipped data sets of one claim as dots on one axis, with the mean effect and that of the next data set below."""

from __future__ import annotations

import math
from dataclasses import dataclass

import altair as alt

from pages.backend.evidence.shipped_evidence import PopulationVerdict
from pages.charts import style
from pages.ui.formatting import format_number, format_points
from pages.ui.theme import FAMILY_TITLES, Palette

# Dots that fit beside one another along the axis; closer ones stand on one another.
DOTS_ACROSS = 44
# Pixels of a dot's place, and of everything below the dots.
DOT, FOOT = 15, 62
FEW_FACTORS, MANY_FACTORS = (1, 2, 5, 10), (1, 10, 100, 1_000, 10_000)


@dataclass(frozen=True)
class _Axis:
    """Effects as positions: to the right deep is better, whichever side the claim favours."""

    sign: float
    factor: bool
    low: float
    high: float

    def described(self, value: float) -> str:
        """A position in words: points of skill, or the factor by which the better side is ahead."""
        if not self.factor:
            return f"{format_points(abs(value))} points"
        return f"{format_number(10 ** abs(value))} times"

    def scale(self) -> alt.Scale:
        return alt.Scale(domain=[self.low, self.high], nice=False)

    def drawn(self, palette: Palette) -> alt.Axis:
        left, right = FAMILY_TITLES["classical"].lower(), FAMILY_TITLES["deep"].lower()
        unit = "factor" if self.factor else "points of skill"
        more: dict[str, object] = {"tickCount": 7}
        if self.factor:
            # Within one power of ten either way, factors of 2 and 5 are named as well.
            steps = FEW_FACTORS if max(abs(self.low), abs(self.high)) <= 1.2 else MANY_FACTORS
            values = [sign * math.log10(step) for step in steps for sign in (-1, 1) if step > 1 or sign > 0]
            more = {"values": values, "labelExpr": "format(pow(10, abs(datum.value)), ',.3~g') + ' ×'"}
        said = f"\N{LEFTWARDS ARROW} {left} better · {unit} · {right} better \N{RIGHTWARDS ARROW}"
        return style.styled_axis(said, palette, **more)


def population_chart(found: PopulationVerdict, palette: Palette) -> alt.LayerChart:
    """A dot a data set at its effect, stacked where several are close; below them the mean with its 95 % interval and
    the interval of the next data set; the shaded band counts as equal.

    Args:
        found: with at least one data set. palette: of the page.
    """
    axis = _axis(found)
    levels = _levels(found, axis)
    tallest = max(levels) + 1
    y_scale = alt.Scale(domain=[-2.6, tallest], nice=False)
    x = alt.X("c0:Q", scale=axis.scale(), axis=axis.drawn(palette))
    rows = []
    for one, level in zip(found.datasets, levels, strict=True):
        at = axis.sign * one.gap
        side = _side(at, found.margin)
        ahead = "equal" if side == "chance" else f"{FAMILY_TITLES[side].lower()} by {axis.described(at)}"
        rows.append((at, level + 0.5, side, one.title, f"{one.modality}, {one.rows:,} rows", ahead))
    data = style.chart_frame(["at", "level", "side", "title", "kind", "ahead"], rows)
    tip = [alt.Tooltip("c3:N", title="data set"), alt.Tooltip("c4:N", title="of"), alt.Tooltip("c5:N", title="ahead")]
    dots = alt.Chart(data).mark_circle(size=120, opacity=1).encode(
        x=x, y=alt.Y("c1:Q", axis=None, scale=y_scale), color=style.family_colour("c2", palette), tooltip=tip
    )  # fmt: skip
    band = style.chart_frame(["from", "to"], [(-found.margin, found.margin)])
    ground = alt.Chart(band).mark_rect(color=palette.band, opacity=0.35).encode(x=x, x2=alt.X2("c1:Q"))
    zero = alt.Chart(style.chart_frame(["zero"], [(0.0,)])).mark_rule(color=palette.muted, strokeDash=[3, 3])
    layers = [ground, zero.encode(x=x), dots, *_intervals(found, axis, y_scale, palette)]
    return style.styled_chart(alt.layer(*layers), round(DOT * tallest + FOOT + 46))


def _axis(found: PopulationVerdict) -> _Axis:
    sign = _sign(found)
    edges = [sign * one.gap for one in found.datasets] + [-1.5 * found.margin, 1.5 * found.margin]
    edges += [sign * value for value in (found.mean_low, found.mean_high) if value is not None]
    low, high = min(edges), max(edges)
    room = 0.06 * (high - low)
    return _Axis(sign, found.unit == "log10", low - room, high + room)


def _levels(found: PopulationVerdict, axis: _Axis) -> list[int]:
    """How far up each data set's dot stands: the lowest place at which it covers no other dot."""
    width = (axis.high - axis.low) / DOTS_ACROSS
    places = [axis.sign * one.gap for one in found.datasets]
    last: list[float] = []
    levels = [0] * len(places)
    for index in sorted(range(len(places)), key=lambda one: places[one]):
        level = next((k for k, at in enumerate(last) if places[index] - at >= width), len(last))
        last[level : level + 1] = [places[index]]
        levels[index] = level
    return levels


def _intervals(found: PopulationVerdict, axis: _Axis, y_scale: alt.Scale, palette: Palette) -> list[alt.Chart]:
    """The lines below the dots with their names; none where too few data sets speak."""
    named = [
        ("mean of such data sets", found.mean, found.mean_low, found.mean_high, -0.7, 5),
        ("next data set", found.mean, found.next_low, found.next_high, -1.9, 2),
    ]
    layers: list[alt.Chart] = []
    for title, middle, one, other, level, width in named:
        if middle is None or one is None or other is None:
            continue
        low, high = sorted((axis.sign * one, axis.sign * other))
        cut = max(low, axis.low), min(high, axis.high)
        said = f"{title}: 95 % interval"
        row = (*cut, level, axis.sign * middle, said)
        data = style.chart_frame(["low", "high", "level", "middle", "said"], [row])
        y = alt.Y("c2:Q", axis=None, scale=y_scale)
        line = alt.Chart(data).mark_rule(color=palette.ink, strokeWidth=width, opacity=0.75, strokeCap="round")
        layers.append(
            line.encode(x=alt.X("c0:Q", scale=axis.scale()), x2=alt.X2("c1:Q"), y=y, tooltip=alt.Tooltip("c4:N"))
        )
        if width > 2:
            point = alt.Chart(data).mark_point(shape="diamond", filled=True, size=110, color=palette.ink, opacity=1)
            layers.append(point.encode(x=alt.X("c3:Q", scale=axis.scale()), y=y, tooltip=alt.Tooltip("c4:N")))
        text = alt.Chart(data).mark_text(fontSize=11.5, color=palette.muted, dy=11, align="left")
        layers.append(text.encode(x=alt.XValue(2), y=y, text=alt.Text("c4:N")))
    return layers


def size_chart(found: PopulationVerdict, palette: Palette) -> alt.LayerChart:
    """The lead of the deep side against the number of rows: a line a data set over the sizes at which it was played,
    a dot a size; the shaded band counts as equal, and a line that leaves it upwards crossed over.

    Args:
        found: with data sets at more than one size. palette: of the page.
    """
    sign = _sign(found)
    rows = [
        (size.rows, sign * size.gap, one.title, _side(sign * size.gap, found.margin),
         f"{format_points(sign * size.gap, sign=True)} "
         f"({' to '.join(format_points(edge, sign=True) for edge in sorted((sign * size.low, sign * size.high)))})")
        for one in found.datasets if len(one.sizes) > 1 for size in one.sizes
    ]  # fmt: skip
    data = style.chart_frame(["rows", "lead", "title", "side", "said"], rows)
    counts = [row[0] for row in rows]
    edges = (min(counts) / 1.3, max(counts) * 1.3)
    scale = alt.Scale(type="log", domain=list(edges), nice=False)
    x = alt.X(
        "c0:Q", scale=scale, axis=style.styled_axis("Rows played", palette, values=_row_ticks(*edges), format=",")
    )
    y = alt.Y("c1:Q", axis=style.styled_axis("Lead of deep, points", palette, tickCount=5))
    tip = [alt.Tooltip("c2:N", title="data set"), alt.Tooltip("c0:Q", title="rows", format=",")]
    tip.append(alt.Tooltip("c4:N", title="lead of deep"))
    band = style.chart_frame(["low", "high"], [(-found.margin, found.margin)])
    ground = alt.Chart(band).mark_rect(color=palette.band, opacity=0.35).encode(y=alt.Y("c0:Q"), y2=alt.Y2("c1:Q"))
    lines = (
        alt.Chart(data)
        .mark_line(color=palette.muted, strokeWidth=1.5, opacity=0.7)
        .encode(x=x, y=y, detail=alt.Detail("c2:N"))
    )
    dots = alt.Chart(data).mark_circle(size=90, opacity=1)
    dots = dots.encode(x=x, y=y, color=style.family_colour("c3", palette), tooltip=tip)
    return style.styled_chart(alt.layer(ground, lines, dots), 220)


def _row_ticks(low: float, high: float) -> list[int]:
    """Round numbers of rows within an axis."""
    steps = [factor * 10**power for power in range(1, 8) for factor in (1, 2, 5)]
    return [step for step in steps if low <= step <= high]


def _sign(found: PopulationVerdict) -> float:
    """By which an effect is multiplied so that a lead of the deep side is positive."""
    return -1.0 if found.favours == "classical" else 1.0


def _side(at: float, margin: float) -> str:
    """Whose colour a dot has: nobody's within the margin."""
    return "chance" if abs(at) <= margin else "deep" if at > 0 else "classical"
