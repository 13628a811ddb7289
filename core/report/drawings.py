"""Drawings of a report as positions on paper: the answer's interval, skill against cost, and bars of importance."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.report import standings
from core.report.leaderboard_rows import LeaderboardRow
from core.report.marks import ModelMark, marker_svg
from core.report.standings import PrimaryComparison
from core.schema import Contest, JsonObject
from core.units import format_money, format_points
from core.wording import printable

GAP_WIDTH, BAR_WIDTH = 420, 108
PLOT_WIDTH, PLOT_HEIGHT, LEFT, BELOW = 660, 250, 46, 40
PARTS = 8
# Width of a letter of a name, and how far below its mark a name may stand, in pixels.
LETTER, DROPS = 6.6, (0, -12, 12, -24, 24, -36, 36, -52, 52, -70, 70)


def gap_drawing(found: PrimaryComparison) -> JsonObject | None:
    """The gap with its interval, classical on the left and deep on the right as on the result page; None where the
    interval is not finite."""
    if not math.isfinite(found.low + found.high + found.gap):
        return None
    reach = max(abs(found.low), abs(found.high), 2.2 * found.margin) * 1.1 or 1.0

    def x(value: float) -> float:
        return round(GAP_WIDTH / 2 + value / reach * (GAP_WIDTH / 2 - 4), 1)

    step = _tick_step(reach)
    ticks = [k * step for k in range(-3, 4) if abs(k * step) < reach]
    inside = abs(found.gap) <= found.margin
    return {
        "width": GAP_WIDTH, "low": x(found.low), "high": x(found.high), "gap": x(found.gap), "zero": x(0.0),
        "margin": (x(-found.margin), x(found.margin)), "leader": "" if inside else found.ahead.family,
        "ticks": [(x(tick), f"{tick:g}".replace("-", "\N{MINUS SIGN}")) for tick in ticks],
    }  # fmt: skip


def _tick_step(reach: float) -> float:
    """A step of 1, 2 or 5 times a power of ten that leaves two or three ticks on either side."""
    rough = reach / 2.5
    power = 10.0 ** math.floor(math.log10(rough))
    return float(next(one * power for one in (1, 2, 5, 10) if one * power >= rough / 1.5))


def interval_svg(row: LeaderboardRow, rows: Sequence[LeaderboardRow], mark: ModelMark) -> str:
    """A model's skill with its interval on the scale of all rows; "" without a score. Numbers and colours only."""
    edges = [edge for one in rows if one.run.family != "chance" for edge in (one.low, one.high, one.skill)]
    known = [edge for edge in edges if edge is not None]
    if row.skill is None or row.run.family == "chance" or not known:
        return ""
    left, span = min(known), (max(known) - min(known)) or 1.0

    def x(value: float) -> float:
        return round(9 + (value - left) / span * (BAR_WIDTH - 18), 1)

    line = ""
    if row.low is not None and row.high is not None:
        line = (
            f'<path d="M{x(row.low)} 9H{x(row.high)}" stroke="{mark.colour}" stroke-width="4" '
            'stroke-linecap="round" opacity=".45"/>'
        )
    return (
        f'<svg width="{BAR_WIDTH}" height="18" aria-hidden="true"><path d="M9 9H{BAR_WIDTH - 9}" stroke="#DDE0EA" '
        f'stroke-width="1.5"/>{line}<g transform="translate({x(row.skill)} 9) scale(.8)">{marker_svg(mark)}</g></svg>'
    )


def mark_svg(mark: ModelMark) -> str:
    """A model's mark alone. Numbers and colours only."""
    drawn = f'<g transform="translate(8 8) scale(.9)">{marker_svg(mark)}</g>'
    return f'<svg width="16" height="16" aria-hidden="true">{drawn}</svg>'


