"""A legend: every model's mark, its name, and a number, one below the other."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from pages.charts import style
from pages.charts.model_marks import ModelMarks
from pages.ui.theme import Palette

LINE = 22


def legend_chart(lines: Sequence[tuple[str, str]], marks: ModelMarks, palette: Palette) -> alt.LayerChart:
    """The marks as on the charts beside it.

    Args:
        lines: (title, what is said of the model).
    """
    rows = [(k, title, f"{title}: {said}" if said else title) for k, (title, said) in enumerate(lines)]
    data = style.chart_frame(["line", "title", "said"], rows)
    y = alt.Y("c0:Q", axis=None, scale=alt.Scale(domain=[len(rows) - 0.5, -0.5], nice=False))
    dots = alt.Chart(data).mark_point(filled=True, size=90, opacity=1)
    words = alt.Chart(data).mark_text(align="left", fontSize=13, color=palette.ink, limit=520)
    layers = alt.layer(
        dots.encode(x=alt.value(8), y=y, color=marks.colour("c1"), shape=marks.shape("c1")),
        words.encode(x=alt.value(20), y=y, text="c2:N"),
    )
    return style.styled_chart(layers, LINE * len(rows))
