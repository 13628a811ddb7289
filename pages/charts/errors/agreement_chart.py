"""Which families answer rows right: one bar a set of rows, with the interval of its share."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from pages.backend.held_out_errors import AgreementSet
from pages.charts import style
from pages.ui.formatting import format_percent
from pages.ui.theme import Palette

BAND = 50


def set_title(one: AgreementSet, of: int) -> str:
    """Who answers the rows of a set right, in words.

    Args:
        of: how many families were compared.
    """
    if not one.families:
        return "None is right"
    if len(one.families) == of:
        return "Both are right" if of == 2 else "All are right"
    names = " and ".join(style.family_title(family).lower() for family in one.families)
    return f"Only {names} {'is' if len(one.families) == 1 else 'are'} right"


def agreement_chart(sets: Sequence[AgreementSet], of: int, palette: Palette, noun: str = "row") -> alt.LayerChart:
    """Horizontal bars, named above; a bar in a family's hue holds the rows that only this family answers right.

    Args:
        sets: with their shares. of: how many families were compared. noun: what a row is called.
    """
    there = [one for one in sets if one.count]
    rows = [
        (place, set_title(one, of), one.share, one.low, one.high, one.count, place - 0.34,
         palette.families[one.families[0]] if len(one.families) == 1 else palette.band,
         f"{one.count:,} ({format_percent(one.share)})")
        for place, one in enumerate(there)
    ]  # fmt: skip
    data = style.chart_frame(
        ["place", "set", "share", "low", "high", "count", "label", "colour", "said"],
        [(*row[:2], *row[2:5], *row[5:]) for row in rows],
    )
    y = alt.Y("c0:Q", axis=None, scale=alt.Scale(domain=[len(rows) - 0.5, -0.6], nice=False))
    most = max((one.high for one in sets), default=1.0)
    # Room for the counts behind the bars; the axis itself ends at all rows.
    scale = alt.Scale(domain=[0, most * 1.35], nice=False)
    step = next(one for one in (0.02, 0.05, 0.1, 0.25) if most / one <= 5)
    ticks = [step * k for k in range(int(min(1.0, most * 1.35) / step + 1e-9) + 1)]
    x = alt.X("c2:Q", axis=style.styled_axis(f"Share of the {noun}s", palette, values=ticks, format=".0%"), scale=scale)
    tip = [
        alt.Tooltip("c1:N", title=f"{noun}s"), alt.Tooltip("c5:Q", title="count", format=","),
        alt.Tooltip("c2:Q", title="share", format=".1%"), alt.Tooltip("c3:Q", title="from", format=".1%"),
        alt.Tooltip("c4:Q", title="to", format=".1%"),
    ]  # fmt: skip
    bars = alt.Chart(data).mark_bar(size=16, cornerRadiusEnd=3, orient="horizontal")
    reach = alt.Chart(data).mark_rule(strokeWidth=2, color=palette.ink)
    names = alt.Chart(data).mark_text(align="left", fontSize=13, fontWeight=600, color=palette.ink)
    counts = alt.Chart(data).mark_text(align="left", dx=8, fontSize=12, color=palette.muted)
    layers = alt.layer(
        bars.encode(x=x, y=y, color=alt.Color("c7:N", scale=None), tooltip=tip),
        reach.encode(x=alt.X("c3:Q", scale=scale), x2=alt.X2("c4:Q"), y=y, tooltip=tip),
        names.encode(x=alt.XValue(2), y=alt.Y("c6:Q", axis=None), text=alt.Text("c1:N")),
        counts.encode(x=alt.X("c4:Q", scale=scale), y=y, text=alt.Text("c8:N")),
    )
    return style.styled_chart(layers, BAND * len(rows) + 46)
