"""A sound or a window of readings to be seen: its waveform, or its channels one above the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np

from pages.backend import thumbnails
from pages.charts import style
from pages.ui.formatting import truncated
from pages.ui.theme import Palette

WAVE_HEIGHT, CHANNEL_HEIGHT, AXIS_HEIGHT = 120, 96, 40
WAVE_STEPS = 240
CHANNELS = 3


def waveform_chart(samples: np.ndarray, seconds: float, palette: Palette) -> alt.LayerChart:
    """The loudest and quietest sample of every short stretch against time.

    Args:
        samples: (n,) in any unit around zero, n > 0. seconds: how long the sound is.
    """
    outline = thumbnails.wave_envelope(samples, WAVE_STEPS)
    places = outline.starts / len(samples) * seconds
    rows = list(zip(places.tolist(), outline.low.tolist(), outline.high.tolist(), strict=True))
    data = style.chart_frame(["second", "low", "high"], rows)
    x = alt.X(
        "c0:Q",
        axis=style.styled_axis("seconds", palette, tickCount=4, grid=False),
        scale=alt.Scale(domain=[0, max(seconds, 1e-6)], nice=False),
    )
    area = alt.Chart(data).mark_area(color=palette.muted, opacity=0.85, line=False)
    scale = alt.Scale(domain=[-1.05, 1.05], nice=False)
    drawn = area.encode(x=x, y=alt.Y("c1:Q", axis=None, scale=scale), y2=alt.Y2("c2:Q"))
    return style.styled_chart(alt.layer(drawn), WAVE_HEIGHT)


def channel_curves(item: Mapping[str, Any], palette: Palette) -> list[alt.LayerChart]:
    """The first three channels of a window, a chart and a scale each.

    Args:
        item: a stored window: "curves" channels x points, "step" readings a point, "channels" names.
    """
    names, step = [str(name) for name in item.get("channels") or ()], int(item.get("step") or 1)
    curves: Sequence[Sequence[float | None]] = list(item["curves"])[:CHANNELS]
    found = []
    for number, curve in enumerate(curves):
        data = style.chart_frame(["reading", "value"], [(k * step, value) for k, value in enumerate(curve)])
        last = number == len(curves) - 1
        axis = style.styled_axis("reading" if last else None, palette, tickCount=4, labels=last, grid=False)
        x = alt.X("c0:Q", axis=axis, scale=alt.Scale(domain=[0, max(1, (len(curve) - 1) * step)], nice=False))
        y = alt.Y(
            "c1:Q", axis=style.styled_axis(None, palette, tickCount=2, format=".4~g"), scale=alt.Scale(zero=False)
        )
        line = alt.Chart(data).mark_line(strokeWidth=1.5, color=palette.ink).encode(x=x, y=y)
        label = truncated(names[number], 28) if number < len(names) else ""
        title = alt.TitleParams(label, anchor="start", fontSize=11, fontWeight="normal", color=palette.muted, offset=4)
        drawn = alt.layer(line, title=title)
        found.append(style.styled_chart(drawn, CHANNEL_HEIGHT + (AXIS_HEIGHT if last else 0)))
    return found
