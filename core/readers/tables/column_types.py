"""Decides what a column of strings or numbers is: numeric, categorical, boolean, date, id, text, constant or empty."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.readers import name_meaning
from core.readers.tables.categorical_columns import EXAMPLES, infer_label_column
from core.readers.tables.read_warnings import Note, quote_examples
from core.readers.tables.typed_column import TypedColumn, exclusion_reason
from core.readers.tables.values import date_order, date_parser, reading_doubts
from core.readers.tables.values.clock_times import infer_clock_times
from core.readers.tables.values.file_evidence import UNKNOWN, ColumnEvidence, FileEvidence
from core.readers.tables.values.formula_cells import without_formulas
from core.readers.tables.values.measured_texts import infer_measured_texts, time_unit
from core.readers.tables.values.missing_values import BLANKS, MISSING, DistinctStrings, encode_distinct, to_rows
from core.readers.tables.values.numeric_columns import (
    NUMBER_SHARE,
    infer_float_column,
    infer_numeric,
    infer_plain_numbers,
)
from core.schema import Column, ColumnType, ReadAs, ReadingDoubt
from core.wording import printable

if TYPE_CHECKING:
    import pyarrow as pa

IN_TURN_SHARE = 0.95
# Where more than so many values of the same form are no dates (1.0.2019, 31.2.2019), the others are none either.
IMPOSSIBLE_SHARE = 0.05
THREE_NUMBERS = re.compile(r"\d{1,4}([-/.])\d{1,4}\1\d{1,4}")
READ_AS_DATE: dict[str, ReadAs] = {
    date_order.DAY_FIRST: "date-dmy",
    date_order.MONTH_FIRST: "date-mdy",
    date_order.YEAR_FIRST: "date-ymd",
}


def infer_string_column(name: str, array: pa.Array, evidence: FileEvidence = UNKNOWN) -> TypedColumn:
    """Types a column of strings.

    Args:
        name: the column's name.
        array: pyarrow string array (n,), plain or dictionary-coded, nulls for missing cells.
        evidence: what the format and the other columns of the file settle.
    """
    coded = str(array.type).startswith("dictionary")
    quick = None if coded or evidence.typed else infer_plain_numbers(name, array)
    if quick is not None:
        return quick
    strings, notes = without_formulas(encode_distinct(name, array, evidence))
    found = _typed(strings)
    return replace(found, notes=(*notes, *found.notes)) if notes else found


def _typed(strings: DistinctStrings) -> TypedColumn:
    counted = (infer_measured_texts, infer_numeric, _dates) if strings.may_count else ()
    for attempt in (_empty, infer_clock_times, *counted):
        found = attempt(strings)
        if found is not None:
            return found
    return infer_label_column(strings, list(strings.kept))


def infer_number_column(name: str, values: np.ndarray, notes: tuple[Note, ...] = ()) -> TypedColumn:
    """Types a column of float64 values (n,), NaN for missing."""
    values = np.asarray(values, dtype=np.float64)
    infinite = values[np.isinf(values)]
    changes = list(notes)
    if len(infinite):
        values = np.where(np.isinf(values), np.nan, values)
        changes.append(Note("infinite", name, f"“{infinite[0]}”", len(infinite)))
    return infer_float_column(name, values, changes)


def infer_duration_column(name: str, seconds: np.ndarray) -> TypedColumn:
    """A column of lengths of time (n,), NaN for missing, as minutes or seconds."""
    size, unit = time_unit(seconds)
    known = seconds[np.isfinite(seconds)]
    some = known[known != 0][:1] if np.any(known) else known[:1]
    detail = "".join(f"{one:.10g} seconds read as {one / size:.10g} {unit}" for one in some)
    found = infer_number_column(name, seconds / size, (Note("length", name, detail, len(known)),))
    return replace(found, column=replace(found.column, written=unit))


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
    usable = [word for word in sample if word.lower() not in BLANKS]
    if not date_parser.looks_like_dates(usable):
        return None
    words, name = strings.words.to_pylist(), strings.name
    codes = strings.codes[strings.codes >= 0]
    in_turn = bool((np.diff(codes) >= 0).mean() >= IN_TURN_SHARE) if len(codes) > 1 else True
    context = date_order.DateContext(strings.evidence.order, name_meaning.names_clock(name), in_turn)
    reading = date_parser.parse_dates(words, context)
    blank = strings.blanks
    odd = np.flatnonzero(~reading.ok & ~blank)
    good, wrong = int(strings.counts[reading.ok].sum()), int(strings.counts[odd].sum())
    if not good or good < NUMBER_SHARE * (good + wrong):
        return None
    order = reading.order
    impossible = [place for place in odd if THREE_NUMBERS.fullmatch(words[place]) and re.search("[1-9]", words[place])]
    if int(strings.counts[impossible].sum()) > IMPOSSIBLE_SHARE * good:
        strings.kept = _kept_parts(strings, words, reading)
        return None
    if order is not None and not order.supported:
        likely = good >= date_order.VALID_SHARE * (good + wrong)
        strings.kept = _kept_parts(strings, words, reading) if likely else ()
        return None
    found = infer_date_column(name, to_rows(strings, reading.values, np.datetime64("NaT", "ns")), ())
    left = frozenset({"order"}) if order is not None and not order.certain and not order.mixed else frozenset()
    sure = order.order if order is not None and order.certain else ""
    missing = strings.absent | {words[place] for place in np.flatnonzero(blank)}
    evidence = ColumnEvidence(order=sure, missing=missing, open=left)
    column = replace(found.column, written=order.order if order is not None else "")
    return replace(found, column=column, notes=_date_notes(strings, words, reading, odd), evidence=evidence)


def _kept_parts(strings: DistinctStrings, words: list[str], reading: date_parser.ParsedDates) -> tuple[Note, ...]:
    """Says that three short numbers could be dates, and what the first one would be."""
    first = int(np.flatnonzero(reading.ok)[0])
    word, day = words[first], str(reading.values[first])[:10]
    detail = f"{quote_examples([word])}, as a date {day}"
    order = READ_AS_DATE[reading.order.order] if reading.order else "date"
    doubt = ReadingDoubt("no date", "a date", printable(word, 40), printable(word, 40), day, "category", order)
    return (Note("parts", strings.name, detail, int(strings.counts[reading.ok].sum()), doubt),)


def _date_notes(
    strings: DistinctStrings, words: list[str], reading: date_parser.ParsedDates, odd: np.ndarray
) -> tuple[Note, ...]:
    name, notes, order, counts = strings.name, [], reading.order, strings.counts
    if reading.short.any():
        first = int(np.flatnonzero(reading.short)[0])
        how = f", {order.order}" if order is not None else ""
        detail = f"{quote_examples([words[first]])} as {str(reading.values[first])[:10]}{how}"
        years = str(reading.values[reading.short & ~reading.beyond].min())[:4] if reading.short.any() else ""
        notes.append(Note("past" if years < "1969" else "century", name, detail, int(counts[reading.short].sum())))
    if order is not None and not order.certain:
        detail = f"read as {order.order}" + (f", though {order.mixed:,} say otherwise" if order.mixed else "")
        other = order.other or next(one for one in READ_AS_DATE if one != order.order)
        good = [word for word, ok in zip(words, reading.ok, strict=True) if ok]
        doubt = reading_doubts.date_doubt(good, READ_AS_DATE[order.order], READ_AS_DATE[other])
        both = reading_doubts.both_readings(doubt)
        count = int(counts[reading.ok].sum())
        notes.append(Note("order", name, detail + (f"; {both}" if both else ""), count, doubt))
    if len(odd):
        notes.append(strings.note("word", odd))
    for key, mask in (("beyond", reading.beyond), ("midnight", reading.midnights)):
        if mask.any():
            notes.append(strings.note(key, np.flatnonzero(mask), 1))
    if reading.zoned:
        first = int(np.argmax(reading.ok))
        detail = f"{quote_examples([words[first]])} as {str(reading.values[first])[:19]}"
        notes.append(Note("zone", name, detail, int(counts[reading.ok].sum())))
    return tuple(notes)
