"""A confusion matrix: recorded classes down, answered classes across, the shade showing the share of the recorded."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from pages.backend.held_out_errors import Confusion
from pages.charts import style
from pages.ui.formatting import truncated
from pages.ui.theme import Palette

CELL, WIDE_CELL = 36, 46
# Room for names: left of the matrix as a share of its width for every letter, above it in cells when names are level
# or slanted; slanted are long names of many classes.
LETTER_SHARE, LEAST_SHARE, LEVEL_TOP, SLANTED_TOP = 0.03, 0.2, 1.4, 2.4
SLANTED_FROM, SLANTED_LETTERS = 5, 3
NAME_LETTERS = 16
# Cells that a letter of a slanted name reaches to the right.
SLANTED_LETTER = 0.14


def confusion_chart(matrix: Confusion, hue: str, palette: Palette) -> alt.LayerChart:
    """The matrix in one hue; counts stand in the cells, and the diagonal holds the right answers.

    Args:
        matrix: of at most some ten classes. hue: of the model, as ``#RRGGBB``.
    """
    count = len(matrix.names)
    names = distinct_names(matrix.names)
    longest = max(map(len, names))
    slanted = count >= SLANTED_FROM and longest > SLANTED_LETTERS
    right = _overhang(names) if slanted else 0.0
    left, top = count * max(LEAST_SHARE, LETTER_SHARE * longest), SLANTED_TOP if slanted else LEVEL_TOP
    shares = matrix.shares
    cells = [
        (a, a + 0.96, b, b + 0.96, int(matrix.counts[a, b]), float(shares[a, b]), matrix.names[a][:80],
         matrix.names[b][:80], b + 0.48, a + 0.48, a == b,
         f"{matrix.counts[a, b]:,}" if matrix.counts[a, b] or count < SLANTED_FROM else "")
        for a in range(count) for b in range(count)
    ]  # fmt: skip
    data = style.chart_frame(
        ["top", "bottom", "left", "right", "count", "share", "recorded", "answered", "x", "y", "right", "said"], cells
    )
    x = {"axis": None, "scale": alt.Scale(domain=[-left, count + right], nice=False)}
    y = {"axis": None, "scale": alt.Scale(domain=[count, -top], nice=False)}
    tip = [
        alt.Tooltip("c6:N", title="recorded"), alt.Tooltip("c7:N", title="answered"),
        alt.Tooltip("c4:Q", title="count", format=","), alt.Tooltip("c5:Q", title="of the recorded", format=".0%"),
    ]  # fmt: skip
    ground = alt.Chart(data).mark_rect(cornerRadius=2, color=palette.grid, opacity=0.45)
    ground = ground.encode(
        x=alt.X("c2:Q", **x), x2=alt.X2("c3:Q"), y=alt.Y("c0:Q", **y), y2=alt.Y2("c1:Q"), tooltip=tip
    )
    shade = alt.Chart(data).mark_rect(cornerRadius=2, color=hue)
    shade = shade.encode(
        x=alt.X("c2:Q", **x), x2=alt.X2("c3:Q"), y=alt.Y("c0:Q", **y), y2=alt.Y2("c1:Q"), tooltip=tip,
        opacity=alt.Opacity("c5:Q", scale=alt.Scale(domain=[0, 1], range=[0, 1]), legend=None),
        stroke=alt.condition("datum.c10", alt.value(palette.ink), alt.value("transparent")),
    )  # fmt: skip
    said = alt.Chart(data).mark_text(fontSize=13 if count < 8 else 11, fontWeight=600)
    said = said.encode(
        x=alt.X("c8:Q", **x), y=alt.Y("c9:Q", **y), text=alt.Text("c11:N"), tooltip=tip,
        color=alt.condition("datum.c5 > 0.62", alt.value(palette.paper), alt.value(palette.ink)),
    )  # fmt: skip
    layers = alt.layer(ground, shade, said, *_names(names, (left, right), top, palette))
    return style.styled_chart(layers, round((CELL if count >= SLANTED_FROM else WIDE_CELL) * (count + top)))


def distinct_names(names: Sequence[str]) -> list[str]:
    """Names cut to a length at which they can be told apart: at the end, or in the middle where beginnings are alike.

    Args:
        names: of classes, all different.
    """
    short = [truncated(name, NAME_LETTERS) for name in names]
    head = NAME_LETTERS // 2
    return [
        f"{truncated(name, 200)[:head].strip()}…{truncated(name, 200)[head + 1 - NAME_LETTERS :].strip()}"
        if short.count(cut) > 1
        else cut
        for name, cut in zip(names, short, strict=True)
    ]


def _overhang(names: Sequence[str]) -> float:
    """Cells that the slanted names reach beyond the matrix to the right."""
    count = len(names)
    return max(0.0, *(0.48 + k + SLANTED_LETTER * len(name) - count for k, name in enumerate(names)))


def _names(names: list[str], room: tuple[float, float], top: float, palette: Palette) -> list[alt.Chart]:
    """The names of the classes beside and above the matrix, and which is which."""
    count, slanted, left = len(names), top == SLANTED_TOP, room[0]
    x = {"axis": None, "scale": alt.Scale(domain=[-left, count + room[1]], nice=False)}
    y = {"axis": None, "scale": alt.Scale(domain=[count, -top], nice=False)}
    rows = style.chart_frame(["name", "x", "y"], [(name, -0.12, k + 0.48) for k, name in enumerate(names)])
    columns = style.chart_frame(["name", "x", "y"], [(name, k + 0.48, -0.22) for k, name in enumerate(names)])
    corner = style.chart_frame(["name", "x", "y"], [("recorded ↓  answered →", -left, -top + 0.25)])
    beside = alt.Chart(rows).mark_text(align="right", fontSize=12, color=palette.ink, limit=120)
    above = alt.Chart(columns).mark_text(
        align="left" if slanted else "center", baseline="middle" if slanted else "bottom", angle=325 if slanted else 0,
        fontSize=12, color=palette.ink, limit=110 if slanted else 80,
    )  # fmt: skip
    which = alt.Chart(corner).mark_text(align="left", baseline="top", fontSize=11, color=palette.muted)
    return [
        one.encode(x=alt.X("c1:Q", **x), y=alt.Y("c2:Q", **y), text=alt.Text("c0:N")) for one in (beside, above, which)
    ]  # fmt: skip
