"""Curves over time: small ones in a grid, and one with its segments tinted by what they did to the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from pages.parts.charts import style
from pages.parts.palette import Palette
from pages.parts.text import plain

INKS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")


def _colour(channels: int, names: Sequence[str]) -> alt.Color:
    """Channels are coded; their names appear only as legend labels looked up by number."""
    codes = list(range(channels))
    return alt.Color("c2:N", scale=alt.Scale(domain=codes, range=list(INKS[:channels])), legend=None)


def names(channels: Sequence[str]) -> str:
    """The channels with their place, for a literal line under a chart."""
    return " · ".join(f"{k + 1}: {plain(name, 30)}" for k, name in enumerate(channels))


def grid(curves: Sequence[Sequence[Sequence[float]]], channels: Sequence[str], palette: Palette) -> Any:
    """Windows side by side, each on its own scale.

    curves: windows x channels x points, as a parcel's card keeps them.
    """
    count = max(len(window) for window in curves)
    drawn = []
    for window in curves:
        points = [(step, value, k) for k, line in enumerate(window) for step, value in enumerate(line)]
        data = style.frame(["step", "value", "channel"], points)
        line = alt.Chart(data).mark_line(strokeWidth=1.6)
        drawn.append(
            line.encode(
                x=alt.X("c0:Q", axis=None),
                y=alt.Y("c1:Q", axis=style.axis(None, palette, tickCount=2), scale=alt.Scale(zero=False)),
                color=_colour(count, channels),
            ).properties(width=190, height=90)
        )
    return style.finish(alt.concat(*drawn, columns=3, spacing=14))
