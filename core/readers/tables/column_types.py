"""Decides what a column of strings or numbers is: numeric, categorical, boolean, date, id, text, constant or empty."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.readers.tables import date_parser as dates
from core.readers.tables.categorical_columns import EXAMPLES, settle_labels
from core.readers.tables.missing_values import MISSING, UNUSUAL, Words, encode, spread
from core.readers.tables.numeric_columns import NUMBER_SHARE, numeric, plain_numbers, settle_floats
from core.readers.tables.read_warnings import Note, quoted
from core.readers.tables.typed_column import Settled, why
from core.schema import Column


def settle_strings(name: str, array: Any, decimal_comma: bool = False) -> Settled:
    """Types a column of strings.

    Args:
        name: the column's name.
        array: pyarrow string array (n,), plain or dictionary-coded, nulls for missing cells.
        decimal_comma: whether the file's delimiter suggests decimal commas.
    """
    quick = None if str(array.type).startswith("dictionary") else plain_numbers(name, array)
    if quick is not None:
        return quick
    held = encode(name, array, decimal_comma)
    for attempt in (_empty, numeric, _dates):
        found = attempt(held)
        if found is not None:
            return found
    return settle_labels(held)


def settle_numbers(name: str, values: np.ndarray, notes: tuple[Note, ...] = ()) -> Settled:
    """Types a column of float64 values (n,), NaN for missing."""
    values = np.asarray(values, dtype=np.float64)
    infinite = int(np.isinf(values).sum())
    told = list(notes)
    if infinite:
        values = np.where(np.isinf(values), np.nan, values)
        told.append(Note("infinite", name, count=infinite))
    return settle_floats(name, values, told)


def settle_dates(name: str, values: np.ndarray, notes: tuple[Note, ...] = ()) -> Settled:
    """Types a column of datetime64[ns] values (n,), NaT for missing."""
    missing = int(np.isnat(values).sum())
    distinct = len(np.unique(values[~np.isnat(values)]))
    kind: Any = "empty" if not distinct else "constant" if distinct == 1 else "date"
    examples = tuple(str(value)[:19].removesuffix("T00:00:00") for value in values[~np.isnat(values)][:EXAMPLES])
    column = Column(name, kind, missing, distinct, why(kind, distinct, len(values)), examples)
    return Settled(column, values if kind != "empty" else np.full(len(values), np.nan), notes)


def _empty(held: Words) -> Settled | None:
    if len(held.words) and not all(word.lower() in MISSING for word in held.words[:3].to_pylist()):
        return None
    if len(held.words) > 2:
        return None
    rows = len(held.codes)
    return Settled(Column(held.name, "empty", rows, 0, "no values"), np.full(rows, np.nan))


def _dates(held: Words) -> Settled | None:
    distinct = len(held.words)
    sample = held.words[: min(200, distinct)].to_pylist()
    usable = [word for word in sample if word.lower() not in MISSING | UNUSUAL]
    if not dates.likely(usable):
        return None
    words = held.words.to_pylist()
    reading = dates.read(words)
    blank = np.array([word.lower() in MISSING | UNUSUAL for word in words], dtype=bool)
    odd = np.flatnonzero(~reading.ok & ~blank)
    good, wrong = int(held.counts[reading.ok].sum()), int(held.counts[odd].sum())
    if not good or good < NUMBER_SHARE * (good + wrong):
        return None
    name, told = held.name, []
    if reading.order and not reading.certain:
        detail = f"read as {reading.order}" + (f", though {reading.mixed:,} say otherwise" if reading.mixed else "")
        told.append(Note("order", name, detail))
    if len(odd):
        told.append(Note("word", name, quoted(words[place] for place in odd[:3]), wrong))
    if reading.beyond.any():
        told.append(Note("beyond", name, count=int(held.counts[reading.beyond].sum())))
    if reading.zoned:
        told.append(Note("zone", name))
    values = spread(held, reading.values, np.datetime64("NaT", "ns"))
    return settle_dates(name, values, tuple(told))
