"""Decides what a column of strings or numbers is: numeric, categorical, boolean, date, id, text, constant or empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.readers.tables.categorical_columns import EXAMPLES, infer_label_column
from core.readers.tables.read_warnings import Note, quote_examples
from core.readers.tables.typed_column import TypedColumn, exclusion_reason
from core.readers.tables.values import date_parser, reading_doubts
from core.readers.tables.values.clock_times import infer_clock_times
from core.readers.tables.values.missing_values import MISSING, UNUSUAL, DistinctStrings, encode_distinct, to_rows
from core.readers.tables.values.numeric_columns import (
    NUMBER_SHARE,
    infer_float_column,
    infer_numeric,
    infer_plain_numbers,
)
from core.schema import Column, ColumnType, ReadAs

if TYPE_CHECKING:
    import pyarrow as pa


def infer_string_column(name: str, array: pa.Array, decimal_comma: bool = False) -> TypedColumn:
    """Types a column of strings.

    Args:
        name: the column's name.
        array: pyarrow string array (n,), plain or dictionary-coded, nulls for missing cells.
        decimal_comma: whether the file's delimiter suggests decimal commas.
    """
    quick = None if str(array.type).startswith("dictionary") else infer_plain_numbers(name, array)
    if quick is not None:
        return quick
    strings = encode_distinct(name, array, decimal_comma)
    for attempt in (_empty, infer_clock_times, infer_numeric, _dates):
        found = attempt(strings)
        if found is not None:
            return found
    return infer_label_column(strings)


def infer_number_column(name: str, values: np.ndarray, notes: tuple[Note, ...] = ()) -> TypedColumn:
    """Types a column of float64 values (n,), NaN for missing."""
    values = np.asarray(values, dtype=np.float64)
    infinite = int(np.isinf(values).sum())
    changes = list(notes)
    if infinite:
        values = np.where(np.isinf(values), np.nan, values)
        changes.append(Note("infinite", name, count=infinite))
    return infer_float_column(name, values, changes)


def infer_date_column(name: str, values: np.ndarray, notes: tuple[Note, ...] = ()) -> TypedColumn:
    """Types a column of datetime64[ns] values (n,), NaT for missing."""
    missing = int(np.isnat(values).sum())
    distinct = len(np.unique(values[~np.isnat(values)]))
    kind: ColumnType = "empty" if not distinct else "constant" if distinct == 1 else "date"
    examples = tuple(str(value)[:19].removesuffix("T00:00:00") for value in values[~np.isnat(values)][:EXAMPLES])
    column = Column(name, kind, missing, distinct, exclusion_reason(kind, distinct, len(values)), examples)
    return TypedColumn(column, values if kind != "empty" else np.full(len(values), np.nan), notes)


def _empty(strings: DistinctStrings) -> TypedColumn | None:
    if len(strings.words) and not all(word.lower() in MISSING for word in strings.words[:3].to_pylist()):
        return None
    if len(strings.words) > 2:
        return None
    rows = len(strings.codes)
    return TypedColumn(Column(strings.name, "empty", rows, 0, "no values"), np.full(rows, np.nan))


def _dates(strings: DistinctStrings) -> TypedColumn | None:
    distinct = len(strings.words)
    sample = strings.words[: min(200, distinct)].to_pylist()
    usable = [word for word in sample if word.lower() not in MISSING | UNUSUAL]
    if not date_parser.looks_like_dates(usable):
        return None
    words = strings.words.to_pylist()
    reading = date_parser.parse_dates(words)
    blank = np.array([word.lower() in MISSING | UNUSUAL for word in words], dtype=bool)
    odd = np.flatnonzero(~reading.ok & ~blank)
    good, wrong = int(strings.counts[reading.ok].sum()), int(strings.counts[odd].sum())
    if not good or good < NUMBER_SHARE * (good + wrong):
        return None
    name, notes = strings.name, []
    if reading.order and not reading.certain:
        detail = f"read as {reading.order}" + (f", though {reading.mixed:,} say otherwise" if reading.mixed else "")
        orders: tuple[ReadAs, ReadAs] = ("date-dmy", "date-mdy")
        taken, other = orders if reading.order == "day/month" else orders[::-1]
        notes.append(Note("order", name, detail, doubt=reading_doubts.date_doubt(words, taken, other)))
    if len(odd):
        notes.append(Note("word", name, quote_examples(words[place] for place in odd[:3]), wrong))
    if reading.beyond.any():
        notes.append(Note("beyond", name, count=int(strings.counts[reading.beyond].sum())))
    if reading.zoned:
        notes.append(Note("zone", name))
    values = to_rows(strings, reading.values, np.datetime64("NaT", "ns"))
    return infer_date_column(name, values, tuple(notes))
