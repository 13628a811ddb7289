"""Small pictures for a row of a table: a model's mark, and its interval on a scale that all rows share."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from pages.charts.model_marks import ModelMark, marker_svg
from pages.ui.theme import Palette

WIDTH, HEIGHT = 92, 28
ROOM = 9.0


@dataclass(frozen=True)
class IntervalOnScale:
    """A mean with its interval (None without one), on the scale from ``left`` to ``right``."""

    mean: float
    low: float | None
    high: float | None
    left: float
    right: float


def mark_picture(mark: ModelMark) -> str:
    """A model's mark alone, as the address of an SVG picture."""
    return _address(f'<g transform="translate({HEIGHT / 2} {HEIGHT / 2})">{marker_svg(mark)}</g>', HEIGHT)


def interval_picture(interval: IntervalOnScale, mark: ModelMark, palette: Palette) -> str:
    """A mean as the model's mark and its interval as a line, as the address of an SVG picture."""
    span = (interval.right - interval.left) or 1.0
    middle = HEIGHT / 2

    def place(value: float) -> float:
        share = (value - interval.left) / span
        return round(ROOM + min(1.0, max(0.0, share)) * (WIDTH - 2 * ROOM), 1)

    drawn = f'<path d="M{ROOM} {middle}H{WIDTH - ROOM}" stroke="{palette.grid}" stroke-width="2"/>'
    if interval.low is not None and interval.high is not None:
        low, high = place(interval.low), place(interval.high)
        drawn += (
            f'<path d="M{low} {middle}H{high}" stroke="{mark.colour}" stroke-width="5" stroke-linecap="round" '
            'opacity=".45"/>'
        )
    drawn += f'<g transform="translate({place(interval.mean)} {middle})">{marker_svg(mark)}</g>'
    return _address(drawn, WIDTH)


def _address(drawn: str, width: int) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT}" viewBox="0 0 {width} {HEIGHT}">'
    return "data:image/svg+xml;base64," + base64.b64encode(f"{head}{drawn}</svg>".encode()).decode()


# Where there is nothing to draw.
BLANK = _address("", WIDTH)
