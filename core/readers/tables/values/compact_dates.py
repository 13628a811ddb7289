"""Dates of six or eight digits without marks between them (240131, 31012024): found, told and offered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.readers.tables.read_warnings import Note
from core.readers.tables.values.date_order import full_years
from core.schema import ReadAs, ReadingDoubt

# Of numbers of six digits that are drawn, one in 27 could be a date: so many different ones are dates for sure.
FEWEST, MONTHS, DAYS = 12, 2, 5
SIX, EIGHT = (10_100, 1_000_000), (1_010_000, 100_000_000)
YEARS = (1900, 2099)
CHECKED = 64
ORDERS: dict[ReadAs, str] = {"date-ymd": "ymd", "date-dmy": "dmy", "date-mdy": "mdy"}


def find_compact_dates(name: str, distinct: np.ndarray, example: str, count: int) -> Note | None:
    """A note with the doubt between a number and a date where all values of a column could be dates.

    Args:
        name: of the column. distinct: its different whole numbers (k,). example: one cell. count: cells that hold one.
    """
    if len(distinct) < FEWEST or not SIX[0] <= distinct[0] or not distinct[-1] < EIGHT[1]:
        return None
    if not (distinct[-1] < SIX[1] or distinct[0] >= EIGHT[0]):
        return None
    whole = distinct.astype(np.int64)
    able = [(span, read_as) for read_as, order in ORDERS.items() if (span := _span(whole, order))]
    if not able:
        return None
    # Under the right order the dates lie close together; under another the days become years.
    read_as = min(able)[1]
    day = compact_iso(example, ORDERS[read_as])
    doubt = ReadingDoubt("no date", "a date", example, example, day, None, read_as)
    return Note("compact", name, f"“{example}”, as a date {day}", count, doubt)


def compact_iso(word: str, order: str) -> str:
    """Digits as year-month-day; anything else stays as it is.

    Args:
        word: of five to eight digits; a zero in front may be lost. order: of the digits, such as "ymd".
    """
    bare = word.removesuffix(".0")
    if not bare.isdecimal() or not 5 <= len(bare) <= 8:
        return word
    year, month, day = (part[0] for part in _parts(np.array([int(bare)]), order))
    return f"{year:04d}-{month:02d}-{day:02d}"


def _parts(values: np.ndarray, order: str) -> Sequence[np.ndarray]:
    """Years, months and days of whole numbers (n,)."""
    long = values >= EIGHT[0]
    if order == "ymd":
        years, months, days = values // 10_000, values // 100 % 100, values % 100
    else:
        years = np.where(long, values % 10_000, values % 100)
        rest = np.where(long, values // 10_000, values // 100)
        months, days = (rest % 100, rest // 100) if order == "dmy" else (rest // 100, rest % 100)
    return np.where(long, years, full_years(np.where(long, 0, years))), months, days


def _span(values: np.ndarray, order: str) -> int:
    """Years from the first to the last date, and one; 0 where some values are no dates, or all lie in one month."""
    for some in (values[:CHECKED], values):
        years, months, days = _parts(some, order)
        if not ((months >= 1) & (months <= 12) & (days >= 1) & (days <= 31) & (years >= YEARS[0])).all():
            return 0
    spread = len(np.unique(months)) >= MONTHS and len(np.unique(days)) >= DAYS
    return int(np.ptp(years)) + 1 if spread and (years <= YEARS[1]).all() else 0