def cost_drawing(contest: Contest, marks: dict[str, ModelMark]) -> JsonObject | None:
    """Skill with its interval against the cost of a million answers; None with fewer than two measured models."""
    points = [
        (one, cost)
        for one in standings.rank_contestants(contest)
        if one.run.family != "chance" and (cost := standings.median_value(one.run, "million_cost") or 0.0) > 0
    ]
    if len(points) < 2:
        return None
    low, high = math.log10(min(cost for _, cost in points)) - 0.25, math.log10(max(cost for _, cost in points)) + 0.25
    ends = [edge for one, _ in points for edge in (one.low, one.high, one.mean) if edge is not None]
    least, most = min(ends), max(ends)
    pad = 0.12 * ((most - least) or 1.0)

    def x(cost: float) -> float:
        return round(LEFT + (math.log10(cost) - low) / (high - low) * (PLOT_WIDTH - LEFT - 10), 1)

    def y(skill: float) -> float:
        return round(8 + (most + pad - skill) / (most - least + 2 * pad) * (PLOT_HEIGHT - BELOW - 8), 1)

    drawn = [
        {
            "title": one.run.title, "x": x(cost), "y": y(one.mean), "colour": marks[one.run.title].colour,
            "low": y(one.mean if one.low is None else one.low), "high": y(one.mean if one.high is None else one.high),
            "marker": marker_svg(marks[one.run.title]),
        }
        for one, cost in points
    ]  # fmt: skip
    _spread_labels(drawn)
    decades = [10.0**k for k in range(math.ceil(low), math.floor(high) + 1)]
    ticks = decades if len(decades) > 1 else [10.0**low * 10 ** (k * (high - low) / 4) for k in (1, 2, 3)]
    step = _tick_step((most - least + 2 * pad) / 2)
    levels = [k * step for k in range(math.ceil((least - pad) / step), math.floor((most + pad) / step) + 1)]
    return {
        "points": drawn, "width": PLOT_WIDTH, "height": PLOT_HEIGHT, "left": LEFT, "floor": PLOT_HEIGHT - BELOW,
        "ticks": [(x(tick), "under a cent" if tick < 0.01 else format_money(tick)) for tick in ticks],
        "levels": [(y(level), format_points(level).removesuffix(".0")) for level in levels],
    }  # fmt: skip


def _spread_labels(points: list[JsonObject]) -> None:
    """Puts a name beside its mark, on the side and at the height where it crosses no mark, interval or other name."""
    boxes: list[tuple[float, float, float, float]] = []
    for one in points:
        width = LETTER * len(str(one["title"])) + 8
        around = [box for other in points if other is not one for box in _occupied(other)]
        tries = [
            (side, drop, (left, left + width, float(one["y"]) + drop - 8, float(one["y"]) + drop + 7))
            for drop in DROPS
            for side, left in (("start", float(one["x"]) + 9), ("end", float(one["x"]) - 9 - width))
            if left >= LEFT and left + width <= PLOT_WIDTH
        ]
        free = (found for found in tries if not any(_overlap(found[2], box) for box in (*around, *boxes)))
        found = next(free, tries[0] if tries else ("start", 0, (0.0, 0.0, 0.0, 0.0)))
        boxes.append(found[2])
        one["anchor"], one["label"] = found[0], round(float(one["y"]) + found[1] + 4, 1)
        one["label_x"] = round(float(one["x"]) + (11 if found[0] == "start" else -11), 1)


def _occupied(point: JsonObject) -> list[tuple[float, float, float, float]]:
    """The mark and the interval of a point as boxes: left, right, top, bottom."""
    x, y = float(point["x"]), float(point["y"])
    return [(x - 8, x + 8, y - 8, y + 8), (x - 2, x + 2, float(point["high"]), float(point["low"]))]


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def importance_bars(contest: Contest, marks: dict[str, ModelMark]) -> list[JsonObject]:
    """The strongest parts of every explanation: their share of it, and the length of its bar from 0 to 100."""
    shown = []
    for run in contest.runs:
        found = run.explanation or {}
        if not found.get("parts") or not found.get("global"):
            continue
        whole = sum(found["global"]) or 1.0
        ranked = sorted(zip(found["parts"], found["global"], strict=True), key=lambda item: -item[1])[:PARTS]
        top = ranked[0][1] or 1.0
        parts = [
            (printable(name, 40), round(100 * value / top, 1), f"{100 * value / whole:.0f} %") for name, value in ranked
        ]
        shown.append({"title": run.title, "colour": marks[run.title].colour, "parts": parts})
    return shown
