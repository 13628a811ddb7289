"""Charts of forecasts: a series with its past and both families' bands, and the loss by step ahead."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from pages.charts import style
from pages.summaries.forecast_bands import SeriesPicture, StepLoss
from pages.ui.theme import Palette

HEIGHT, LOSS_HEIGHT = 170, 220


def series_chart(picture: SeriesPicture, palette: Palette) -> alt.LayerChart:
    """The recorded values as a line in ink; over them, for each family, its median and its 80 % band."""
    past = style.chart_frame(["step", "value", "time"], [(step, value, picture.times[step])
                                                         for step, value in picture.history])  # fmt: skip
    rows = [
        (one.family, one.title, one.step, one.low, one.middle, one.high, picture.times[one.step])
        for one in picture.bands
    ]
    bands = style.chart_frame(["family", "title", "step", "low", "middle", "high", "time"], rows)
    last = max(1, len(picture.times) - 1)
    label = f"{list(picture.times)!r}[datum.value]"
    x = alt.X(
        "c0:Q", scale=alt.Scale(domain=[0, last], nice=False),
        axis=style.styled_axis(None, palette, values=[0, last // 2, last], labelExpr=label, labelFlush=True),
    )  # fmt: skip
    y = alt.Y("c1:Q", axis=style.styled_axis(None, palette, tickCount=3), scale=alt.Scale(zero=False))
    line = alt.Chart(past).mark_line(strokeWidth=1.4, color=palette.ink)
    line = line.encode(x=x, y=y, tooltip=[alt.Tooltip("c2:N", title="time"), alt.Tooltip("c1:Q", title="recorded")])
    told = [
        alt.Tooltip("c1:N", title="model"), alt.Tooltip("c6:N", title="time"),
        alt.Tooltip("c4:Q", title="median", format=",.4~g"), alt.Tooltip("c3:Q", title="10 % below", format=",.4~g"),
        alt.Tooltip("c5:Q", title="10 % above", format=",.4~g"),
    ]  # fmt: skip
    base, colour = alt.Chart(bands), style.family_colour("c0", palette)
    area = base.mark_area(opacity=0.22).encode(
        x=alt.X("c2:Q"), y=alt.Y("c3:Q"), y2=alt.Y2("c5:Q"), color=colour, detail=alt.Detail("c1:N")
    )
    middle = base.mark_line(strokeWidth=2, point=alt.OverlayMarkDef(size=18))
    middle = middle.encode(x=alt.X("c2:Q"), y=alt.Y("c4:Q"), color=colour, detail=alt.Detail("c1:N"), tooltip=told)
    return style.styled_chart(alt.layer(line, area, middle), HEIGHT)


def step_loss_chart(losses: Sequence[StepLoss], palette: Palette) -> alt.LayerChart:
    """Loss at each step ahead as a share of the seasonal naive's; 1 is no better than it."""
    rows = [(one.family, one.title, one.step, one.share) for one in losses]
    data = style.chart_frame(["family", "title", "step", "share"], rows)
    x = alt.X("c2:Q", axis=style.styled_axis("steps ahead", palette, tickMinStep=1), scale=alt.Scale(nice=False))
    y = alt.Y("c3:Q", axis=style.styled_axis("loss, seasonal naive = 1", palette), scale=alt.Scale(zero=True))
    told = [alt.Tooltip("c1:N", title="model"), alt.Tooltip("c2:Q", title="steps ahead"),
            alt.Tooltip("c3:Q", title="share", format=".3f")]  # fmt: skip
    line = alt.Chart(data).mark_line(point=True).encode(
        x=x, y=y, color=style.family_colour("c0", palette, legend=True), detail=alt.Detail("c1:N"), tooltip=told
    )  # fmt: skip
    one = alt.Chart(style.chart_frame(["one"], [(1.0,)])).mark_rule(color=palette.muted, strokeDash=[4, 3])
    return style.styled_chart(alt.layer(one.encode(y=alt.Y("c0:Q")), line), LOSS_HEIGHT)
