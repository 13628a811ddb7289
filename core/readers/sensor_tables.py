"""Turns a table of sensor readings into windows: finds time and unit, mends order, copies and gaps, and cuts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from core import limits
from core.readers import time_grid
from core.readers.sensor_roles import ColumnRoles
from core.schema import Dataset, JsonObject, LoadError
from core.wording import count_of

if TYPE_CHECKING:
    import pandas as pd

RARE = 0.1
PURE = 0.8
WINDOWS = (8, 128)


@dataclass
class WindowCut:
    """Windows: values (n, t, c), label values a window (object, n) or None, unit code and start time of each; words."""

    values: np.ndarray
    labels: list[Any]
    units: np.ndarray
    starts: np.ndarray
    warnings: list[str] = field(default_factory=list)
    facts: JsonObject = field(default_factory=dict)


def cut_windows(table: Dataset, roles: ColumnRoles, length: int | None = None) -> WindowCut:
    """Cuts readings into windows.

    Args:
        table: rows are moments. roles: roles of its columns. length: readings a window; None lets the data decide.

    Raises:
        LoadError: too few readings for a handful of windows.
    """
    times, units, values, labels, warnings = _columns(table, roles)
    order = np.lexsort((times, units))
    late = int((np.diff(times)[np.diff(units) == 0] < 0).sum())
    if late:
        warnings.append(f"{count_of(late, 'time stamp')} earlier than the one before; rows were sorted by time.")
    times, units, values = times[order], units[order], values[order]
    labels = None if labels is None else labels[order]
    same = np.r_[False, (np.diff(times) == 0) & (np.diff(units) == 0)]
    if same.any():
        warnings.append(
            f"{count_of(int(same.sum()), 'repeated time stamp')} left out; the first reading of each is used."
        )
        times, units, values = times[~same], units[~same], values[~same]
        labels = None if labels is None else labels[~same]
    readings, pieces, told = time_grid.regularise(time_grid.SensorReadings(times, units, values, labels))
    warnings += told
    size = length or window_length([stop - start for start, stop in pieces])
    windows = _windows(readings, pieces, size)
    if len(windows.values) < 8:
        raise LoadError(
            f"Only {count_of(len(windows.values), 'window')} of {size} readings can be cut.",
            f"{count_of(len(times), 'usable reading')}",
            "Upload a longer recording.",
        )
    windows.warnings[:0] = warnings
    windows.facts.update({"window": size, "channels": list(roles.channels), "time": roles.time, "unit": roles.unit})
    return windows


def window_length(runs: Sequence[int]) -> int:
    """Readings a window: about a fortieth of the unbroken runs together per hundred windows, between 8 and 128."""
    total = sum(runs)
    wanted = int(np.clip(total // 600, *WINDOWS))
    longest = max(runs, default=WINDOWS[0])
    return int(max(4, min(wanted, longest, limits.SERIES_LENGTH)))


def _columns(table: Dataset, roles: ColumnRoles):
    frame, warnings = table.inputs, list(table.warnings)
    rows = len(frame)
    if roles.time is None:
        times = np.arange(rows, dtype=np.float64)
        warnings.append("There is no time column; the order of the rows is taken as time, one step a row.")
    else:
        times = to_seconds(frame[roles.time])
    units = np.zeros(rows, dtype=np.int64)
    if roles.unit is not None:
        units = np.unique(frame[roles.unit].astype(str).to_numpy(dtype=object), return_inverse=True)[1]
    values = np.stack([np.asarray(frame[name], dtype=np.float64) for name in roles.channels], axis=1)
    labels = None if roles.label is None else frame[roles.label].to_numpy(dtype=object)
    known = np.isfinite(times)
    if not known.all():
        warnings.append(f"{count_of(int((~known).sum()), 'reading')} without a time left out.")
    labels = labels[known] if labels is not None else None
    return times[known], units[known], values[known], labels, warnings


def to_seconds(column: pd.Series) -> np.ndarray:
    """(n,) times as float64: seconds of a date, numbers as they are; NaN where there is none."""
    if column.dtype.kind == "M":
        whole = column.to_numpy(dtype="datetime64[ms]").astype(np.float64) / 1_000
        return np.where(column.isna().to_numpy(), np.nan, whole)
    if column.dtype.kind in "fiub":
        return column.to_numpy(dtype=np.float64)
    import pandas as pd

    return pd.to_numeric(column.astype(object), errors="coerce").to_numpy(dtype=np.float64)


def _windows(readings: tuple, pieces: Sequence[tuple[int, int]], size: int) -> WindowCut:
    times, units, values, labels = readings
    blocks, words, owners, starts, holes = [], [], [], [], 0
    for begin, end in pieces:
        for start in range(begin, end - size + 1, size):
            block = values[start : start + size]
            missing = ~np.isfinite(block)
            if missing.any():
                if missing.mean() > 0.3:
                    holes += 1
                    continue
                block = fill_missing(block, missing)
            blocks.append(block)
            words.append(None if labels is None else labels[start : start + size])
            owners.append(units[start])
            starts.append(times[start])
    made = np.stack(blocks).astype(np.float32) if blocks else np.zeros((0, size, values.shape[1]), np.float32)
    notes = [f"{count_of(holes, 'window')} left out: more than 30 % of the readings are missing."] if holes else []
    used = sum((end - begin) // size * size for begin, end in pieces)
    facts = {"readings": len(times), "readings_used": used, "items_bad": holes}
    return WindowCut(made, words, np.array(owners, dtype=np.int64), np.array(starts), notes, facts)


def fill_missing(block: np.ndarray, missing: np.ndarray) -> np.ndarray:
    """Missing readings by straight lines between their neighbours; a channel without any reading becomes 0."""
    made, place = block.copy(), np.arange(len(block))
    for channel in range(block.shape[1]):
        there = ~missing[:, channel]
        if not there.all():
            made[:, channel] = np.interp(place, place[there], block[there, channel]) if there.any() else 0.0
    return made


def window_targets(windows: WindowCut) -> tuple[np.ndarray, tuple[str, ...], str, np.ndarray, list[str]]:
    """What each window is: by majority for classes, by any for rare events, by the mean for numbers.

    Returns:
        (target (m,), labels, form, rows into the windows (m,), words).
    """
    every = np.concatenate(windows.labels)
    known = [value for value in every if value is not None and value == value]
    distinct = sorted({_word(value) for value in known})
    numeric = all(isinstance(value, int | float | np.number) for value in known)
    if numeric and len(distinct) > 20:
        target = np.array([np.nanmean(np.asarray(window, dtype=np.float64)) for window in windows.labels])
        rows = np.flatnonzero(np.isfinite(target))
        return target[rows], (), "regression", rows, []
    if len(distinct) < 2:
        raise LoadError(
            f"The label column holds {count_of(len(distinct), 'class', 'classes')}; two are needed.",
            how="Choose another label.",
        )
    if len(distinct) > limits.CLASSES:
        raise LoadError(f"The label column holds {len(distinct)} classes; the limit is {limits.CLASSES}.")
    counts = dict.fromkeys(distinct, 0)
    for value in known:
        counts[_word(value)] += 1
    rarest = min(counts, key=lambda word: counts[word])
    if len(distinct) == 2 and counts[rarest] <= RARE * len(known):
        target = np.array(
            [any(_word(value) == rarest for value in window) for window in windows.labels], dtype=np.int64
        )
        labels = tuple(sorted(distinct, key=lambda word: word == rarest))
        return target, labels, "anomaly", np.arange(len(target)), []
    return _majority(windows, distinct)


def _majority(
    windows: WindowCut, distinct: list[str]
) -> tuple[np.ndarray, tuple[str, ...], str, np.ndarray, list[str]]:
    target, rows, mixed = [], [], 0
    for row, window in enumerate(windows.labels):
        words, held = np.unique(
            [_word(value) for value in window if value is not None and value == value], return_counts=True
        )
        if not len(words) or held.max() < PURE * len(window):
            mixed += 1
            continue
        target.append(distinct.index(str(words[held.argmax()])))
        rows.append(row)
    notes = [f"{count_of(mixed, 'window')} left out: no class holds {PURE:.0%} of the readings."] if mixed else []
    form = "binary" if len(distinct) == 2 else "multiclass"
    return np.array(target, dtype=np.int64), tuple(distinct), form, np.array(rows, dtype=np.int64), notes


def _word(value: object) -> str:
    return str(int(value)) if isinstance(value, float | np.floating) and float(value).is_integer() else str(value)


def plant_anomalies(
    values: np.ndarray, seed: int = 0, share: float = 0.06
) -> tuple[np.ndarray, np.ndarray, Mapping[str, int]]:
    """Spikes, level shifts, frozen stretches and noise put into some windows, to score detectors without labels.

    Returns:
        (windows (n, t, c), 1 where something was planted (n,), how many of each kind).
    """
    rng = np.random.default_rng(seed)
    made, target = values.copy(), np.zeros(len(values), dtype=np.int64)
    spread = np.maximum(values.std(axis=(0, 1)), 1e-9)
    chosen = rng.permutation(len(values))[: max(4, int(share * len(values)))]
    kinds = ("spike", "level shift", "frozen", "noise")
    length = values.shape[1]
    for place, row in enumerate(chosen):
        channel, start = rng.integers(values.shape[2]), rng.integers(length - max(1, length // 3) + 1)
        part = slice(start, start + max(1, length // 3))
        size = spread[channel] * rng.uniform(2, 4) * rng.choice([-1, 1])
        kind = kinds[place % 4]
        if kind == "spike":
            made[row, start, channel] += 1.5 * size
        elif kind == "level shift":
            made[row, part, channel] += size
        elif kind == "frozen":
            made[row, part, channel] = made[row, start, channel] + 0.5 * size
        else:
            made[row, part, channel] += rng.normal(0, abs(size), size=made[row, part, channel].shape)
        target[row] = 1
    return made, target, {kind: len(range(number, len(chosen), 4)) for number, kind in enumerate(kinds)}
