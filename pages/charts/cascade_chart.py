"""Skill of a cascade against the time of an answer, between the cheap model alone and both on every row."""

from __future__ import annotations

from typing import NamedTuple

import altair as alt

from pages.backend.cascades import Cascade
from pages.charts import style
from pages.charts.model_marks import model_marks
from pages.ui.theme import Palette

HEIGHT = 260


class CascadeSides(NamedTuple):
    """Titles and families of the cheap and the dear model."""

    cheap: str
    cheap_family: str
    dear: str
    dear_family: str


def cascade_chart(found: Cascade, sides: CascadeSides, palette: Palette) -> alt.LayerChart:
    """The curve with its band, both models alone by their marks, and the chosen cascade as a ring."""
    marks = model_marks([(sides.cheap, sides.cheap_family), (sides.dear, sides.dear_family)], palette)
    curve = style.chart_frame(
        ["cost", "skill", "low", "high", "share"],
        [(one.cost, one.skill, one.low, one.high, one.share) for one in found.curve],
    )
    ends = [(sides.cheap, found.cheap_cost, found.curve[0].skill), (sides.dear, found.dear_cost, found.curve[-1].skill)]
    chosen = style.chart_frame(["cost", "skill"], [(found.chosen.cost, found.chosen.skill)])
    x_axis = style.styled_axis("Milliseconds per answer, mean", palette, tickCount=5)
    y_axis = style.styled_axis("Skill, points", palette, tickCount=5)
    x, y = (
        alt.X("c0:Q", axis=x_axis, scale=alt.Scale(zero=True)),
        alt.Y("c1:Q", axis=y_axis, scale=alt.Scale(zero=False)),
    )
    tip = [
        alt.Tooltip("c4:Q", title="asked", format=".0%"), alt.Tooltip("c0:Q", title="ms", format=".3~g"),
        alt.Tooltip("c1:Q", title="skill", format=".3~g"), alt.Tooltip("c2:Q", title="from", format=".3~g"),
        alt.Tooltip("c3:Q", title="to", format=".3~g"),
    ]  # fmt: skip
    legend = style.model_legend(palette)
    base = alt.Chart(curve)
    alone = alt.Chart(style.chart_frame(["title", "cost", "skill"], ends))
    layers = alt.layer(
        base.mark_area(opacity=0.14, color=palette.ink).encode(x=x, y=alt.Y("c2:Q", title=None), y2=alt.Y2("c3:Q")),
        base.mark_line(color=palette.ink, strokeWidth=2).encode(x=x, y=y, order=alt.Order("c0:Q")),
        base.mark_circle(color=palette.ink, size=30, opacity=1).encode(x=x, y=y, tooltip=tip),
        alt.Chart(chosen)
        .mark_point(size=160, strokeWidth=2.5, color=palette.ink)
        .encode(x=alt.X("c0:Q"), y=alt.Y("c1:Q")),
        alone.mark_point(filled=True, opacity=1, size=110).encode(
            x=alt.X("c1:Q"),
            y=alt.Y("c2:Q"),
            color=marks.colour("c0", legend=legend),
            shape=marks.shape("c0", legend=legend),
        ),
    )
    return style.styled_chart(layers, HEIGHT)
