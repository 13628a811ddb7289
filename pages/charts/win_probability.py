"""Who is the best choice, and with what probability: one bar a contestant."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt

from pages.charts import style
from pages.charts.model_marks import model_marks
from pages.ui.formatting import format_percent
from pages.ui.theme import Palette


def win_probability_chart(
    p_best: Mapping[str, float], titles: Mapping[str, tuple[str, str]], palette: Palette
) -> alt.LayerChart:
    """P(best choice), the likeliest on top. titles: contestant key -> (title, family)."""
    order = sorted(p_best, key=lambda key: -p_best[key])
    rows = []
    for place, key in enumerate(order):
        title, family = titles[key]
        said = format_percent(p_best[key])
        rows.append((place, place + 0.42, p_best[key], family, title, said, 0.0, place - 0.2, place + 0.21))
    data = style.chart_frame(["top", "bottom", "p", "family", "title", "said", "zero", "label", "middle"], rows)
    base = alt.Chart(data)
    y = alt.Y("c0:Q", axis=None, scale=alt.Scale(domain=[len(rows) - 0.4, -0.5], nice=False))
    x = alt.X("c6:Q", axis=None, scale=alt.Scale(domain=[0, 1.15], nice=False))
    colour = model_marks([titles[key] for key in order], palette).colour("c4")
    bars = base.mark_rect(cornerRadius=2).encode(x=x, x2=alt.X2("c2:Q"), y=y, y2=alt.Y2("c1:Q"), color=colour)
    names = base.mark_text(align="left", fontSize=12.5, color=palette.ink)
    names = names.encode(x=alt.XValue(2), y=alt.Y("c7:Q", axis=None), text=alt.Text("c4:N"))
    said = base.mark_text(align="left", dx=6, fontSize=12.5, color=palette.muted)
    said = said.encode(x=alt.X("c2:Q", axis=None), y=alt.Y("c8:Q", axis=None), text=alt.Text("c5:N"))
    return style.styled_chart(alt.layer(bars, names, said), 46 * len(rows) + 10)
