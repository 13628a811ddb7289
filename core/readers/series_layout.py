"""Says how a table of readings lies: rows are moments with a column of time, or each row is a whole series."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.readers import sensor_roles, sensor_tables
from core.readers.name_meaning import name_words
from core.schema import Column, Dataset, LoadError
from core.wording import quote_names

if TYPE_CHECKING:
    import pandas as pd

WIDE_COLUMNS = 8
MOMENT_ROWS = 200
NUMBERED = re.compile(r"(\D*?)[ _.\[-]?(\d{1,6}(?:\.\d{1,6})?)\]?\s*([A-Za-zµ°/]{0,5})")
ENDS_IN_NUMBER = re.compile(r"(.*?)[ _.\[-]?(\d{1,5})\]?")
# A number under one of these names may merely count the rows; under the other names of time it is a clock.
COUNTERS = ("step", "index", "reading", "tick", "cycle", "cycles", "epoch", "sample", "frame", "row", "no")
CLOCK_WORDS = ("time", "timestamp", "datetime", "date", "ts", "seconds", "second", "sec", "secs", "ms", "millis", "t")
RISING, MOVING = 0.95, 0.2
REGULAR_STEP, REGULAR_SHARE = 0.2, 0.8
FOLLOWS = 0.3
# Mean squared step between neighbours over twice the variance: near 1 for values in no order, near 0 for a curve.
SMOOTH_ROWS = 0.5
SAMPLE = 500


def numbered_columns(columns: Sequence[Column]) -> list[str]:
    """Columns of one stem with different numbers (or numbers alone, such as wavelengths), in the order of the numbers.

    Args:
        columns: of the table.

    Returns:
        Nothing where there are fewer than eight of them, or where they are not most of the columns.
    """
    found: dict[str, list[tuple[float, str]]] = {}
    for column in columns:
        name = column.name.strip()
        parts = NUMBERED.fullmatch(name)
        plain = None if parts else ENDS_IN_NUMBER.fullmatch(name)
        if column.type not in ("numeric", "boolean", "constant") or not (parts or plain):
            continue
        stem = f"{parts[1]}#{parts[3]}" if parts else f"{plain[1]}#"  # type: ignore[index]
        number = parts[2] if parts else plain[2]  # type: ignore[index]
        found.setdefault(stem.lower(), []).append((float(number), column.name))
    best = max(found.values(), key=len, default=[])
    rising = len(best) >= WIDE_COLUMNS and len({number for number, _ in best}) == len(best)
    return [name for _, name in sorted(best)] if rising and 2 * len(best) > len(columns) else []


def moment_roles(table: Dataset, target: str | None = None) -> sensor_roles.ColumnRoles:
    """The roles of columns by names and types, and where no name says so the time and the unit by how time runs.

    Args:
        table: rows are moments. target: the label if it is known.

    Raises:
        LoadError: no numeric column is left as a channel.
    """
    columns = [one for one in table.columns if one.type != "constant"]
    roles = sensor_roles.guess_roles(columns, target)
    time, unit = roles.time or _rising_column(table, roles), roles.unit
    if time is not None and unit is None:
        words = [one.name for one in columns if one.type in ("categorical", "boolean")]
        label = roles.label if words == [roles.label] else None
        unit = _restarted_by(table, time, {time, target, label})
    known = (time, unit) == (roles.time, roles.unit)
    return roles if known else sensor_roles.guess_roles(columns, target, time, unit)


def _rising_column(table: Dataset, roles: sensor_roles.ColumnRoles) -> str | None:
    """The one column of numbers that rises in even steps, of another size than the steps of a counter of rows."""
    found = []
    for one in table.columns:
        if one.name in (roles.unit, roles.label) or not (one.type == "numeric" or one.numbers):
            continue
        values = sensor_tables.to_seconds(table.inputs[one.name])
        steps = np.diff(values[: 10 * SAMPLE])
        usual = float(np.median(steps)) if len(steps) else 0.0
        even = np.abs(steps - usual) <= 1e-6 * abs(usual)
        if np.isfinite(values).all() and usual > 0 and usual != 1.0 and even.mean() >= RISING:
            found.append(one.name)
    return found[0] if len(found) == 1 else None


def _restarted_by(table: Dataset, time: str, taken: set[str | None]) -> str | None:
    """The first column whose value changes in exactly those rows in which time starts anew."""
    times = sensor_tables.to_seconds(table.inputs[time])
    restarts = np.diff(times) <= 0
    if not 0 < restarts.sum() <= len(times) / WIDE_COLUMNS:
        return None
    for one in table.columns:
        if one.name in taken or one.type not in ("categorical", "boolean", "numeric", "id") or not one.distinct:
            continue
        words = table.inputs[one.name].astype(str).to_numpy(dtype=object)
        if 1 < one.distinct == restarts.sum() + 1 and np.array_equal(words[1:] != words[:-1], restarts):
            return one.name
    return None


def why_moments(table: Dataset, target: str | None = None) -> str:
    """Why the rows of a table are moments, in words that follow "because"; empty where no column of time rises in it.

    Args:
        table: as it was read. target: the column of answers, or None to find it.
    """
    try:
        roles = moment_roles(table, target)
    except LoadError:
        return ""
    column = next((one for one in table.columns if one.name == roles.time), None)
    if column is None or column.name == target or not (_rises(table, roles) or _even(table, roles)):
        return ""
    words = name_words(column.name)
    clock = column.type == "date" or (bool(set(words) & set(CLOCK_WORDS)) and not set(words) & set(COUNTERS))
    if not clock and (rows_follow(table, roles) < FOLLOWS or roughness(table, roles.channels) < SMOOTH_ROWS):
        return ""
    return f"{quote_names([column.name])} rises in steps" + (
        f" within each {quote_names([roles.unit])}" if roles.unit else ""
    )


def _rises(table: Dataset, roles: sensor_roles.ColumnRoles) -> bool:
    """Whether time never falls from one row of a unit to its next one, in the order of the file."""
    times, units = _times_and_units(table, roles)
    order = np.argsort(units, kind="stable")
    steps = np.diff(times[order])[np.diff(units[order]) == 0]
    steps = steps[np.isfinite(steps)]
    return bool(len(steps)) and (steps >= 0).mean() >= RISING and (steps > 0).mean() >= MOVING


def _even(table: Dataset, roles: sensor_roles.ColumnRoles) -> bool:
    usual, share = usual_step(table, roles)
    return usual > 0 and share >= REGULAR_SHARE


def _times_and_units(table: Dataset, roles: sensor_roles.ColumnRoles) -> tuple[np.ndarray, np.ndarray]:
    times = sensor_tables.to_seconds(table.inputs[roles.time])
    units = np.zeros(len(times), dtype=np.int64)
    if roles.unit is not None:
        units = np.unique(table.inputs[roles.unit].astype(str).to_numpy(dtype=object), return_inverse=True)[1]
    return times, units


def ordered_rows(table: Dataset, roles: sensor_roles.ColumnRoles) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Times and units in order of unit and time, and that order; rows without a time left out.

    Args:
        table: as it was read. roles: of its columns, with a time.
    """
    times, units = _times_and_units(table, roles)
    order = np.lexsort((times, units))
    order = order[np.isfinite(times[order])]
    return times[order], units[order], order


