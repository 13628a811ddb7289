"""Steps of time from an hour to a year: which one a column of times has, and times as numbers of steps and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.schema import LoadError
from core.wording import count_of

HOUR = 3_600
DAY = 24 * HOUR
ERA = np.datetime64("1970-01-01", "s")
# A step is the most frequent distance between neighbours; so many of the others may be no multiple of it.
UNEVEN_SHARE = 0.1


@dataclass(frozen=True)
class TimeStep:
    """A step of time. key: "hour", "day", "business day", "week", "month", "quarter", "year" or "step" (a mere number).
    every: how many of them lie between neighbours. horizon: how far ahead is usually asked. seasons: lengths, in steps,
    after which such series tend to repeat, rising."""

    key: str
    every: int = 1
    horizon: int = 8
    seasons: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        """The step in words, such as "2 hours".

        Returns:
            Words.
        """
        return self.key if self.every == 1 else f"{self.every} {self.key}s"


HORIZONS = {"hour": 24, "day": 14, "business day": 10, "week": 4, "month": 12, "quarter": 8, "year": 4, "step": 8}
SEASONS = {
    "hour": (24, 168), "day": (7,), "business day": (5,), "week": (52,), "month": (12,), "quarter": (4,), "year": (),
    "step": (),
}  # fmt: skip


def make_step(key: str, every: int = 1) -> TimeStep:
    """A step with its usual horizon and its seasons.

    Args:
        key: of ``TimeStep``. every: units between neighbours; seasons that it does not divide are left out.
    """
    seasons = tuple(length // every for length in SEASONS[key] if length % every == 0 and length // every > 1)
    return TimeStep(key, every, max(1, round(HORIZONS[key] / every)), seasons)


def find_step(times: np.ndarray) -> TimeStep:
    """The step of distinct times.

    Args:
        times: datetime64 (n,) rising and distinct, or whole numbers (n,), such as years.

    Raises:
        LoadError: fewer than two times, steps shorter than an hour, or mixed steps.
    """
    if len(times) < 2:
        raise LoadError(
            f"There {'is one date' if len(times) else 'is no date'}: nothing can be foretold from a single moment.",
            how="Upload one row a date, with the dates before the last one too.",
        )
    if times.dtype.kind != "M":
        return _number_step(times)
    gaps = np.diff(times.astype("datetime64[s]").astype(np.int64))
    values, counts = np.unique(gaps, return_counts=True)
    usual = int(values[counts.argmax()])
    # Months have different lengths: what decides is the middle of the gaps, not the most frequent one.
    middle = int(np.median(gaps))
    step = _calendar_step(middle if middle >= 27 * DAY else usual, times)
    places = to_positions(times, step)
    moves = np.diff(places)
    odd = int((moves < step.every).sum() + (moves % step.every != 0).sum())
    if odd > UNEVEN_SHARE * len(moves):
        raise LoadError(
            f"The steps of time are mixed: most are {_length(usual)}, but {odd:,} of {len(moves):,} are no multiple of "
            "that.",
            how="Bring the rows onto one step, for instance sums a week, or upload one kind of step at a time.",
        )  # fmt: skip
    return step


def _number_step(times: np.ndarray) -> TimeStep:
    """The step of years or of mere numbers."""
    moves = np.diff(times)
    if not np.all(moves == np.round(moves)) or moves.min() < 1:
        raise LoadError(
            "The times are numbers that are not whole, so no step can be counted.",
            how="Write dates, such as 2026-03-31.",
        )
    every = int(np.gcd.reduce(moves.astype(np.int64)))
    years = times.min() >= 1700 and times.max() <= 2200 and len(times) <= 500
    return make_step("year" if years else "step", every)


def _calendar_step(seconds: int, times: np.ndarray) -> TimeStep:
    days = seconds / DAY
    if seconds < 0.99 * HOUR:
        raise LoadError(
            f"The steps are {_length(seconds)}; forecasts are made for steps from an hour to a year.",
            how="Add the values up by the hour, or read the file as series of sensors.",
        )
    if days < 0.98:
        return make_step("hour", max(1, round(seconds / HOUR)))
    if days <= 1.05:
        weekday = (times.astype("datetime64[D]").astype(np.int64) + 3) % 7
        return make_step("business day" if len(times) >= 10 and weekday.max() <= 4 else "day")
    if days < 6.5:
        return make_step("day", round(days))
    if days < 27:
        return make_step("week", max(1, round(days / 7))) if abs(days % 7) < 0.5 else make_step("day", round(days))
    if days < 80:
        return make_step("month", max(1, round(days / 30.4)))
    if days < 350:
        return make_step("quarter", max(1, round(days / 91.3)))
    return make_step("year", max(1, round(days / 365.25)))


def _length(seconds: float) -> str:
    """A distance of time in words."""
    for size, noun in ((DAY, "day"), (HOUR, "hour"), (60, "minute")):
        if seconds >= size:
            return count_of(round(seconds / size), noun)
    return count_of(round(seconds), "second")


def to_positions(times: np.ndarray, step: TimeStep) -> np.ndarray:
    """Times as numbers of units (not of steps), so that neighbours lie ``step.every`` apart.

    Args:
        times: datetime64 (n,) or numbers (n,). step: see ``find_step``.

    Returns:
        int64 (n,).
    """
    if times.dtype.kind != "M":
        return np.round(times).astype(np.int64)
    seconds = times.astype("datetime64[s]").astype(np.int64)
    months = times.astype("datetime64[M]").astype(np.int64)
    days = times.astype("datetime64[D]")
    found = {
        "hour": lambda: seconds // HOUR,
        "day": lambda: days.astype(np.int64),
        "business day": lambda: np.busday_count(ERA.astype("datetime64[D]"), days),
        "week": lambda: (days.astype(np.int64) - days.astype(np.int64).min()) // 7 + days.astype(np.int64).min() // 7,
        "month": lambda: months,
        "quarter": lambda: months // 3,
        "year": lambda: months // 12,
    }[step.key]()
    return np.asarray(found, dtype=np.int64)


def times_after(start: str, step: TimeStep, numbers: np.ndarray) -> list[str]:
    """The times of steps as text.

    Args:
        start: ISO date or number of step 0. step: between neighbours. numbers: int (n,), of steps after ``start``.
    """
    units = np.asarray(numbers, dtype=np.int64) * step.every
    if step.key == "step" or (step.key == "year" and "-" not in start):
        return [str(int(float(start)) + int(unit)) for unit in units]
    first = np.datetime64(start, "s")
    day = first.astype("datetime64[D]")
    if step.key == "hour":
        return [str(first + np.timedelta64(int(unit), "h")).replace("T", " ")[:16] for unit in units]
    if step.key in ("day", "week"):
        return [str(day + np.timedelta64(int(unit) * (7 if step.key == "week" else 1), "D")) for unit in units]
    if step.key == "business day":
        return [str(np.busday_offset(day, int(unit), roll="forward")) for unit in units]
    length = {"month": 1, "quarter": 3, "year": 12}[step.key]
    return [_month_after(day, int(unit) * length) for unit in units]


def _month_after(day: np.datetime64, months: int) -> str:
    """A day so many months later: the last of a month stays the last, others keep their number as far as it exists."""
    month = day.astype("datetime64[M]")
    number = int((day - month.astype("datetime64[D]")).astype(int))
    last = bool((day + np.timedelta64(1, "D")).astype("datetime64[M]") > month)
    later = month + np.timedelta64(months, "M")
    length = int(((later + np.timedelta64(1, "M")).astype("datetime64[D]") - later.astype("datetime64[D]")).astype(int))
    return str(later.astype("datetime64[D]") + np.timedelta64(length - 1 if last else min(number, length - 1), "D"))


# What the calendar tells, and after how much of it that repeats.
HOUR_OF_DAY, DAY_OF_WEEK, TIME_OF_YEAR = "hour of day", "day of week", "time of year"
PERIODS = {HOUR_OF_DAY: 24.0, DAY_OF_WEEK: 7.0, TIME_OF_YEAR: 1.0}


def calendar(start: str, step: TimeStep, length: int) -> dict[str, np.ndarray]:
    """What the calendar says of each step, which is known of the future too.

    Args:
        start: ISO date of step 0. step: between neighbours. length: steps.

    Returns:
        Name -> float (length,): "hour of day" 0 to 23, "day of week" 0 to 6, "time of year" 0 to 1; nothing for steps
        that are mere numbers or years.
    """
    if step.key in ("step", "year"):
        return {}
    days = [np.datetime64(text.replace(" ", "T"), "s") for text in times_after(start, step, np.arange(length))]
    times = np.array(days)
    found = {}
    if step.key == "hour":
        found[HOUR_OF_DAY] = (times.astype(np.int64) // HOUR % 24).astype(float)
    whole = times.astype("datetime64[D]")
    if step.key in ("hour", "day", "business day"):
        found[DAY_OF_WEEK] = ((whole.astype(np.int64) + 3) % 7).astype(float)
    year = whole.astype("datetime64[Y]")
    found[TIME_OF_YEAR] = (whole - year.astype("datetime64[D]")).astype(np.int64) / 366.0
    return found
