"""Residuals: how large they are for every model, and how they change with what was predicted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt

from pages.backend.held_out_errors import ResidualBin, ResidualPoint, ResidualSummary
from pages.charts import style
from pages.charts.model_marks import ModelMark, ModelMarks
from pages.ui.formatting import format_number
from pages.ui.theme import Palette

HEIGHT = 320
BAND = 62


def residual_ranges(
    models: Mapping[str, ResidualSummary], unit: str, marks: ModelMarks, palette: Palette
) -> alt.LayerChart:
    """One band a model: the middle half of its residuals as a bar, the middle 90 % as a line, the median as its mark.

    Args:
        models: title -> residuals. unit: title of the axis.
    """
    rows = [
        (place, title, *one.quantiles, place - 0.34, " to ".join(format_number(one.quantiles[k]) for k in (0, 4)))
        for place, (title, one) in enumerate(models.items())
    ]
    data = style.chart_frame(["place", "title", "q5", "q25", "q50", "q75", "q95", "label", "said"], rows)
    y = alt.Y("c0:Q", axis=None, scale=alt.Scale(domain=[len(rows) - 0.5, -0.6], nice=False))
    x = alt.X("c2:Q", axis=style.styled_axis(unit, palette, tickCount=6), scale=alt.Scale(zero=True, padding=12))
    colour = marks.colour("c1")
    tip = [
        alt.Tooltip("c1:N", title="model"), alt.Tooltip("c4:Q", title="median", format=".3~r"),
        alt.Tooltip("c3:Q", title="a quarter below", format=".3~r"),
        alt.Tooltip("c5:Q", title="a quarter above", format=".3~r"), alt.Tooltip("c8:N", title="the middle 90 %"),
    ]  # fmt: skip
    zero = alt.Chart(style.chart_frame(["x"], [(0.0,)])).mark_rule(strokeDash=[4, 4], color=palette.muted)
    reach = (
        alt.Chart(data)
        .mark_rule(strokeWidth=2.5, opacity=0.6)
        .encode(x=x, x2=alt.X2("c6:Q"), y=y, color=colour, tooltip=tip)
    )
    half = alt.Chart(data).mark_rule(strokeWidth=13, opacity=0.45)
    dots = alt.Chart(data).mark_point(filled=True, size=120, opacity=1, stroke=palette.ink, strokeWidth=1)
    names = alt.Chart(data).mark_text(align="left", fontSize=13, fontWeight=600, color=palette.ink)
    layers = alt.layer(
        zero.encode(x=alt.X("c0:Q")),
        reach,
        half.encode(x=alt.X("c3:Q"), x2=alt.X2("c5:Q"), y=y, color=colour, tooltip=tip),
        dots.encode(x=alt.X("c4:Q"), y=y, color=colour, shape=marks.shape("c1"), tooltip=tip),
        names.encode(x=alt.XValue(4), y=alt.Y("c7:Q", axis=None), text=alt.Text("c1:N")),
    )
    return style.styled_chart(layers, BAND * len(rows) + 46)


def residual_scatter(
    points: Sequence[ResidualPoint], bins: Sequence[ResidualBin], mark: ModelMark, palette: Palette
) -> alt.LayerChart:
    """Recorded minus predicted against predicted: dots are rows, the line the median, the band the middle 80 %."""
    dots = style.chart_frame(["predicted", "residual"], [(one.predicted, one.residual) for one in points])
    trend = style.chart_frame(
        ["predicted", "low", "middle", "high", "rows"],
        [(one.predicted, one.low, one.middle, one.high, one.count) for one in bins],
    )
    x = alt.X("c0:Q", axis=style.styled_axis("Predicted", palette, tickCount=5), scale=alt.Scale(zero=False))
    y = alt.Y("c1:Q", axis=style.styled_axis("Recorded minus predicted", palette, tickCount=5))
    tips = [
        alt.Tooltip("c0:Q", title="predicted", format=".3~r"),
        alt.Tooltip("c1:Q", title="recorded minus predicted", format=".3~r"),
    ]
    tip = [
        alt.Tooltip("c0:Q", title="predicted", format=".3~r"), alt.Tooltip("c2:Q", title="median", format=".3~r"),
        alt.Tooltip("c1:Q", title="10 % below", format=".3~r"), alt.Tooltip("c3:Q", title="10 % above", format=".3~r"),
        alt.Tooltip("c4:Q", title="rows", format=","),
    ]  # fmt: skip
    zero = alt.Chart(style.chart_frame(["y"], [(0.0,)])).mark_rule(strokeDash=[4, 4], color=palette.muted)
    cloud = alt.Chart(dots).mark_point(filled=True, size=18, opacity=0.35, color=mark.colour, shape=mark.shape)
    band = alt.Chart(trend).mark_area(opacity=0.2, color=mark.colour)
    line = alt.Chart(trend).mark_line(strokeWidth=2.4, color=palette.ink, point=alt.OverlayMarkDef(color=palette.ink))
    layers = alt.layer(
        zero.encode(y=alt.Y("c0:Q")),
        band.encode(x=x, y=alt.Y("c1:Q"), y2=alt.Y2("c3:Q")),
        cloud.encode(x=x, y=y, tooltip=tips),
        line.encode(x=x, y=alt.Y("c2:Q"), tooltip=tip),
    )
    return style.styled_chart(layers, HEIGHT)
