"""A legend: every model's mark and its name, with a number below it, one model after the other."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from pages.charts import style
from pages.charts.model_marks import ModelMarks
from pages.ui.theme import Palette

LINE, TWO_LINES = 22, 40


def legend_chart(lines: Sequence[tuple[str, str]], marks: ModelMarks, palette: Palette) -> alt.LayerChart:
    """The marks as on the charts beside it.

    Args:
        lines: (title, what is said of the model, or ""), at least one.
    """
    tall = any(said for _, said in lines)
    rows = [(k, title, said) for k, (title, said) in enumerate(lines)]
    data = style.chart_frame(["line", "title", "said"], rows)
    y = alt.Y("c0:Q", axis=None, scale=alt.Scale(domain=[len(rows) - 0.5, -0.5], nice=False))
    lift = -8 if tall else 0
    dots = alt.Chart(data).mark_point(filled=True, size=90, opacity=1, yOffset=lift)
    names = alt.Chart(data).mark_text(align="left", fontSize=13, fontWeight=600, color=palette.ink, dy=lift)
    layers = [
        dots.encode(x=alt.XValue(8), y=y, color=marks.colour("c1"), shape=marks.shape("c1")),
        names.encode(x=alt.XValue(20), y=y, text=alt.Text("c1:N")),
    ]
    if tall:
        words = alt.Chart(data).mark_text(align="left", fontSize=12, color=palette.muted, dy=9)
        layers.append(words.encode(x=alt.XValue(20), y=y, text=alt.Text("c2:N")))
    return style.styled_chart(alt.layer(*layers), (TWO_LINES if tall else LINE) * len(rows))
