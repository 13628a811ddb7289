"""Which columns of a table hold the time, the names of series and the values, by types, names and what repeats."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.panels import step_choice, time_parts
from core.readers.name_meaning import name_words, word_set
from core.schema import Column, Dataset, LoadError
from core.wording import quote_names

if TYPE_CHECKING:
    import pandas as pd

TIME_WORDS = word_set("time timestamp date datetime day week month quarter year period ds hour moment stamp")
YEAR_WORDS = word_set("year jahr period step index t time quarter month week")
# A column that counts the rows of any table makes no offer.
COUNT_WORDS = word_set("index no nr number row")
SERIES_WORDS = word_set(
    "id series store shop product item sku region country city state code station sensor customer client category "
    "group brand department dept warehouse branch channel line unit name key article location site market type"
)
# Amounts add up when several rows share their time and series; levels, such as prices, are averaged.
AMOUNT_WORDS = word_set(
    "sales demand units quantity qty sold orders order count counts amount revenue turnover calls visitors arrivals "
    "volume requests trips rides passengers"
)
TARGET_WORDS = AMOUNT_WORDS | word_set("y value values target load consumption traffic usage production")
# So many columns of numbers beside the time are a column a series, unless one of them is named like a target.
WIDE_COLUMNS = 5
MOST_KEYS = 3
# An offer to foretell takes so many dates, and so large a share of even steps between them.
FEWEST_DATES, EVEN_SHARE = 20, 0.8


@dataclass(frozen=True)
class PanelRoles:
    """Columns of a table of series. keys: together they name the series; () for one series or a column a series.
    values: the columns that may be foretold, the one taken first; wide: each of them is a series."""

    time: str
    keys: tuple[str, ...]
    values: tuple[str, ...]
    wide: bool = False


def find_roles(table: Dataset, target: str | None = None, wide: bool | None = None) -> PanelRoles:
    """The roles of a table's columns.

    Args:
        table: as read. target: the column to foretell, or None. wide: a column a series; None lets the table decide.

    Raises:
        LoadError: no column of times or of numbers, or the named target is not one of the latter.
    """
    time = find_time(table.columns, target)
    if time is None:
        raise _no_time(table, target)
    numbers = [one.name for one in table.columns if one.name != time and one.type in ("numeric", "boolean", "constant")]
    # Numbers that rise from row to row look like a count of rows; where nothing else is there, or they are named, they
    # are what is foretold.
    rising = [one.name for one in table.columns if one.type == "id" and one.numbers and one.name != time]
    numbers += [name for name in rising if not numbers or name == target]
    flags = {one.name for one in table.columns if one.type == "boolean"}
    there = set(table.inputs.columns)
    numbers = [name for name in numbers if name in there and (name in flags or table.inputs[name].dtype.kind in "fiub")]
    numbers.sort(key=lambda name: name in flags)
    frame = table.inputs
    repeats = bool(frame[time].dropna().duplicated().any())
    keys = _keys(frame, table.columns, time, target) if repeats and not wide else ()
    numbers = [name for name in numbers if name not in keys]
    if target is not None and target not in numbers:
        raise LoadError(
            f"{quote_names([target])} is no column of numbers, so its next values cannot be foretold.",
            how=f"Choose among: {quote_names(numbers)}." if numbers else "Upload a table with a column of numbers.",
        )
    if not numbers:
        raise LoadError(
            "No column beside the time holds numbers.", f"columns {quote_names(one.name for one in table.columns)}",
            "Upload one row a date with the number that is to be foretold.",
        )  # fmt: skip
    named = [name for name in numbers if set(name_words(name)) & TARGET_WORDS]
    if wide is None:
        wide = not keys and target is None and not named and len(numbers) >= WIDE_COLUMNS
    chosen = target or (named[0] if named else numbers[0])
    return PanelRoles(time, keys, tuple(numbers) if wide else (chosen, *(n for n in numbers if n != chosen)), wide)


def _no_time(table: Dataset, target: str | None) -> LoadError:
    """Why a table has no column of times beside what is foretold."""
    if one_date := [one.name for one in table.columns if _is_one_date(one, table.inputs)]:
        return LoadError(
            f"There is one date, in {quote_names(one_date)}: nothing can be foretold from a single moment.",
            how="Upload one row a date, with the dates before the last one too.",
        )
    if target is not None and find_time(table.columns) == target:
        return LoadError(
            f"{quote_names([target])} holds the times, so it cannot be foretold.",
            how="Choose a column of numbers, whose next values are wanted.",
        )
    return LoadError(
        "No column holds dates or the numbers of years, so nothing says what comes after what.",
        f"columns {quote_names(one.name for one in table.columns)}", "Add a column with the date of each row.",
    )  # fmt: skip


def why_series(given: Dataset) -> str:
    """Why the next values of a table can be foretold, in words that follow "because"; "" where nothing says so.

    Args:
        given: the table as it was read.
    """
    table = time_parts.with_times(given)
    columns = [one for one in table.columns if one.type == "date" or _is_named_time(one)]
    time = find_time(columns)
    numbers = [one for one in table.columns if one.type == "numeric" and one.distinct > 2 and one.name != time]
    if time is None or time not in table.inputs.columns or not numbers:
        return ""
    known = table.inputs[time].dropna()
    if known.dtype.kind != "M":
        times = np.unique(np.asarray(known, dtype=float))
        steps = np.diff(times)
        shortest = 1.0
    else:
        times = np.unique(step_choice.even_times(panel_times(known)))
        steps = np.diff(times).astype("timedelta64[s]").astype(np.int64).astype(float)
        shortest = 3_600.0
    # Dates of birth or of orders repeat and skip at will: even steps are what makes a row a moment of a series.
    if len(times) < FEWEST_DATES or np.median(steps) < shortest:
        return ""
    even = (np.abs(steps - np.median(steps)) <= 0.15 * np.median(steps)).mean()
    if even < EVEN_SHARE:
        return ""
    return f"{quote_names([time])} rises in even steps, so that its next values can be predicted"


def _is_named_time(column: Column) -> bool:
    """Whether a column of numbers has a name of time: a year, or a count under another name than one of rows."""
    words = set(name_words(column.name))
    return "year" in words if column.type == "numeric" else bool(words - COUNT_WORDS)


def panel_times(column: pd.Series) -> np.ndarray:
    """A column of times as datetime64[s] in UTC, or of numbers as floats (n,).

    Args:
        column: of a table.
    """
    if column.dtype.kind == "M":
        naive = column.dt.tz_convert("UTC").dt.tz_localize(None) if getattr(column.dt, "tz", None) else column
        return np.asarray(naive.to_numpy(dtype="datetime64[s]"))
    return np.asarray(column, dtype=float)


def find_time(columns: Sequence[Column], target: str | None = None) -> str | None:
    """The column of times: of dates, the one with the clearest name first, else whole numbers under such a name.

    Args:
        columns: of the table. target: the column to foretell, which is none.
    """
    dates = [one.name for one in columns if one.type == "date" and one.name != target]
    if dates:
        return min(dates, key=lambda name: not set(name_words(name)) & TIME_WORDS)
    for one in columns:
        number = one.type == "numeric" or (one.type == "id" and one.numbers)
        if number and one.name != target and set(name_words(one.name)) <= YEAR_WORDS:
            return one.name
    return None


def _is_one_date(column: Column, frame: pd.DataFrame) -> bool:
    """Whether a column holds the same date in every row."""
    if column.type != "constant" or column.name not in frame.columns:
        return False
    return frame[column.name].dtype.kind == "M" or bool(set(name_words(column.name)) & TIME_WORDS)


def _keys(frame: pd.DataFrame, columns: Sequence[Column], time: str, target: str | None) -> tuple[str, ...]:
    """The fewest columns that tell apart the rows of one time, or those that come nearest to it."""
    able = [
        one.name for one in columns
        if one.name not in (time, target) and one.name in frame.columns
        and (one.type in ("categorical", "id", "text") or _named_key(one))
    ]  # fmt: skip
    able.sort(key=lambda name: not set(name_words(name)) & SERIES_WORDS)
    best: tuple[str, ...] = ()
    least = int(frame.duplicated([time]).sum())
    for size in range(1, MOST_KEYS + 1):
        for some in itertools.combinations(able[:8], size):
            left = int(frame.duplicated([time, *some]).sum())
            if left < least:
                best, least = some, left
        if best and least <= 0.02 * len(frame):
            break
    return best


def _named_key(column: Column) -> bool:
    """Whether a column of few whole numbers is named like what tells series apart."""
    return column.type == "numeric" and bool(set(name_words(column.name)) & (SERIES_WORDS - {"unit", "order"}))
