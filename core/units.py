"""Numbers with their units as pages and reports write them: points, shares, durations, bytes, money and counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

MISSING = "–"
MOST_PLACES = 8  # decimals, beyond which a number is written with an exponent


def format_number(value: float | None, unit: str = "", digits: int = 3) -> str:
    """A number with its unit, to ``digits`` significant figures: ``1,234``, ``0.052 ms``, ``–`` when there is none."""
    if value is None or not math.isfinite(value):
        return MISSING
    if value == round(value) and abs(value) < 1e15:
        shown = f"{value:,.0f}"
    else:
        places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
        shown = f"{value:,.{min(places, MOST_PLACES)}f}"
        if places > MOST_PLACES:
            shown = f"{value:.{digits - 1}e}"
        elif "." in shown and abs(value) < 10:
            shown = shown.rstrip("0").rstrip(".")
    return f"{shown} {unit}" if unit else shown


def column_format(values: Sequence[float | None], digits: int = 3) -> Callable[[float], str]:
    """How every number of a table's column is written, so that their decimal points stand below one another.

    Args:
        values: of the column; its largest number gets ``digits`` significant figures. digits: at least 1.

    Returns:
        value -> text: ``0.500`` beside ``0.855``, ``1,234`` beside ``7``.
    """
    sizes = [abs(value) for value in values if value is not None and math.isfinite(value)]
    largest = max(sizes, default=0.0)
    # A perfect score is written as finely as the others: 1.000 beside 0.855.
    places = digits if largest in (0.0, 1.0) else digits - 1 - math.floor(math.log10(largest))
    if places > MOST_PLACES:
        return lambda value: format_number(value, digits=digits)
    return lambda value: MISSING if not math.isfinite(value) else f"{value:,.{max(0, places)}f}"


def format_points(value: float | None, sign: bool = False) -> str:
    """Points of skill to one decimal, with a sign when it is a difference."""
    if value is None or not math.isfinite(value):
        return MISSING
    value = round(value, 1) or 0.0  # never "-0.0"
    return f"{value:+.1f}" if sign else f"{value:.1f}"


def format_percent(share: float | None) -> str:
    """A probability in words that never claim certainty: ``97 %``, ``< 1 %``, ``> 99 %``."""
    if share is None or not math.isfinite(share):
        return MISSING
    if share < 0.01:
        return "< 1 %"
    if share > 0.99:
        return "> 99 %"
    return f"{100 * share:.0f} %"


def round_seconds(value: float) -> float:
    """An estimate without false precision: whole fives below a minute, tens below ten, minutes above."""
    step = 5 if value < 60 else 10 if value < 600 else 60
    return max(10, step * round(value / step))


def round_count(number: float) -> int:
    """An estimated count to two figures above a hundred: 6,900 rather than 6,944."""
    digits = max(0, len(str(int(abs(number)))) - 2)
    return int(number) if abs(number) <= 100 else int(round(number, -digits))


def format_seconds(value: float | None) -> str:
    """A duration: ``5 ms``, ``0.4 s``, ``12 s``, ``2 min 5 s``, ``1 h 3 min``."""
    if value is None or not math.isfinite(value):
        return MISSING
    if 0 < value < 0.1:
        return format_number(1000 * value, "ms", 2)
    if value < 10:
        return f"{value:.1f} s"
    whole = round(value)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s".removesuffix(" 0 s")
    return f"{whole // 3600} h {whole % 3600 // 60} min".removesuffix(" 0 min")


def format_bytes(count: float | None) -> str:
    """Bytes: ``320 B``, ``12 kB``, ``1.4 MB``."""
    if count is None or not math.isfinite(count):
        return MISSING
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return format_number(count / size, unit, 2)
    return f"{count:.0f} B"


def format_money(dollars: float | None) -> str:
    """US dollars and cents: ``$1,250``, ``$4.07``, ``$0.26``, ``less than a cent``."""
    if dollars is None or not math.isfinite(dollars):
        return MISSING
    if 0 < dollars < 0.01:
        return "less than a cent"
    return f"${dollars:,.0f}" if abs(dollars) >= 1_000 else f"${dollars:,.2f}"


def format_rows(count: float | None) -> str:
    """A count of rows: ``3,000 rows``, ``1 row``."""
    if count is None:
        return MISSING
    return "1 row" if count == 1 else f"{count:,.0f} rows"


def format_count(count: float | None, noun: str) -> str:
    """A count of what the data are made of, by the noun of one: ``3,000 rows``, ``180 pictures``, ``1 window``."""
    if count is None:
        return MISSING
    return f"1 {noun}" if count == 1 else f"{count:,.0f} {noun}s"
