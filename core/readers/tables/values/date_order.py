"""Settles in which order day, month and year stand in numbers such as 13-01-30, by all values of a column together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day/month", "month/day", "year/month/day"
# Places of year, month and day among the three numbers.
PLACES = {DAY_FIRST: (2, 1, 0), MONTH_FIRST: (2, 0, 1), YEAR_FIRST: (0, 1, 2)}
CENTURY = 69
LATEST_YEAR = 2040
VALID_SHARE = 0.98
SORTED_SHARE = 0.98
FEWEST_SORTED = 8
FEWEST_SPREAD = 20
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class DateContext:
    """What is known of a column of dates besides its values.

    order: of day and month that other columns settle. named: whether its name says that it dates. in_turn: whether
    equal values stand together, so that the order of the file means something.
    """

    order: str = ""
    named: bool = False
    in_turn: bool = True


NO_CONTEXT = DateContext()


@dataclass(frozen=True)
class DateOrder:
    """The order of day, month and year in one column.

    certain: whether the values settle it. mixed: how many values contradict it. other: the next best order where it is
    not certain. supported: whether anything but the ranges says that these are dates; always so for years of four
    digits.
    """

    order: str
    certain: bool = True
    mixed: int = 0
    other: str = ""
    supported: bool = True


@dataclass(frozen=True)
class _Candidate:
    order: str
    moments: np.ndarray
    valid: np.ndarray
    in_turn: float
    even: float


def century_pivot(years: Sequence[int] | np.ndarray) -> int:
    """The first year of two digits that lies in the 20th century: 69, or 41 where no year need lie after 2040.

    Args:
        years: of two digits, of one column. Years after 2040 are taken only where the others run up to them.
    """
    short = np.asarray(years, dtype=np.int64)
    if not len(short) or not ((short >= LATEST_YEAR % 100 + 1) & (short < CENTURY)).any():
        return CENTURY
    usual, past = (short + np.where(short < pivot, 2000, 1900) for pivot in (CENTURY, LATEST_YEAR % 100 + 1))
    return LATEST_YEAR % 100 + 1 if np.ptp(past) <= np.ptp(usual) else CENTURY


def full_years(years: np.ndarray) -> np.ndarray:
    """Years of two digits as those of the one or the other century (see ``century_pivot``); longer ones as they are."""
    pivot = century_pivot(years[years < 100])
    return years + np.where(years < pivot, 2000, 1900) * (years < 100)


def settle_order(
    numbers: np.ndarray, seconds: np.ndarray, short: bool, padded: bool, context: DateContext
) -> DateOrder:
    """The order under which the values are dates, in turn in the file, and spread as dates are.

    Args:
        numbers: int64 (n, 3), three numbers of each distinct value in the order of the file.
        seconds: float64 (n,), seconds after midnight behind them.
        short: whether the years have two digits, so that they may stand in front.
        padded: whether single digits have a zero before them.
        context: what is known of the column besides its values.
    """
    orders = (DAY_FIRST, MONTH_FIRST, YEAR_FIRST) if short else (DAY_FIRST, MONTH_FIRST)
    found = [_candidate(order, numbers, seconds) for order in orders]
    most = max(int(one.valid.sum()) for one in found)
    best = [one for one in found if int(one.valid.sum()) >= most - (0.02 * len(numbers) if short else 0)]
    chosen, certain, other = best[0], len(best) == 1, ""
    if len(best) > 1:
        settled = (_in_turn(best) if context.in_turn else None) or (_spread(best, numbers) if short else None)
        settled = settled or next((one for one in best if one.order == context.order), None)
        chosen = next((one for one in best if short and _one_year(one, chosen, numbers)), chosen)
        same = all(np.array_equal(one.moments, chosen.moments) for one in best if one is not chosen)
        certain, chosen = settled is not None or same, settled or chosen
        other = next((one.order for one in best if one is not chosen), "")
    rest = [one for one in found if one is not chosen]
    mixed = max((int((one.valid & ~chosen.valid).sum()) for one in rest), default=0)
    in_turn = context.in_turn and chosen.in_turn >= SORTED_SHARE
    supported = not short or context.named or _supported(chosen, numbers, seconds, padded, in_turn)
    return DateOrder(chosen.order, certain and not mixed, mixed, "" if certain else other, supported)


def _candidate(order: str, numbers: np.ndarray, seconds: np.ndarray) -> _Candidate:
    year, month, day = (numbers[:, place] for place in PLACES[order])
    valid = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = (full_years(year) - 1970) * 12 + np.where(valid, month, 1) - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    after = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    valid &= day <= after - first
    moments = np.where(valid, (first + day - 1) * float(DAY_SECONDS) + seconds, np.nan)
    steps = np.diff(moments[valid])
    if len(steps) < FEWEST_SORTED - 1:
        return _Candidate(order, moments, valid, 0.0, 0.0)
    in_turn = max((steps >= 0).mean(), (steps <= 0).mean())
    even = _commonest(steps)
    if len(np.unique(day[valid])) == 1:
        even = max(even, _commonest(np.diff(months[valid])))
    return _Candidate(order, moments, valid, float(in_turn), even)


def _commonest(steps: np.ndarray) -> float:
    """Share of the commonest step."""
    return float(np.unique(steps, return_counts=True)[1].max() / len(steps))


def _in_turn(best: Sequence[_Candidate]) -> _Candidate | None:
    """The only order under which the file is sorted, or the one whose steps are even."""
    in_turn = [one for one in best if one.in_turn >= SORTED_SHARE]
    if len(in_turn) < 2:
        return in_turn[0] if in_turn else None
    ordered = sorted(in_turn, key=lambda one: -one.even)
    return ordered[0] if ordered[0].even > ordered[1].even + 0.01 and ordered[0].even >= 0.9 else None


def _spread(best: Sequence[_Candidate], numbers: np.ndarray) -> _Candidate | None:
    """The order whose days have clearly more different values than its years, if it is the only such one."""
    if len(numbers) < FEWEST_SPREAD:
        return None
    kinds = [len(np.unique(numbers[:, place])) for place in range(3)]
    fit = [one for one in best if kinds[PLACES[one.order][2]] >= 1.5 * kinds[PLACES[one.order][0]]]
    return fit[0] if len(fit) == 1 else None


def _one_year(one: _Candidate, chosen: _Candidate, numbers: np.ndarray) -> bool:
    """Whether all dates lie in one year under an order, and on one day of the month under the chosen one."""
    kinds = [len(np.unique(numbers[:, place])) for place in range(3)]
    year, day = PLACES[one.order][0], PLACES[chosen.order][2]
    return kinds[year] == 1 and year == day and max(kinds) > 1


def _supported(chosen: _Candidate, numbers: np.ndarray, seconds: np.ndarray, padded: bool, in_turn: bool) -> bool:
    """Whether three short numbers are dates rather than versions, grades or records.

    Their order in the file, times behind them, or days and months that fill their ranges and no more say so.
    """
    if chosen.valid.mean() < VALID_SHARE:
        return False
    if seconds.any() or in_turn:
        return True
    if len(numbers) < FEWEST_SPREAD / 2:
        return False
    year, month, day = (numbers[chosen.valid, place] for place in PLACES[chosen.order])
    late = float((day > 12).mean())
    plausible = float((full_years(year) <= LATEST_YEAR).mean()) >= VALID_SHARE
    one_day = len(np.unique(day)) == 1
    if padded:
        return plausible and (one_day or late > 0.2)
    filled = int(day.max()) >= 28 and 0.35 <= late <= 0.85 and int(month.max()) >= 10
    return plausible and len(numbers) >= FEWEST_SPREAD and filled
