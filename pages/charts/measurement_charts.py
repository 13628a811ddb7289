"""Data appetite and surgeries: skill as rows grow with its extrapolation, and the gap after each operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

import altair as alt

from pages.charts import curves, style
from pages.ui.theme import Palette


def learning_curve_chart(comparison: Mapping[str, Any], palette: Palette) -> alt.LayerChart:
    """Measured skills as dots, fitted curves with their band, the crossover with its interval as a rule.

    comparison: as ``verdicts.compare_learning_curves`` returns it, with at least one curve.
    """
    bands, dots = [], []
    for curve in comparison["curves"]:
        for at in curve["fitted"]:
            bands.append((curve["title"], curve["family"], at["rows"], at["skill"], at["low"], at["high"]))
        for at in curve["measured"]:
            dots.append((curve["title"], curve["family"], float(at["rows"]), fmean(at["skills"])))
    data = style.chart_frame(["title", "family", "rows", "skill", "low", "high"], bands)
    points = style.chart_frame(["title", "family", "rows", "skill"], dots)
    low, high = min(row[2] for row in bands), max(row[2] for row in bands)
    ticks = style.styled_axis("Rows to learn from", palette, format="~s", values=style.decade_ticks(low, high))
    x = alt.X("c2:Q", axis=ticks, scale=alt.Scale(type="log", domain=[low, high], nice=False))
    top, bottom = max(row[3] for row in dots + bands), min(row[3] for row in dots + bands)
    room = (top - bottom) * 0.15 or 1.0
    scale = alt.Scale(domain=[bottom - room, top + room], nice=False, clamp=True)
    y = alt.Y("c3:Q", axis=style.styled_axis("Skill, points", palette), scale=scale)
    colour, dash = curves.series_encoding(
        [(curve["title"], curve["family"]) for curve in comparison["curves"]], palette
    )
    base = alt.Chart(data)
    band = base.mark_area(opacity=0.1).encode(
        x=x, y=alt.Y("c4:Q", scale=scale), y2=alt.Y2("c5:Q"), color=colour, detail=alt.Detail("c0:N")
    )
    line = base.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour, strokeDash=dash)
    tip = [
        alt.Tooltip("c0:N", title="contestant"),
        alt.Tooltip("c2:Q", title="rows", format=",.0f"),
        alt.Tooltip("c3:Q", title="skill, points", format=".1f"),
    ]
    circles = alt.Chart(points).mark_circle(size=70, opacity=1).encode(x=x, y=y, color=colour, tooltip=tip)
    rules = [(float(one["rows"]),) for one in comparison["crossovers"] if one["state"] == "in sight" and one["rows"]]
    cross = alt.Chart(style.chart_frame(["rows"], rules)).mark_rule(color=palette.muted, strokeDash=[5, 4])
    cross = cross.encode(x=alt.X("c0:Q", scale=alt.Scale(type="log", domain=[low, high], nice=False)))
    return style.styled_chart(alt.layer(band, line, circles, *([cross] if rules else [])), 320)


def surgery_chart(comparison: Sequence[Mapping[str, Any]], margin: float, palette: Palette) -> alt.LayerChart:
    """The gap of one pair after each operation with its interval; right of zero the left contestant is better."""
    told = [one for one in comparison if one["gap"] is not None]
    rows = [
        (place, one["title"], float(one["gap"]), float(one["low"]), float(one["high"]), place - 0.34)
        for place, one in enumerate(told)
    ]
    data = style.chart_frame(["place", "title", "gap", "low", "high", "label"], rows)
    reach = max([abs(value) for row in rows for value in row[2:5]] + [2 * margin]) * 1.1
    scale = alt.Scale(domain=[-reach, reach], nice=False)
    y = alt.Y("c0:Q", axis=None, scale=alt.Scale(domain=[len(rows) - 0.5, -0.6], nice=False))
    x = alt.X("c2:Q", axis=style.styled_axis("Gap, points of skill (deep better →)", palette), scale=scale)
    tip = [alt.Tooltip("c1:N", title="operation"), alt.Tooltip("c2:Q", title="gap, points", format=".1f")]
    zone = alt.Chart(style.chart_frame(["from", "to"], [(-margin, margin)])).mark_rect(color=palette.band, opacity=0.35)
    zone = zone.encode(x=alt.X("c0:Q", scale=scale), x2=alt.X2("c1:Q"))
    base = alt.Chart(data)
    line = base.mark_rule(strokeWidth=4, color=palette.muted).encode(
        x=alt.X("c3:Q", scale=scale), x2=alt.X2("c4:Q"), y=y, tooltip=tip
    )
    dot = base.mark_circle(size=150, color=palette.ink, opacity=1).encode(x=x, y=y, tooltip=tip)
    names = base.mark_text(align="left", fontSize=12.5, color=palette.ink)
    names = names.encode(x=alt.XValue(4), y=alt.Y("c5:Q", axis=None), text=alt.Text("c1:N"))
    return style.styled_chart(alt.layer(zone, line, dot, names), 62 * len(rows) + 60)
