"""A table with a column of times -> a panel: series side by side on even steps, with words on every change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core import limits
from core.panels import category_flags, origins, panel_words, step_choice, time_parts
from core.panels.panel_layout import PanelLayout
from core.panels.panel_roles import AMOUNT_WORDS, PanelRoles, find_roles, panel_times
from core.panels.time_step import TimeStep, to_positions
from core.readers.name_meaning import name_words
from core.schema import Column, Dataset, LoadError
from core.wording import count_of, quote_names

if TYPE_CHECKING:
    import pandas as pd

LEAST_STEPS = 20
MOST_EMPTY = 0.9
SHOWN_POINTS, SHOWN_SERIES = 64, 12
# Windows are numbers of 32 bits.
LARGEST, SMALLEST = 1.0e30, 1.0e-30


@dataclass(frozen=True)
class _Rows:
    """Rows of the table that have a time: positions int (m,), series codes int (m,), values float (m, channels)."""

    places: np.ndarray
    codes: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class PanelWish:
    """What was asked of a table of series. target: the column to foretell, None finds it. wide: a column a series; None
    lets the table decide. step: set by hand, one of ``step_choice.HAND_STEPS``; "" finds it."""

    target: str | None = None
    wide: bool | None = None
    step: str = ""


def panel_from_table(given: Dataset, name: str, wish: PanelWish) -> Dataset:
    """A panel out of a table.

    Args:
        given: the table as read. name: of the data set. wish: what was asked of it.

    Returns:
        Dataset of modality "forecast": inputs float64 (steps, series, channels), NaN where nothing is recorded.

    Raises:
        LoadError: one date, too few steps, mixed steps, nothing that changes, a limit passed, or no column fits.
    """
    table = time_parts.with_times(given)
    roles = find_roles(table, wish.target, table.facts.get(time_parts.TURNED) or wish.wide)
    flagged = category_flags.with_flags(table, roles)
    table, roles = flagged.table, flagged.roles
    frame, warnings = table.inputs, list(table.warnings)
    times = panel_times(frame[roles.time])
    known = ~np.isnat(times) if times.dtype.kind == "M" else np.isfinite(times)
    if (~known).any():
        left = int((~known).sum())
        warnings.append(f"{count_of(left, 'row has', 'rows have')} no time in {quote_names([roles.time])}: left out.")
    frame, times = frame.loc[known], times[known]
    chosen = step_choice.choose_step(times, wish.step)
    times, step, adds = chosen.times, chosen.step, _adds_up(roles, chosen.step, bool(wish.step))
    if adds and chosen.incomplete.any() and not chosen.incomplete.all():
        frame, times = frame.loc[~chosen.incomplete], times[~chosen.incomplete]
        out = count_of(int(chosen.incomplete.sum()), "row")
        warnings.append(f"{out} of a first or last {step.key} that the data do not cover left out.")
    places = to_positions(times, step)
    series, codes = _series(frame, roles)
    channels = ("value",) if roles.wide else roles.values
    rows = _rows(frame, roles, (places - places.min()) // step.every, codes)
    del frame
    rows, huge = _within_size(rows, channels)
    rows, words = _merge(rows, adds, "" if wish.step else step.key)
    cube = _cube(rows, len(series), name)
    unused = {one.name for one in table.columns} - {roles.time, *roles.keys, *roles.values, *flagged.sources}
    if unused:
        warnings.append(f"Not used: {quote_names(one.name for one in table.columns if one.name in unused)}.")
    length = _length(cube[:, :, 0], name, channels[0], bool(huge))
    horizon = origins.suggest_horizon(length, step.horizon)
    layout = PanelLayout(
        channels[0], step, _start(times), length, horizon, series=tuple(series), channels=tuple(channels)
    )
    told = [*warnings, *words, *huge, *panel_words.describe_panel(cube[:length, :, 0], layout)]
    made = panel_dataset(cube, layout, name, told)
    shape = "wide" if roles.wide else "long"
    return replace(made, facts={**made.facts, "layout": shape, "step_by_hand": wish.step})


def _start(times: np.ndarray) -> str:
    first = times.min()
    return str(first) if times.dtype.kind == "M" else str(int(first))


def _series(frame: pd.DataFrame, roles: PanelRoles) -> tuple[list[str], np.ndarray]:
    """Names of the series and the code of each row; a column a series has one code a row, 0, and names of columns."""
    if roles.wide:
        return [str(one) for one in roles.values], np.zeros(len(frame), dtype=np.int64)
    if not roles.keys:
        return [roles.values[0]], np.zeros(len(frame), dtype=np.int64)
    first, *others = (_labels(frame[name]) for name in roles.keys)
    words = first
    for other in others:
        words = words + " · " + other
    codes, names = words.factorize(sort=True)
    return [str(one) for one in names], codes.astype(np.int64)


def _labels(column: pd.Series) -> pd.Series:
    """Names of series as words; whole numbers without a decimal point."""
    if column.dtype.kind == "f" and not (column.dropna() % 1 != 0).any():
        column = column.astype("Int64")
    return column.astype("string").fillna("(missing)")


def _adds_up(roles: PanelRoles, step: TimeStep, by_hand: bool) -> bool:
    """Whether values of several rows of a time are added up; an hour that clocks repeat is no second sale."""
    return (by_hand or step.key != "hour") and bool(set(name_words(roles.values[0])) & AMOUNT_WORDS)


def _rows(frame: pd.DataFrame, roles: PanelRoles, places: np.ndarray, codes: np.ndarray) -> _Rows:
    values = np.stack([_numbers(frame[name]) for name in roles.values], axis=1)
    if not roles.wide:
        return _Rows(places, codes, values)
    count = values.shape[1]
    return _Rows(np.repeat(places, count), np.tile(np.arange(count), len(places)), values.reshape(-1, 1))


def _numbers(column: pd.Series) -> np.ndarray:
    """A column as floats; of two words, the first in order is 0 and the other 1."""
    if column.dtype.kind in "fiub":
        return np.asarray(column, dtype=float)
    codes = np.asarray(column.astype("category").cat.codes, dtype=float)
    return np.where(codes < 0, np.nan, codes)


def _merge(rows: _Rows, adds: bool, found: str) -> tuple[_Rows, list[str]]:
    """One row a time and series: equal rows once, others added up or averaged. found: the step, "" if set by hand."""
    key = rows.codes * (int(rows.places.max()) + 1) + rows.places
    whole = np.column_stack([key.astype(float), np.nan_to_num(rows.values, nan=-1.2345e300)])
    distinct = len(np.unique(key))
    first = np.sort(np.unique(whole, axis=0, return_index=True)[1]) if distinct < len(key) else np.arange(len(key))
    words = []
    # Equal rows beside unequal ones of the same time are single sales that happen to be equal, and no copies.
    if len(first) == distinct < len(key):
        words.append(f"{count_of(len(key) - len(first), 'exact copy', 'exact copies')} of a row left out.")
        rows, key = _Rows(rows.places[first], rows.codes[first], rows.values[first]), key[first]
    names, place, counts = np.unique(key, return_inverse=True, return_counts=True)
    if len(names) == len(key):
        return rows, words
    merged = np.full((len(names), rows.values.shape[1]), np.nan)
    for column in range(rows.values.shape[1]):
        given = rows.values[:, column]
        known = np.isfinite(given)
        total = np.bincount(place[known], given[known], minlength=len(names))
        number = np.bincount(place[known], minlength=len(names))
        merged[:, column] = np.where(
            number > 0, total if adds and column == 0 else total / np.maximum(number, 1), np.nan
        )
    many = int((counts > 1).sum())
    clock = " (as when clocks are put back)" if found == "hour" else ""
    advice = " If they belong to different series, add a column that names the series." if found else ""
    words.append(
        f"{count_of(many, 'time', 'times')} of a series {'has' if many == 1 else 'have'} several rows{clock}; their "
        f"values were {'added up' if adds else 'averaged'}.{advice}"
    )
    span = int(rows.places.max()) + 1
    return _Rows(names % span, names // span, merged), words


def _within_size(rows: _Rows, channels: Sequence[str]) -> tuple[_Rows, list[str]]:
    """Rows in which numbers too large for 32 bits are unknown, and words on them."""
    too_large = np.abs(rows.values) > LARGEST
    if not too_large.any():
        return rows, []
    named = quote_names(str(one) for one, bad in zip(channels, too_large.any(axis=0), strict=True) if bad)
    words = f"{count_of(int(too_large.sum()), 'number')} in {named} beyond {LARGEST:g} set to missing."
    return replace(rows, values=np.where(too_large, np.nan, rows.values)), [words]


def _cube(rows: _Rows, series: int, name: str) -> np.ndarray:
    """float (steps, series, channels), NaN where no row stands."""
    steps = int(rows.places.max()) + 1
    there = len(np.unique(rows.places))
    if steps > limits.FORECAST_STEPS or there < (1 - MOST_EMPTY) * steps:
        if there >= (1 - MOST_EMPTY) * steps:
            raise LoadError(
                f"{steps:,} steps of time; the limit is {limits.FORECAST_STEPS:,}.", name, "Upload a later part."
            )
        raise LoadError(
            f"Only {there:,} of the {steps:,} steps between the first and the last time have a row.", name,
            "Look for a mistyped date, such as a wrong year, or bring the rows onto a longer step.",
        )  # fmt: skip
    most = max(1, limits.FORECAST_CELLS // (steps * rows.values.shape[1]))
    if series > most:
        raise LoadError(
            f"{series:,} series of {steps:,} steps are too many to be read at once; {most:,} are possible.", name,
            "Upload a part of the series, or add them up by group.",
        )  # fmt: skip
    cube = np.full((steps, series, rows.values.shape[1]), np.nan)
    cube[rows.places, rows.codes] = rows.values
    return cube


def _length(values: np.ndarray, name: str, column: str, huge: bool) -> int:
    """Steps up to the last recorded value, after the checks that there is anything to foretell."""
    recorded = np.flatnonzero(np.isfinite(values).any(axis=1))
    length = int(recorded[-1]) + 1 if len(recorded) else 0
    if length == 0:
        why = f"is a number beyond {LARGEST:g}" if huge else "is a number"
        raise LoadError(
            f"{'Every value' if huge else 'No value'} of {quote_names([column])} {why}.", name,
            "Write them in a larger unit, as smaller numbers." if huge else "Choose another column.",
        )  # fmt: skip
    if length < LEAST_STEPS or len(recorded) < LEAST_STEPS:
        raise LoadError(
            f"There {'is' if len(recorded) == 1 else 'are'} {count_of(len(recorded), 'point')} in time; a forecast "
            f"needs at least {LEAST_STEPS} to learn from and to be tested.", name, "Upload a longer past.",
        )  # fmt: skip
    known = values[np.isfinite(values)]
    if np.ptp(known) == 0:
        what = "0" if known[0] == 0 else "the same"
        raise LoadError(f"Every value is {what}: there is nothing to foretell.", name, "Choose another column.")
    if np.abs(known).max() < SMALLEST:
        raise LoadError(
            f"Every value is smaller than {SMALLEST:g} in size.",
            name,
            "Write them in a smaller unit, as larger numbers.",
        )
    return length


def panel_dataset(cube: np.ndarray, layout: PanelLayout, name: str, warnings: Sequence[str] = ()) -> Dataset:
    """A panel as a data set.

    Args:
        cube: float (steps, series, channels), NaN where nothing is recorded. layout: what it holds. name: of the data.
        warnings: what was changed in reading.
    """
    past = cube[: layout.length]
    columns = tuple(
        Column(str(one), "numeric", int(np.isnan(past[:, :, number]).sum()), len(np.unique(_known(past[:, :, number]))))
        for number, one in enumerate(layout.channels)
    )
    facts = {
        "form": "forecast", "target": layout.target, "items": len(layout.series), "items_bad": 0,
        "future_steps": len(cube) - layout.length, "curves": _curves(past[:, :, 0]), **layout.to_facts(),
    }  # fmt: skip
    return Dataset(name, "forecast", cube, columns=columns, source=name, warnings=tuple(warnings), facts=facts)


def _known(values: np.ndarray) -> np.ndarray:
    return values[np.isfinite(values)]


def _curves(values: np.ndarray) -> list[list[list[float]]]:
    """A few series for a preview: their latest values, rounded, gaps left out."""
    shown = []
    for number in range(min(SHOWN_SERIES, values.shape[1])):
        known = values[np.isfinite(values[:, number]), number][-SHOWN_POINTS:]
        shown.append([[float(f"{one:.4g}") for one in known]])
    return shown