def usual_step(table: Dataset, roles: sensor_roles.ColumnRoles) -> tuple[float, float]:
    """The usual step of time within a unit, and the share of steps that are near it; zeros where there are few.

    Args:
        table: as it was read. roles: of its columns, with a time.
    """
    times, units, _ = ordered_rows(table, roles)
    steps = np.diff(times)[np.diff(units) == 0]
    if len(steps) < WIDE_COLUMNS or 2 * len(steps) < len(times):
        return 0.0, 0.0
    usual = float(np.median(steps))
    return usual, float((np.abs(steps - usual) <= REGULAR_STEP * usual).mean())


def rows_follow(table: Dataset, roles: sensor_roles.ColumnRoles) -> float:
    """Median over the channels of how much a reading resembles the one before it (correlation at lag 1).

    Args:
        table: as it was read. roles: of its columns, with a time.
    """
    _, units, order = ordered_rows(table, roles)
    inside = np.diff(units) == 0
    found = []
    for name in roles.channels:
        values = np.asarray(table.inputs[name], dtype=np.float64)[order]
        left, right = values[:-1][inside], values[1:][inside]
        known = np.isfinite(left) & np.isfinite(right)
        if known.sum() > 2 and np.ptp(left[known]) > 0 and np.ptp(right[known]) > 0:
            found.append(float(np.corrcoef(left[known], right[known])[0, 1]))
    return float(np.median(found)) if found else 0.0


def _numbers(column: pd.Series) -> np.ndarray:
    """A column's values (n,), of two values or one in words the places among these; NaN for missing."""
    if str(column.dtype) != "category":
        return np.asarray(column, dtype=float)
    return np.where(column.isna(), np.nan, column.cat.codes.astype(float))


def roughness(table: Dataset, names: Sequence[str]) -> float:
    """How little the values of a row follow one another from column to column: near 1 in no order, near 0 for a curve.

    Args:
        table: as it was read. names: of its columns, in order; at most 500 rows are looked at.

    Reference:
        von Neumann 1941 (ratio of the mean square successive difference to the variance).
    """
    rows = np.linspace(0, len(table.inputs) - 1, min(SAMPLE, len(table.inputs))).astype(int)
    values = np.column_stack([_numbers(table.inputs[name].iloc[rows]) for name in names])
    values = values[np.isfinite(values).all(axis=1)]
    spread = values.var(axis=1) if values.size else np.zeros(0)
    steps = (np.diff(values, axis=1) ** 2).mean(axis=1)[spread > 0] if values.size else np.zeros(0)
    return float(np.median(steps / (2.0 * spread[spread > 0]))) if (spread > 0).any() else 1.0


def why_whole_series(table: Dataset) -> str:
    """Why each row of a table may be a whole series, in words that follow "because"; empty where nothing says so.

    Args:
        table: as it was read.
    """
    wide = numbered_columns(table.columns)
    rest = [one for one in table.columns if one.name not in wide and one.type in ("categorical", "boolean", "numeric")]
    if not wide or not rest or why_moments(table) or roughness(table, wide) >= SMOOTH_ROWS:
        return ""
    return (
        f"{len(wide):,} numbered columns, {quote_names([wide[0]])} to {quote_names([wide[-1]])}, follow one another "
        "smoothly in each row"
    )


def why_readings(table: Dataset) -> str:
    """Why the rows of a table may be moments though no name says time, in words that follow "because"; "" if not.

    Args:
        table: as it was read.
    """
    if len(table.inputs) < MOMENT_ROWS or any(one.type in ("text", "date") for one in table.columns):
        return ""
    try:
        roles = moment_roles(table)
    except LoadError:
        return ""
    named = roles.time is None or sensor_roles.names_time(roles.time)
    used = {roles.time, roles.unit, roles.label, *roles.channels}
    spare = [one.name for one in table.columns if one.name not in used and one.type not in ("constant", "empty")]
    if named or spare or len(roles.channels) < 2 or not _even(table, roles) or rows_follow(table, roles) < FOLLOWS:
        return ""
    return (
        f"{quote_names([str(roles.time)])} rises in even steps and {len(roles.channels):,} columns of numbers follow "
        "it smoothly"
    )
