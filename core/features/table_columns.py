"""Reads a table's columns into two plain arrays, numbers and category codes, learnt once on training rows.

Every array column remembers the original column it came from: one original column is one player of an explanation.
The path for single rows takes a mapping name -> array and touches no pandas.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.features import text_column_svd
from core.schema import Facts, JsonObject, TableRows
from core.workers import work_clock

if TYPE_CHECKING:
    import pandas as pd

MISSING = -1
MOST_LEVELS = 4096
FARTHEST = 1e37
DATE_PARTS = ("days", "month", "day", "weekday", "hour", "year wave (sin)", "year wave (cos)")
DAY = np.timedelta64(1, "D")
DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class ColumnEncoder:
    """One original column. kind: number, category, date or text; levels: categories seen in training, most frequent
    first; parts: how many numbers it becomes (0 for a category); origin: first training day of a date."""

    name: str
    kind: str
    parts: int
    levels: tuple[str, ...] = ()
    origin: float = 0.0


class TableColumns:
    """The columns of a table as fitted on training rows.

    names: original columns. number_names, number_owners (p,), code_owners (c,): what the arrays hold.
    """

    def __init__(self, sources: Sequence[ColumnEncoder], texts: Mapping[str, text_column_svd.TextSvd]) -> None:
        self.sources, self.texts = tuple(sources), dict(texts)
        self.names = tuple(source.name for source in self.sources)
        owners = [(place, part) for place, source in enumerate(self.sources) for part in range(source.parts)]
        self.number_owners = np.array([place for place, _ in owners], dtype=np.int64)
        self.code_owners = np.array(
            [place for place, source in enumerate(self.sources) if source.kind == "category"], dtype=np.int64
        )
        self.number_names = tuple(_part_name(self.sources[place], part) for place, part in owners)
        self._lookups = {
            source.name: {level: code for code, level in enumerate(source.levels)} | {None: MISSING}
            for source in self.sources
            if source.kind == "category"
        }

    def read(self, inputs: TableRows) -> tuple[np.ndarray, np.ndarray]:
        """A DataFrame or mapping name -> (n,) array -> numbers float64 (n, p) with NaN, codes int64 (n, c).

        A code counts the training levels, most frequent first; -1 is missing, and one past the last is unknown.

        Raises:
            ValueError: a column of the training table is not there.
        """
        numbers: list[np.ndarray] = []
        codes: list[np.ndarray] = []
        for source in self.sources:
            try:
                column = inputs[source.name]
            except KeyError:
                raise ValueError(f"the column {source.name!r} is missing from the rows to predict") from None
            if source.kind == "number":
                numbers.append(_floats(column))
            elif source.kind == "category":
                codes.append(self._codes(source, column))
            elif source.kind == "date":
                numbers.extend(_date_parts(column, source.origin))
            else:
                numbers.extend(self.texts[source.name].transform(column).T)
        rows = len(numbers[0] if numbers else codes[0])
        table = np.array(numbers).T if numbers else np.zeros((rows, 0))
        # beyond what float32 holds a number is as good as infinite, and both count as missing
        table[~(np.abs(table) < FARTHEST)] = np.nan
        return table, np.array(codes, dtype=np.int64).T if codes else np.zeros((rows, 0), dtype=np.int64)

    def _codes(self, source: ColumnEncoder, column: pd.Series | np.ndarray) -> np.ndarray:
        lookup, unknown = self._lookups[source.name], len(source.levels)
        accessor = getattr(column, "cat", None)
        if accessor is not None:
            table = np.array([lookup.get(str(level), unknown) for level in accessor.categories] + [MISSING])
            return table[accessor.codes.to_numpy()]
        values = column.tolist() if hasattr(column, "tolist") else column
        return np.array([_code(lookup, value, unknown) for value in values], dtype=np.int64)

    def to_state(self) -> tuple[JsonObject, dict[str, np.ndarray]]:
        """Everything fitted, in plain form, for ``restore_columns``.

        Returns:
            JSON-able values, and arrays by name.
        """
        facts = {
            "sources": [asdict(source) for source in self.sources],
            "words": {name: list(text.words) for name, text in self.texts.items()},
        }
        arrays: dict[str, np.ndarray] = {}
        for place, text in enumerate(self.texts.values()):
            arrays |= {f"text{place}.weights": text.weights, f"text{place}.axes": text.axes}
        return facts, arrays


def restore_columns(facts: Facts, arrays: Mapping[str, np.ndarray]) -> TableColumns:
    """The ``TableColumns`` that ``TableColumns.to_state`` described.

    Args:
        facts: the JSON-able values. arrays: the arrays by name.

    Returns:
        Columns that transform as the original did.
    """
    sources = [ColumnEncoder(**{**source, "levels": tuple(source["levels"])}) for source in facts["sources"]]
    texts = {
        name: text_column_svd.TextSvd(tuple(words), arrays[f"text{place}.weights"], arrays[f"text{place}.axes"])
        for place, (name, words) in enumerate(facts["words"].items())
    }
    return TableColumns(sources, texts)


def fit_columns(inputs: pd.DataFrame, seed: int = 0) -> TableColumns:
    """Learn the columns of a prepared training table (DataFrame).

    Raises:
        ValueError: the table has no column.
    """
    if not len(inputs.columns):
        raise ValueError("the table has no usable column besides its target")
    work_clock.charge("table_cell_fit", inputs.size)
    sources, texts = [], {}
    for name in inputs.columns:
        column = inputs[name]
        kind = _kind(column)
        if kind == "number":
            sources.append(ColumnEncoder(name, kind, 1))
        elif kind == "category":
            counts = column.astype("object").dropna().astype(str).value_counts()
            ranked = sorted(counts.items(), key=lambda pair: (-pair[1], natural_key(pair[0])))
            sources.append(ColumnEncoder(name, kind, 0, tuple(str(level) for level, _ in ranked[:MOST_LEVELS])))
        elif kind == "date":
            days = column.to_numpy("datetime64[ns]")
            known = days[~np.isnat(days)]
            origin = float((known.min() - np.datetime64(0, "ns")) / DAY) if len(known) else 0.0
            sources.append(ColumnEncoder(name, kind, len(DATE_PARTS), origin=origin))
        else:
            texts[name] = text_column_svd.fit_text_svd(column, seed=seed)
            sources.append(ColumnEncoder(name, kind, texts[name].size))
    return TableColumns(sources, texts)


def natural_key(level: str) -> tuple[tuple[bool, float, str], ...]:
    """What levels are sorted by so that "2" stands before "10", and "week 9" before "week 10".

    Args:
        level: a category's level.

    Returns:
        Its runs of digits as numbers, the rest as text, and the level itself to tell "01" from "1".
    """
    runs = [run for run in DIGITS.split(level) if run]
    parts = [(False, float(run[:300]), "") if run.isdecimal() else (True, 0.0, run) for run in runs]
    return (*parts, (True, 0.0, level))


def _kind(column: pd.Series | np.ndarray) -> str:
    if hasattr(column, "cat"):
        return "category"
    if column.dtype.kind in "fiub":
        return "number"
    return "date" if column.dtype.kind == "M" else "text"


def _part_name(source: ColumnEncoder, part: int) -> str:
    if source.kind == "number":
        return source.name
    return f"{source.name}: {DATE_PARTS[part] if source.kind == 'date' else f'theme {part + 1}'}"


def _floats(column: pd.Series | np.ndarray) -> np.ndarray:
    if hasattr(column, "to_numpy"):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    array = np.asarray(column)
    if array.dtype.kind == "O":
        return np.array([np.nan if value is None else value for value in array], dtype=np.float64)
    return array.astype(np.float64)


def _code(lookup: Mapping[Any, int], value: object, unknown: int) -> int:
    code = lookup.get(value)
    if code is not None:
        return code
    return MISSING if value != value else lookup.get(str(value), unknown)


def _date_parts(column: pd.Series | np.ndarray, origin: float) -> list[np.ndarray]:
    moments = np.asarray(column).astype("datetime64[ns]")
    absent = np.isnat(moments)
    moments = np.where(absent, np.datetime64(0, "ns"), moments)
    day, month, year = (moments.astype(f"datetime64[{unit}]") for unit in "DMY")
    number = day.astype(np.int64)
    angle = 2 * np.pi * (day - year.astype("datetime64[D]")).astype(np.int64) / 365.25
    parts = [
        (moments - np.datetime64(0, "ns")) / DAY - origin,
        month.astype(np.int64) % 12 + 1.0,
        (day - month.astype("datetime64[D]")).astype(np.int64) + 1.0,
        (number + 3) % 7 + 0.0,
        (moments - day) / np.timedelta64(1, "h"),
        np.sin(angle),
        np.cos(angle),
    ]
    return [np.where(absent, np.nan, part) for part in parts]
