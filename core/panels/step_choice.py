"""Which step of time a table of series has: found in its times, small unevenness taken out, or set by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.panels import time_step
from core.panels.time_step import DAY, HORIZONS, HOUR, TimeStep
from core.schema import LoadError
from core.wording import count_of

# Steps that can be set by hand, as "forecast-<step>"; several rows of one step become one.
HAND_STEPS = ("hour", "day", "week", "month", "quarter", "year")
# Clocks that are off by up to this share of an hour, and days of the week by so many, still mean the same step.
CLOCK_SHARE, EVEN_SHARE, BARE_SHARE = 0.15, 0.9, 0.1
LONG_GAP = 0.95
WEEK = 7 * DAY
HOW = (
    "Set the step of time by hand, such as a week (on the page “Step of time”, on the command line --modality "
    "forecast-week): rows of one step are added up or averaged."
)


@dataclass(frozen=True)
class StepChoice:
    """A step, and the given times as ones that lie evenly on it (n,). incomplete: rows (n,) of a first or last step set
    by hand that the data do not cover, so that a sum over it is too small."""

    step: TimeStep
    times: np.ndarray
    incomplete: np.ndarray


def choose_step(times: np.ndarray, by_hand: str = "") -> StepChoice:
    """The step of times, which may repeat and stand in any order.

    Args:
        times: datetime64 (n,) without gaps, or numbers (n,) such as years. by_hand: one of ``HAND_STEPS``; "" finds it.

    Raises:
        LoadError: fewer than two times, no even step, or a step by hand where times are mere numbers.
    """
    every = np.zeros(len(times), dtype=bool)
    if len(np.unique(times)) < 2 or (times.dtype.kind != "M" and not by_hand):
        return StepChoice(time_step.find_step(np.unique(times)), times, every)
    if by_hand:
        return _by_hand(times, by_hand)
    made = even_times(times)
    distinct = np.unique(made)
    step = _whole_weeks(distinct)
    try:
        return StepChoice(step or time_step.find_step(distinct), made, every)
    except LoadError:
        raise _uneven(distinct) from None


def _by_hand(times: np.ndarray, key: str) -> StepChoice:
    """The times moved to the beginning of their step; weeks begin as the first time does."""
    if times.dtype.kind != "M":
        raise LoadError(
            f"The times are mere numbers, so rows cannot be put together by the {key}.",
            how="Write dates, such as 2026-03-31, or leave the step to be found.",
        )
    step = time_step.make_step(key)
    if key == "week":
        first = times.min().astype("datetime64[D]")
        count = (times.astype("datetime64[D]") - first).astype(np.int64) // 7
        begins, ends = first + 7 * count, first + 7 * (count + 1)
    else:
        unit = {"hour": "h", "day": "D", "year": "Y"}.get(key, "M")
        width = 3 if key == "quarter" else 1
        count = times.astype(f"datetime64[{unit}]").astype(np.int64) // width * width
        begins, ends = count.astype(f"datetime64[{unit}]"), (count + width).astype(f"datetime64[{unit}]")
    begins, ends = begins.astype("datetime64[s]"), ends.astype("datetime64[s]")
    gaps = np.diff(np.unique(times)).astype("timedelta64[s]").astype(np.int64)
    # Shops that close at weekends have longer gaps than the usual one, and their weeks are whole all the same.
    usual, long = float(np.median(gaps)), float(np.quantile(gaps, LONG_GAP))
    first, last = begins == begins.min(), begins == begins.max()
    early = first & _uncovered(times.min() - begins.min(), ends[first].min() - begins.min(), long)
    late = last & _uncovered(ends.max() - times.max(), ends.max() - begins[last].max(), long + usual)
    return StepChoice(step, begins, early | late)


def _uncovered(rest: np.timedelta64, whole: np.timedelta64, usual: float) -> bool:
    """Whether more of a step has no row than usually lies between two, and than a tenth of it."""
    seconds, width = (one / np.timedelta64(1, "s") for one in (rest, whole))
    return bool(seconds >= max(usual, BARE_SHARE * width) and seconds > 0)


def even_times(times: np.ndarray) -> np.ndarray:
    """The times without small unevenness: clocks a few minutes off the hour, days at changing times of day, and weeks
    at changing days.

    Args:
        times: datetime64 (n,), at least two distinct.

    Returns:
        datetime64[s] (n,), the given ones where they are even or where no such rule makes them so.
    """
    distinct = np.unique(times)
    gaps = np.diff(distinct).astype("timedelta64[s]").astype(np.int64)
    middle = float(np.median(gaps))
    if 0.85 * HOUR <= middle < 0.75 * DAY:
        return _on_grid(times, HOUR, CLOCK_SHARE)
    days = np.unique(distinct.astype("datetime64[D]"))
    if 0.75 * DAY <= middle <= 4 * DAY and len(days) == len(distinct):
        return times.astype("datetime64[D]").astype("datetime64[s]")
    if 5.5 * DAY <= middle <= 8.5 * DAY and len(days) == len(distinct):
        return _on_grid(times.astype("datetime64[D]"), WEEK, 3.4 / 7.0).astype("datetime64[D]").astype("datetime64[s]")
    return times


def _on_grid(times: np.ndarray, width: int, share: float) -> np.ndarray:
    """Times moved to the nearest point of a grid of this width in seconds, whose phase is the usual one; themselves
    where many lie far from it, or where neighbours would fall together."""
    seconds = times.astype("datetime64[s]").astype(np.int64)
    angle = 2.0 * np.pi * (seconds % width) / width
    phase = round(float(np.angle(np.exp(1j * angle).mean())) / (2.0 * np.pi) * width)
    # Clocks that go a little wrong go wrong about the full hour.
    phase = 0 if width == HOUR and abs(phase) <= 0.5 * share * width else phase
    count = np.round((seconds - phase) / width).astype(np.int64)
    away = np.abs(seconds - phase - count * width)
    together = len(np.unique(count)) < EVEN_SHARE * len(np.unique(seconds))
    if (away <= share * width).mean() < EVEN_SHARE or away.max() == 0 or together:
        return times
    return (count * width + phase).astype("datetime64[s]")


def _whole_weeks(distinct: np.ndarray) -> TimeStep | None:
    """A step of four or more whole weeks, such as thirteen periods a year; months and quarters differ in length."""
    gaps = np.diff(distinct).astype("timedelta64[s]").astype(np.int64)
    if len(gaps) < 4:
        return None
    usual = int(np.median(gaps))
    if usual < 4 * WEEK or usual % WEEK or (gaps == usual).mean() < 0.6 or (gaps % usual).any():
        return None
    step = time_step.make_step("week", usual // WEEK)
    like = "month" if usual < 80 * DAY else "quarter" if usual < 350 * DAY else "year"
    return replace(step, horizon=HORIZONS[like])


def _uneven(distinct: np.ndarray) -> LoadError:
    """Why no step was found, with the usual distance, how many others there are, and what to do."""
    gaps = np.diff(distinct).astype("timedelta64[s]").astype(np.int64)
    values, counts = np.unique(gaps, return_counts=True)
    usual = int(values[counts.argmax()])
    middle = int(np.median(gaps))
    if middle < 0.99 * HOUR:
        return LoadError(
            f"The steps are {words_of(middle)}; forecasts are made for steps from an hour to a year.", how=HOW
        )
    odd = int((gaps % usual != 0).sum())
    return LoadError(
        f"The steps of time are mixed: the most frequent one is {words_of(usual)}, and {odd:,} of {len(gaps):,} are no "
        "multiple of it.", how=HOW,
    )  # fmt: skip


def words_of(seconds: float) -> str:
    """A distance of time in words, such as "21 hours".

    Args:
        seconds: how long it is.
    """
    for size, noun in ((DAY, "day"), (HOUR, "hour"), (60, "minute")):
        if seconds >= size:
            return count_of(round(seconds / size), noun)
    return count_of(round(seconds), "second")
