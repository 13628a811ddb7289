"""A column of times for tables whose times are written otherwise: in parts, as numbers, or as names of columns.

Parts are a year with a month, week, quarter or day, or a date with an hour; numbers are seconds since 1970, months such
as 202601 and the days that spreadsheets count; a table with a column a date has a row a series.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.readers.name_meaning import name_words, word_set
from core.schema import Column, Dataset
from core.wording import quote_names

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 20
# A fact of tables that had a column a date.
TURNED = "turned"
PARTS = {
    "year": word_set("year yr yyyy jahr"),
    "quarter": word_set("quarter qtr"),
    "month": word_set("month mo mnth mm monat"),
    "week": word_set("week wk kw isoweek weeknum"),
    "day": word_set("day dd dom"),
    "hour": word_set("hour hr hh stunde"),
}
FILLERS = word_set("of the number num no nr iso calendar")
# The least and the most that a part may be.
RANGES = {"year": (1700, 2200), "quarter": (1, 4), "month": (1, 12), "week": (1, 53), "day": (1, 31), "hour": (0, 24)}
MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12,
}  # fmt: skip
EPOCH_WORDS = word_set("time timestamp ts date datetime unix epoch")
# Seconds since 1970 of the years 2000 to 2100.
EPOCH_SECONDS = (946_684_800, 4_102_444_800)
# Days since 30 December 1899 of the years 1982 to 2064.
SHEET_DAYS = (30_000, 60_000)
HEADER_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%Y-%m",
                  "%b %Y", "%Y")  # fmt: skip


def with_times(table: Dataset) -> Dataset:
    """The table with one column of times, where they were written otherwise; itself where there is nothing to do.

    Args:
        table: as read.
    """
    if any(one.type == "date" for one in table.columns):
        return _with_hours(table)
    for made in (_from_header, _from_parts, _from_numbers):
        found = made(table)
        if found is not None:
            return found
    return table


def _whole(values: pd.Series) -> np.ndarray | None:
    """The values as floats where all known ones are whole numbers, else None."""
    import pandas as pd

    if values.dtype.kind == "M":
        return None
    numbers = np.asarray(pd.to_numeric(values.astype(object), errors="coerce"), dtype=float)
    known = np.isfinite(numbers)
    if not known.any() or known.sum() < values.notna().sum() or (numbers[known] % 1 != 0).any():
        return None
    return numbers


def _part(column: Column, values: pd.Series) -> tuple[str, np.ndarray] | None:
    """Which part of a time a column holds by its name and values, and the numbers of it."""
    words = set(name_words(column.name)) - FILLERS
    for key, names in PARTS.items():
        if not words or not words <= names:
            continue
        numbers = _whole(values)
        if numbers is None and key in ("month", "quarter", "week"):
            numbers = _named(values, key)
        low, high = RANGES[key]
        known = numbers[np.isfinite(numbers)] if numbers is not None else np.zeros(0)
        if numbers is not None and len(known) and known.min() >= low and known.max() <= high:
            return key, numbers
    return None


def _named(values: pd.Series, key: str) -> np.ndarray | None:
    """Months by name, and such as "Q3" or "W07", as numbers."""
    words = values.astype("string").str.strip().str.lower()
    if key == "month":
        found = words.str[:3].map(MONTHS)
    else:
        found = words.str.extract(rf"^{key[0]}0?(\d+)$", expand=False)
    numbers = np.asarray(found.astype("float64"), dtype=float)
    return numbers if np.isfinite(numbers).sum() == int(values.notna().sum()) else None


def _found_parts(table: Dataset) -> dict[str, tuple[str, np.ndarray]]:
    """Part -> the column that holds it and its numbers."""
    found: dict[str, tuple[str, np.ndarray]] = {}
    for one in table.columns:
        if one.name not in table.inputs.columns:
            continue
        part = _part(one, table.inputs[one.name])
        if part is not None and part[0] not in found:
            found[part[0]] = (one.name, part[1])
    return found


def _from_parts(table: Dataset) -> Dataset | None:
    """A year with a month, a week or a quarter, perhaps a day and an hour."""
    found = _found_parts(table)
    unit = next((one for one in ("month", "quarter", "week") if one in found), None)
    if "year" not in found or unit is None:
        return None
    used = ["year", unit, *(["day"] if unit == "month" and "day" in found else [])]
    numbers = {key: found[key][1] for key in used}
    known = np.all([np.isfinite(one) for one in numbers.values()], axis=0)
    made = np.full(len(known), np.datetime64("NaT", "s"))
    made[known] = _dates({key: one[known].astype(np.int64) for key, one in numbers.items()}, unit)
    if "day" in used and "hour" in found:
        used.append("hour")
        made = _plus_hours(made, found["hour"][1])
    return _replaced(table, [found[key][0] for key in used], made)


def _dates(parts: Mapping[str, np.ndarray], unit: str) -> np.ndarray:
    """Dates (m,) of years and months, quarters or weeks; a week by its Monday, as ISO 8601 counts; NaT for none."""
    first = (parts["year"] - 1970).astype("datetime64[Y]")
    if unit == "week":
        # The fourth of January lies in the first week.
        fourth = first.astype("datetime64[D]") + np.timedelta64(3, "D")
        monday = fourth - ((fourth.astype(np.int64) + 3) % 7).astype("timedelta64[D]")
        return (monday + ((parts["week"] - 1) * 7).astype("timedelta64[D]")).astype("datetime64[s]")
    months = parts["month"] - 1 if unit == "month" else 3 * (parts["quarter"] - 1)
    month = first.astype("datetime64[M]") + months.astype("timedelta64[M]")
    day = parts.get("day", np.ones(len(months), dtype=np.int64))
    made = month.astype("datetime64[D]") + (day - 1).astype("timedelta64[D]")
    made = np.where(made.astype("datetime64[M]") == month, made, np.datetime64("NaT", "D"))
    return made.astype("datetime64[s]")


def _plus_hours(dates: np.ndarray, hours: np.ndarray) -> np.ndarray:
    """Times of dates and hours 0 to 23, or 1 to 24; without a time where the hour is unknown."""
    known = np.isfinite(hours)
    first = 1 if known.any() and hours[known].min() >= 1 and hours[known].max() == 24 else 0
    moved = np.where(known, hours - first, 0).astype(np.int64) * np.timedelta64(3_600, "s")
    return np.where(known, dates.astype("datetime64[s]") + moved, np.datetime64("NaT", "s"))


def _with_hours(table: Dataset) -> Dataset:
    """A date whose rows differ by a column of hours; the table itself where there is none."""
    found = _found_parts(table)
    dates = [one.name for one in table.columns if one.type == "date" and one.name in table.inputs.columns]
    if "hour" not in found or len(dates) != 1:
        return table
    values = table.inputs[dates[0]]
    if values.dtype.kind != "M" or getattr(values.dt, "tz", None) is not None:
        return table
    given = values.to_numpy(dtype="datetime64[s]")
    name, hours = found["hour"]
    midnight = (given == given.astype("datetime64[D]")) | np.isnat(given)
    if not midnight.all() or len(np.unique(hours[np.isfinite(hours)])) < 2:
        return table
    return _replaced(table, [dates[0], name], _plus_hours(given, hours))


def _from_numbers(table: Dataset) -> Dataset | None:
    """Seconds or milliseconds since 1970, and months such as 202601, under a name of a time."""
    for one in table.columns:
        words = set(name_words(one.name))
        if one.type not in ("numeric", "id") or not words & (EPOCH_WORDS | PARTS["month"] | {"period", "yearmonth"}):
            continue
        numbers = _whole(table.inputs[one.name])
        if numbers is None or not np.isfinite(numbers).all() or one.distinct < FEWEST:
            continue
        made = _decoded(numbers.astype(np.int64), "date" in words)
        if made is not None:
            return _replaced(table, [one.name], made)
    return None


def _decoded(numbers: np.ndarray, days: bool) -> np.ndarray | None:
    """Times (n,) of numbers that are seconds or milliseconds since 1970, a year and a month, or days as spreadsheets
    count them."""
    low, high = EPOCH_SECONDS
    for size in (1, 1_000):
        if numbers.min() >= low * size and numbers.max() <= high * size:
            return (numbers // size).astype("datetime64[s]")
    years, months = numbers // 100, numbers % 100
    if (
        years.min() >= RANGES["year"][0]
        and years.max() <= RANGES["year"][1]
        and months.min() >= 1
        and months.max() <= 12
    ):
        return _dates({"year": years, "month": months}, "month")
    if days and numbers.min() >= SHEET_DAYS[0] and numbers.max() <= SHEET_DAYS[1]:
        return (np.datetime64("1899-12-30", "D") + numbers.astype("timedelta64[D]")).astype("datetime64[s]")
    return None


def _from_header(table: Dataset) -> Dataset | None:
    """A column a date and a row a series, turned: a row a date and a column a series."""
    names = [one.name for one in table.columns if one.type in ("numeric", "constant", "empty", "id", "boolean")]
    names = [name for name in names if name in table.inputs.columns and re.search(r"\d", name)]
    times = header_times(names)
    named = [one for one in names if one in times]
    if len(named) < FEWEST:
        return None
    import pandas as pd

    rest = [one.name for one in table.columns if one.name not in times and one.name in table.inputs.columns]
    rows = table.inputs[rest].astype("string").fillna("")
    labels = rows.agg(" · ".join, axis=1) if rest else pd.Series("series", index=rows.index)
    if labels.duplicated().any():
        labels = labels + " · row " + pd.Series(np.arange(1, len(labels) + 1).astype(str), index=labels.index)
    values = table.inputs[named].astype("float64").to_numpy().T
    frame = pd.DataFrame(values, columns=[str(one) for one in labels])
    columns = [Column(str(one), "numeric", int(frame[one].isna().sum()), int(frame[one].nunique())) for one in frame]
    frame.insert(0, "time", np.array([times[one] for one in named], dtype="datetime64[s]"))
    words = f"{len(named):,} dates stand in the names of columns: each row was taken as a series."
    return replace(
        table, inputs=frame, columns=(Column("time", "date", 0, len(named)), *columns), rows_read=None,
        warnings=(*table.warnings, words), facts={**table.facts, TURNED: True},
    )  # fmt: skip


def header_times(names: list[str]) -> dict[str, np.datetime64]:
    """Name -> its date, of those columns that are named by dates in one format; none where few are.

    Args:
        names: of columns.
    """
    import pandas as pd

    best: dict[str, np.datetime64] = {}
    for form in HEADER_FORMATS:
        found = pd.to_datetime(pd.Series(names, dtype="string"), format=form, errors="coerce")
        good = {name: time for name, time in zip(names, found.to_numpy(dtype="datetime64[s]"), strict=True)
                if not np.isnat(time)}  # fmt: skip
        if len(good) > len(best):
            best = good
    return best if 2 * len(best) > len(names) else {}


def _replaced(table: Dataset, parts: list[str], times: np.ndarray) -> Dataset:
    """The table with one column of times in place of the parts, and a word on it."""
    name = parts[0]
    frame = table.inputs.drop(columns=parts)
    frame.insert(0, name, times.astype("datetime64[s]"))
    known = times[~np.isnat(times)]
    column = Column(name, "date", int(np.isnat(times).sum()), len(np.unique(known)))
    others = tuple(one for one in table.columns if one.name not in parts)
    example = str(known.min()).replace("T", " ")[:16] if len(known) else "none"
    verb = "were joined into one time" if len(parts) > 1 else "was read as times"
    words = f"{quote_names(parts)} {verb}, the first {example}."
    return replace(table, inputs=frame, columns=(column, *others), warnings=(*table.warnings, words))
