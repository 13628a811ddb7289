"""Intervals side by side: one line a contestant, its repeats as dots, its mean and interval, against a reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from pages.backend.uncertainty_estimates import INTERVAL
from pages.charts import style
from pages.charts.model_marks import model_marks
from pages.ui.formatting import format_number
from pages.ui.theme import Palette


@dataclass(frozen=True)
class IntervalRow:
    """One contestant's repeated values with their mean and its interval (None with fewer than two)."""

    title: str
    family: str
    values: tuple[float, ...]
    mean: float
    low: float | None
    high: float | None


def interval_chart(
    spreads: Sequence[IntervalRow], title: str, palette: Palette, reference: float | None = None, log: bool = False
) -> alt.LayerChart:
    """One band a contestant, the name above its dots so that a long one fits on a phone.

    reference: where nothing would be (0 for a gain, 50 for a blind guess), drawn as a dashed rule.
    """
    means, dots = [], []
    for place, one in enumerate(spreads):
        low, high = (one.mean if edge is None else edge for edge in (one.low, one.high))
        said = format_number(one.mean) + (
            "" if one.low is None else f"  ({format_number(low)} to {format_number(high)})"
        )
        means.append((place, one.family, one.title, one.mean, low, high, said, place - 0.34, place + 0.28))
        dots += [(place, one.family, one.title, value, turn + 1) for turn, value in enumerate(one.values)]
    mean = style.chart_frame(["place", "family", "title", "mean", "low", "high", "said", "label", "foot"], means)
    data = style.chart_frame(["place", "family", "title", "value", "turn"], dots)
    y = alt.Y("c0:Q", axis=None, scale=alt.Scale(domain=[len(spreads) - 0.4, -0.6], nice=False))
    every = [value for row in means for value in row[3:6]] + [row[3] for row in dots]
    every += [] if reference is None else [reference]
    room = (max(every) - min(every)) * 0.05 or max(abs(every[0]) * 0.1, 1e-6)
    linear = alt.Scale(domain=[min(every) - room, max(every) + room], nice=False)
    scale = alt.Scale(type="log", domain=[min(every) / 1.3, max(every) * 1.3], nice=False) if log else linear
    ticks = {"values": style.decade_ticks(min(every) / 1.3, max(every) * 1.3)} if log else {"tickCount": 6}
    x = alt.X("c3:Q", axis=style.styled_axis(title, palette, format=",.6~g", **ticks), scale=scale)
    marks = model_marks([(one.title, one.family) for one in spreads], palette)
    colour = marks.colour("c2")
    tip = [alt.Tooltip("c2:N", title="who"), alt.Tooltip("c6:N", title=f"mean ({INTERVAL})")]
    base = alt.Chart(mean)
    rule = base.mark_rule(strokeWidth=4, opacity=0.45, strokeCap="round")
    rule = rule.encode(x=alt.X("c4:Q", scale=scale), x2=alt.X2("c5:Q"), y=y, color=colour, tooltip=tip)
    circles = alt.Chart(data).mark_point(filled=True, size=44, opacity=0.6)
    tips = [tip[0], alt.Tooltip("c3:Q", format=",.3~g", title="value")]
    circles = circles.encode(x=x, y=y, color=colour, shape=marks.shape("c2"), tooltip=tips)
    tick = base.mark_tick(thickness=4, size=24, orient="vertical").encode(x=x, y=y, color=colour, tooltip=tip)
    names = base.mark_text(align="left", fontSize=12.5, fontWeight=600, color=palette.ink)
    names = names.encode(x=alt.XValue(4), y=alt.Y("c7:Q", axis=None), text=alt.Text("c2:N"))
    said = base.mark_text(align="left", fontSize=11.5, color=palette.muted)
    said = said.encode(x=alt.XValue(4), y=alt.Y("c8:Q", axis=None), text=alt.Text("c6:N"))
    halo = [text.copy() for text in (names, said)]
    for text in halo:
        text.mark.stroke, text.mark.strokeWidth, text.mark.color = palette.paper, 4, palette.paper
    layers = [rule, circles, tick, *halo, names, said]
    if reference is not None:
        zero = alt.Chart(style.chart_frame(["at"], [(reference,)])).mark_rule(color=palette.muted, strokeDash=[5, 4])
        layers.insert(0, zero.encode(x=alt.X("c0:Q", scale=scale)))
    return style.styled_chart(alt.layer(*layers), 72 * len(spreads) + 46)
