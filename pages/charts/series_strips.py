"""Curves over time: some windows of a series side by side, a strip a channel."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from pages.charts import style
from pages.ui.theme import Palette

HEIGHT = 84


def series_strip(curves: Sequence[Sequence[Sequence[float]]], channel: int, palette: Palette) -> alt.LayerChart:
    """One channel of some windows side by side, on one scale, a gap between windows.

    curves: windows x channels x points, as a parcel's card keeps them.
    """
    points, edges, at = [], [], 0
    for place, window in enumerate(curves):
        line = window[channel]
        points += [(at + step, value, place) for step, value in enumerate(line)]
        at += len(line) + max(2, len(line) // 12)
        edges.append((at - max(2, len(line) // 12) / 2,))
    data = style.chart_frame(["step", "value", "window"], points)
    x = {"axis": None, "scale": alt.Scale(domain=[0, max(1, at)], nice=False)}
    y = alt.Y("c1:Q", axis=style.styled_axis(None, palette, tickCount=3), scale=alt.Scale(zero=False))
    line = alt.Chart(data).mark_line(strokeWidth=1.6, color=palette.ink)
    line = line.encode(x=alt.X("c0:Q", **x), y=y, detail=alt.Detail("c2:N"))
    between = alt.Chart(style.chart_frame(["edge"], edges[:-1] or [(-1.0,)])).mark_rule(
        color=palette.grid, strokeWidth=2
    )
    return style.styled_chart(alt.layer(between.encode(x=alt.X("c0:Q", **x)), line), HEIGHT)
