"""The one picture of the answer: three probabilities in a bar, and the interval of the gap under it."""

from __future__ import annotations

import altair as alt

from pages.backend.report_words import PrimaryComparison
from pages.charts import style
from pages.ui.formatting import format_percent, format_points
from pages.ui.theme import Palette


def probability_chart(duel: PrimaryComparison, palette: Palette) -> alt.LayerChart:
    """One bar of length 1, cut into P(classical better), P(practically equal), P(deep better)."""
    shares = (("classical", duel.p_classical), ("chance", duel.p_tie), ("deep", duel.p_deep))
    rows, start = [], 0.0
    for family, share in shares:
        word = "equal" if family == "chance" else style.family_title(family).lower()
        # A share too narrow for its label is printed under the bar by the panel.
        label = format_percent(share) if share >= 0.08 else ""
        rows.append((family, start, start + share, start + share / 2, label, word))
        start += share
    data = style.chart_frame(["family", "from", "to", "middle", "percent", "word"], rows)
    base = alt.Chart(data)
    scale = alt.Scale(domain=[0, 1], nice=False)
    x = alt.X("c1:Q", axis=None, scale=scale)
    tip = [alt.Tooltip("c5:N", title="which"), alt.Tooltip("c4:N", title="probability")]
    colour = style.family_colour("c0", palette)
    bars = base.mark_rect(cornerRadius=3).encode(x=x, x2=alt.X2("c2:Q"), color=colour, tooltip=tip)
    label = base.mark_text(fontSize=20, fontWeight=700, color=palette.paper)
    label = label.encode(x=alt.X("c3:Q", axis=None, scale=scale), text=alt.Text("c4:N"))
    return style.styled_chart(alt.layer(bars, label), 56)


def gap_chart(duel: PrimaryComparison, palette: Palette, provisional: bool = False) -> alt.LayerChart:
    """The gap in points of skill with its interval over the band of practical equality; grey while provisional."""
    reach = max(abs(duel.low), abs(duel.high), 2.2 * duel.margin) * 1.1 or 1.0
    scale = alt.Scale(domain=[-reach, reach], nice=False)
    band = style.chart_frame(["from", "to"], [(-duel.margin, duel.margin)])
    dot = style.chart_frame(["gap", "low", "high", "shown"], [(duel.gap, duel.low, duel.high, _describe_gap(duel))])
    leader = duel.ahead.family
    colour = palette.muted if provisional or abs(duel.gap) <= duel.margin else palette.families[leader]
    title = "← classical better · points of skill · deep better →"
    x = alt.X("c0:Q", scale=scale, axis=style.styled_axis(title, palette, tickCount=7))
    ground = alt.Chart(band).mark_rect(color=palette.band, opacity=0.35).encode(x=x, x2=alt.X2("c1:Q"))
    zero = (
        alt.Chart(style.chart_frame(["zero"], [(0.0,)])).mark_rule(color=palette.muted, strokeDash=[3, 3]).encode(x=x)
    )
    tip = [alt.Tooltip("c3:N", title="gap")]
    line = alt.Chart(dot).mark_rule(color=colour, strokeWidth=5, strokeCap="round")
    line = line.encode(x=alt.X("c1:Q", scale=scale), x2=alt.X2("c2:Q"), tooltip=tip)
    point = alt.Chart(dot).mark_circle(color=colour, size=230, opacity=1).encode(x=x, tooltip=tip)
    return style.styled_chart(alt.layer(ground, zero, line, point), 110)


def _describe_gap(duel: PrimaryComparison) -> str:
    gap, low, high = (format_points(value, sign=True) for value in (duel.gap, duel.low, duel.high))
    return f"{gap} ({low} to {high})"
