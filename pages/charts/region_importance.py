"""Where a side looks overall: its shares over the places of a picture, a sound or a window, as one tinted grid."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from pages.charts import style
from pages.charts.heatmaps import PATCH, SEGMENT, SOUND
from pages.charts.model_marks import model_marks
from pages.summaries.aligned_explanations import AlignedExplanation
from pages.ui.formatting import truncated
from pages.ui.theme import Palette

ROW_HEIGHT, MOST_HEIGHT, AXIS_HEIGHT, SQUARE_HEIGHT = 56, 340, 50, 330
GUTTER = 0.36


@dataclass(frozen=True)
class RegionGrid:
    """Where every part lies. cells: (left, right, row) a part, rows counted from the top; names: of the rows."""

    cells: tuple[tuple[float, float, int], ...]
    names: tuple[str, ...]
    across: str
    down: str


def region_grid(parts: Sequence[str]) -> RegionGrid | None:
    """The places that the parts' names tell; None when they are words or columns."""
    for pattern, laid in ((PATCH, _patches), (SOUND, _bands), (SEGMENT, _segments)):
        found = [pattern.fullmatch(part) for part in parts]
        if found and all(found):
            return laid([one for one in found if one])
    return None


def _patches(matches: Sequence[re.Match[str]]) -> RegionGrid:
    cells = tuple((float(one[2]) - 1, float(one[2]), int(one[1]) - 1) for one in matches)
    return RegionGrid(cells, ("",) * (1 + max(cell[2] for cell in cells)), "", "")


def _bands(matches: Sequence[re.Match[str]]) -> RegionGrid:
    pitches = sorted({(float(one[3]), float(one[4])) for one in matches}, reverse=True)
    cells = tuple((float(one[1]), float(one[2]), pitches.index((float(one[3]), float(one[4])))) for one in matches)
    return RegionGrid(cells, tuple(f"to {high:,.0f} Hz" for _, high in pitches), "seconds", "pitch")


def _segments(matches: Sequence[re.Match[str]]) -> RegionGrid:
    owners = list(dict.fromkeys(one[3] or "" for one in matches))
    cells = tuple((float(one[1]), float(one[2]) + 1, owners.index(one[3] or "")) for one in matches)
    return RegionGrid(cells, tuple(owners), "readings from the window's start", "channel")


def region_chart(side: AlignedExplanation, grid: RegionGrid, top: float, palette: Palette) -> alt.LayerChart:
    """One side's shares: the stronger the model's colour, the more of the explanation lies there.

    top: the largest share of any side shown, so that sides are tinted on one scale.
    """
    rows, gutter = [], GUTTER if any(grid.names) else 0.0
    for (left, right, row), share in zip(grid.cells, side.share, strict=True):
        middle, said = (left + right) / 2, f"{100 * share:.0f} %" if share >= 0.005 else ""
        rows.append((left, right, row + gutter, row + 1, float(share), said, middle, row + (1 + gutter) / 2))
    data = style.chart_frame(["left", "right", "top", "bottom", "share", "said", "middle", "centre"], rows)
    ends = [min(cell[0] for cell in grid.cells), max(cell[1] for cell in grid.cells)]
    title = grid.across or None
    x = {
        "scale": alt.Scale(domain=ends, nice=False),
        "axis": style.styled_axis(title, palette, tickCount=6) if title else None,
    }
    y = {"scale": alt.Scale(domain=[len(grid.names), 0], nice=False), "axis": None}
    opacity = alt.Opacity("c4:Q", scale=alt.Scale(domain=[0, top or 1.0], range=[0.04, 0.95]), legend=None)
    tip = [alt.Tooltip("c5:N", title="share of the explanation")]
    own = model_marks([(side.title, side.family)], palette).marks[side.title].colour
    cells = alt.Chart(data).mark_rect(color=own, stroke=palette.grid, strokeWidth=1)
    cells = cells.encode(
        x=alt.X("c0:Q", **x), x2=alt.X2("c1:Q"), y=alt.Y("c2:Q", **y), y2=alt.Y2("c3:Q"), opacity=opacity, tooltip=tip
    )
    small = len(grid.cells) > 60
    said = alt.Chart(data).mark_text(fontSize=10 if small else 12, color=palette.ink)
    said = said.encode(x=alt.X("c6:Q", **x), y=alt.Y("c7:Q", **y), text=alt.Text("c5:N"))
    layers = [cells, said]
    if any(grid.names):
        named = style.chart_frame(
            ["row", "name"], [(row + 0.02, truncated(name, 40)) for row, name in enumerate(grid.names)]
        )
        words = alt.Chart(named).mark_text(align="left", baseline="top", dy=2, fontSize=12, color=palette.muted)
        layers.append(words.encode(x=alt.XValue(0), y=alt.Y("c0:Q", **y), text=alt.Text("c1:N")))
    high = min(MOST_HEIGHT, ROW_HEIGHT * len(grid.names)) + AXIS_HEIGHT if title else SQUARE_HEIGHT
    return style.styled_chart(alt.layer(*layers), high)
