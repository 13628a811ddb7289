"""Calibration: observed shares against predicted probabilities, with the interval of every bin."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt

from pages.backend.held_out_errors import Calibration
from pages.charts import style
from pages.charts.model_marks import ModelMarks
from pages.ui.theme import Palette

HEIGHT = 320


def calibration_chart(
    models: Mapping[str, Calibration], x_title: str, marks: ModelMarks, palette: Palette
) -> alt.LayerChart:
    """One line a model; on the dashed diagonal what is said is what happens. Larger marks rest on more rows.

    Args:
        models: title -> its calibration. x_title: what is predicted.
    """
    rows = [
        (title, one.predicted, one.observed, one.low, one.high, one.count)
        for title, found in models.items()
        for one in found.bins
    ]
    data = style.chart_frame(["title", "predicted", "observed", "low", "high", "rows"], rows)
    share = alt.Scale(domain=[0, 1])
    x = alt.X("c1:Q", axis=style.styled_axis(x_title, palette, tickCount=5, format=".0%"), scale=share)
    y = alt.Y("c2:Q", axis=style.styled_axis("How often it was so", palette, tickCount=5, format=".0%"), scale=share)
    colour = marks.colour("c0")
    tip = [
        alt.Tooltip("c0:N", title="model"), alt.Tooltip("c1:Q", title="predicted", format=".1%"),
        alt.Tooltip("c2:Q", title="observed", format=".1%"), alt.Tooltip("c3:Q", title="from", format=".1%"),
        alt.Tooltip("c4:Q", title="to", format=".1%"), alt.Tooltip("c5:Q", title="rows", format=","),
    ]  # fmt: skip
    ends = style.chart_frame(["x", "y"], [(0.0, 0.0), (1.0, 1.0)])
    diagonal = alt.Chart(ends).mark_line(strokeDash=[4, 4], color=palette.muted, strokeWidth=1.2)
    reach = alt.Chart(data).mark_rule(strokeWidth=2, opacity=0.5)
    line = alt.Chart(data).mark_line(strokeWidth=1.6, opacity=0.8)
    dots = alt.Chart(data).mark_point(filled=True, opacity=1)
    size = alt.Size("c5:Q", scale=alt.Scale(type="sqrt", range=[28, 180]), legend=None)
    layers = alt.layer(
        diagonal.encode(x=alt.X("c0:Q", scale=share), y=alt.Y("c1:Q", scale=share)),
        reach.encode(x=x, y=alt.Y("c3:Q", scale=share), y2=alt.Y2("c4:Q"), color=colour, tooltip=tip),
        line.encode(x=x, y=y, color=colour, order=alt.Order("c1:Q")),
        dots.encode(x=x, y=y, color=colour, shape=marks.shape("c0"), size=size, tooltip=tip),
    )
    return style.styled_chart(layers, HEIGHT)
