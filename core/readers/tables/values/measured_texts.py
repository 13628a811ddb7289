"""Reads a column of measurements that are written as text ("3h 20m", "146/87", "53.5M") as numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.readers.tables.read_warnings import Note, quote_examples
from core.readers.tables.typed_column import TypedColumn
from core.readers.tables.values.duration_parser import LONG_UNITS
from core.readers.tables.values.measure_units import has_commas
from core.readers.tables.values.missing_values import BLANKS, DistinctStrings, to_rows
from core.readers.tables.values.numeric_columns import infer_float_column
from core.readers.tables.values.text_forms import FORMS, LENGTH_OF_TIME, Measure, TextForm

SHARE = 0.95
# Of the cells that are more than bare numbers.
MARKED_SHARE = 0.8
# Forms are tried on few cells first: most columns of words have none.
FIRST, SAMPLE = 16, 200
FEWEST = 5
LONGEST = 60
BARE = r"^[+-]?[$€£₹¥]?\s?[\d.,]*\d[\d.,]*([eE][+-]?\d+)?$"
# Before the key of a form in ``Column.written``.
WRITTEN = "form "
TIME_UNITS = {"seconds": 1.0, "minutes": 60.0, "days": 86_400.0}


def infer_measured_texts(strings: DistinctStrings) -> TypedColumn | None:
    """A column of measurements as a number, with more columns beside it where a text holds several numbers.

    Args:
        strings: distinct strings of the column.

    Returns:
        None where fewer than 95 % of the different values have one form.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    special = pc.invert(pc.match_substring_regex(strings.words, BARE))
    marked = [word for word in strings.words.filter(special)[: 2 * SAMPLE].to_pylist() if not _is_blank(word)][:SAMPLE]
    head = marked[:FIRST]
    if not head or 2 * sum(any(map(str.isdigit, word)) for word in head) < len(head):
        return None
    comma = strings.evidence.mark == "," or has_commas(strings.words)
    forms = [form for form in FORMS if 2 * _matches(form, head, comma) >= len(head)]
    forms = [form for form in forms if _matches(form, marked, comma) >= MARKED_SHARE * len(marked)]
    if not forms:
        return None
    if isinstance(strings.words, pa.ChunkedArray):
        strings = replace(strings, words=strings.words.combine_chunks())
    words = strings.words.to_pylist()
    for form in forms:
        found = _read_form(strings, words, form, comma)
        if found is not None:
            return found
    return None


def _is_blank(word: str) -> bool:
    return word.lower() in BLANKS


def _matches(form: TextForm, words: list[str], comma: bool) -> int:
    return sum(_measure(form, word, comma) is not None for word in words)


def _measure(form: TextForm, word: str, comma: bool) -> Measure | None:
    found = form.pattern.fullmatch(word) if len(word) <= LONGEST else None
    return None if found is None else form.read(found, comma)


def _read_form(strings: DistinctStrings, words: list[str], form: TextForm, comma: bool) -> TypedColumn | None:
    read = [_measure(form, word, comma) for word in words]
    ok = np.array([one is not None for one in read], dtype=bool)
    odd = [place for place, word in enumerate(words) if not ok[place] and not _is_blank(word)]
    measures = [one for one in read if one is not None]
    known = [word for word, one in zip(words, read, strict=True) if one is not None]
    if len(known) < max(FEWEST, SHARE * (len(known) + len(odd))) or not form.fits(strings.name, known, measures):
        return None
    width = max(len(one.numbers) for one in measures)
    values = np.full((len(words), width), np.nan)
    for place, one in enumerate(read):
        if one is not None:
            values[place, : len(one.numbers)] = one.numbers
    scale, unit = _time_unit(values[:, 0], known) if form.says == LENGTH_OF_TIME else (1.0, form.says)
    values[:, 0] /= scale
    shown = next(place for place, one in enumerate(read) if one is not None and one.unit)
    names = [f"{strings.name} ({role})" for role in form.further[: width - 1]]
    detail = _told(words[shown], values[shown], unit, names) + _told_units(strings, words, read)
    count = int(strings.counts[ok].sum())
    notes = [Note("measured", strings.name, detail, count)]
    if odd:
        notes.append(strings.note("word", odd))
    columns = [to_rows(strings, values[:, place], np.nan) for place in range(width)]
    further = tuple(
        _further(strings.name, place, infer_float_column(name, rows, []))
        for place, (name, rows) in enumerate(zip(names, columns[1:], strict=True), 1)
    )
    made = infer_float_column(strings.name, columns[0], notes)
    # A later file is read in this form, and its lengths of time in this unit.
    written = unit if form.says == LENGTH_OF_TIME else WRITTEN + form.key
    return replace(made, column=replace(made.column, written=written), further=further)


def _further(source: str, place: int, made: TypedColumn) -> TypedColumn:
    return replace(made, column=replace(made.column, part_of=source, part=place))


def form_of(written: str) -> TextForm | None:
    """The form in which the cells of a column were written.

    Args:
        written: of ``Column``.

    Returns:
        None where it names no form.
    """
    key = written.removeprefix(WRITTEN)
    return next((form for form in FORMS if form.key == key), None) if written.startswith(WRITTEN) else None


def read_form(words: Sequence[str], form: TextForm, comma: bool, part: int) -> np.ndarray:
    """One of the numbers that texts of a known form hold.

    Args:
        words: texts. form: of the column they stand in. comma: whether commas are decimal marks. part: which number.

    Returns:
        float64 (n,), NaN where a text has another form or fewer numbers.
    """
    values = np.full(len(words), np.nan)
    for place, word in enumerate(words):
        one = _measure(form, word, comma)
        if one is not None and part < len(one.numbers):
            values[place] = one.numbers[part]
    return values


def _told(word: str, numbers: np.ndarray, unit: str, names: list[str]) -> str:
    first = f"{quote_examples([word])} read as {numbers[0]:.10g} {unit}".rstrip()
    rest = [f"{value:.10g} in “{name}”" for value, name in zip(numbers[1:], names, strict=True)]
    return ", ".join([first, *rest])


def _told_units(strings: DistinctStrings, words: list[str], read: list[Measure | None]) -> str:
    """How many values carry each unit, with an example; empty where there is one."""
    counts: Counter[str] = Counter()
    example: dict[str, str] = {}
    for place, one in enumerate(read):
        if one is not None and one.unit != "*":
            counts[one.unit] += int(strings.counts[place])
            example.setdefault(one.unit, words[place])
    if len(counts) < 2:
        return ""
    parts = [f"{count:,} with {unit or 'no unit'} such as “{example[unit]}”" for unit, count in counts.most_common(4)]
    return "; " + ", ".join(parts)


def _time_unit(seconds: np.ndarray, words: list[str]) -> tuple[float, str]:
    if any(unit in LONG_UNITS for word in words[:SAMPLE] for unit in re.findall(r"[^\W\d_]+", word.lower())):
        return TIME_UNITS["days"], "days"
    return time_unit(seconds)


def time_unit(seconds: np.ndarray) -> tuple[float, str]:
    """How many seconds the unit for lengths of time has, and its name: minutes, seconds where most are shorter.

    Args:
        seconds: lengths (n,), NaN for missing.
    """
    known = np.abs(seconds[np.isfinite(seconds)])
    unit = "minutes" if len(known) and np.median(known) >= TIME_UNITS["minutes"] else "seconds"
    return TIME_UNITS[unit], unit
