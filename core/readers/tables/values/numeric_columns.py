"""Decides whether a column holds numbers, and which of them number the rows, stand in for nothing or are codes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.readers import name_meaning
from core.readers.tables.categorical_columns import infer_label_column
from core.readers.tables.read_warnings import Note, quote_examples
from core.readers.tables.typed_column import TypedColumn, exclusion_reason
from core.readers.tables.values import digit_codes, mixed_scales, number_parser
from core.readers.tables.values.compact_dates import find_compact_dates
from core.readers.tables.values.digit_codes import codes_among_numbers
from core.readers.tables.values.file_evidence import ColumnEvidence
from core.readers.tables.values.missing_values import BLANKS, DistinctStrings, to_rows
from core.readers.tables.values.number_notes import number_notes
from core.schema import Column, ColumnType, ReadingDoubt

if TYPE_CHECKING:
    import pyarrow as pa

SENTINELS = (-99.0, -999.0, -9999.0, -99999.0, -999999.0)
QUICK = r"^$|^-?(?:(?:0|[1-9]\d{0,14})(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,2})?$"
PLAIN_BYTES = b"0123456789.-"
# Whole numbers from sixteen digits on may be account numbers: QUICK leaves them to the careful reading.
LONG = 1e15
COMPACT_DATE = r"^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$"
NUMBER_SHARE = 0.8
# Largest gap between the distribution of codes and an even one (Kolmogorov-Smirnov).
UNEVEN = 0.15
LONG_CODE = 1e7
EXAMPLES = 3
MARK_SAMPLE = 200
WRITTEN = ("style", "measured", "length")


def infer_plain_numbers(name: str, array: pa.StringArray) -> TypedColumn | None:
    """The common case, a column of plain numbers and empty cells, without looking at distinct values."""
    values = parse_plain_values(array)
    if values is None or np.isnan(values).all() or are_compact_dates(values):
        return None
    sample = array[:MARK_SAMPLE]
    if number_parser.points_open(array) or digit_codes.has_exponent_codes(sample):
        return None
    return infer_float_column(name, np.array(values), [], mark="." if number_parser.points_sure(sample) else "")


def parse_plain_values(array: pa.StringArray) -> np.ndarray | None:
    """float64 values (n,) of a string array of plain numbers and empty cells (NaN); None if it holds anything else.

    The values may lie in Arrow's own memory and be read-only.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    bare = _bare(array)
    if bare is False or (bare is None and not pc.all(pc.match_substring_regex(array, QUICK)).as_py()):
        return None
    if array.null_count or pc.any(pc.equal(array, "")).as_py():
        array = pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array)
    try:
        values: np.ndarray = pc.cast(array, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    return values if not bare or not (np.abs(values) >= LONG).any() else None


def _bare(array: pa.StringArray) -> bool | None:
    """Whether the cells hold digits, points and minus signs only and none is a code such as 007; None if not told.

    Looking at the bytes of all cells at once is some ten times quicker than matching an expression cell by cell.
    """
    if str(array.type) != "string" or array.null_count or not hasattr(array, "buffers"):
        return None
    _, starts, letters = array.buffers()
    places = np.frombuffer(starts, np.int32)[array.offset : array.offset + len(array) + 1]
    cells = memoryview(letters)[: places[-1]] if letters is not None else memoryview(b"")
    if bytes(cells[places[0] :]).translate(None, PLAIN_BYTES):
        return None
    long = places[:-1][np.diff(places) > 1]
    strings = np.frombuffer(cells, np.uint8)
    second = strings[long[strings[long] == ord("0")] + 1]
    return bool((second == ord(".")).all())


def are_compact_dates(values: np.ndarray) -> bool:
    """Whether every number could be a date such as 20200131."""
    known = values[~np.isnan(values)]
    if not len(known) or known.min() < 1.9e7 or known.max() >= 2.1e7:
        return False
    month, day = known // 100 % 100, known % 100
    return bool((month >= 1).all() and (month <= 12).all() and (day >= 1).all() and (day <= 31).all())


def infer_numeric(strings: DistinctStrings) -> TypedColumn | None:
    """The column as numbers, or as codes made of digits; None if it holds too few numbers."""
    if not strings.hits(r"\d|^(?i:[+-]?inf(inity)?)$").any():
        return None
    if strings.hits(COMPACT_DATE).all() and len(strings.words) > 1:
        return None
    code = digit_codes.find_codes(strings)
    if code is not None:
        return infer_label_column(strings, [code, *_dates_among_codes(strings, code)])
    evidence = strings.evidence
    reading = number_parser.parse_numbers(strings.words, evidence.comma_likely, evidence.mark)
    bad = np.flatnonzero(~reading.ok)
    blank = np.array([strings.words[int(place)].as_py().lower() in BLANKS for place in bad], dtype=bool)
    odd = bad[~blank]
    good = int(strings.counts[reading.ok].sum())
    wrong = int(strings.counts[odd].sum())
    finite = int(strings.counts[reading.ok & ~reading.infinite].sum())
    few = int((reading.ok).sum()) <= 20 and wrong > 0.05 * (good + wrong)
    if not good or not finite or good < NUMBER_SHARE * (good + wrong) or few:
        return None
    if codes_among_numbers(strings.words, strings.counts, odd):
        examples = quote_examples(
            strings.words[int(place)].as_py() for place in (odd[0], np.flatnonzero(reading.ok)[0])
        )
        return infer_label_column(strings, [Note("codes", strings.name, examples, wrong)])
    notes = number_notes(strings, reading, bad[blank], odd)
    mixture = mixed_scales.find_mixture(strings, reading.values, reading.ok) if reading.style else None
    values = reading.values if mixture is None else mixture.values
    notes += [mixture.note] if mixture else []
    found = infer_float_column(strings.name, to_rows(strings, values, np.nan), notes)
    further = (TypedColumn(*mixture.labels),) if mixture and mixture.labels else ()
    missing = strings.absent | {strings.words[int(place)].as_py() for place in bad[blank]}
    left = frozenset({"mark"}) if reading.open else frozenset()
    written = reading.decimal if reading.mark or reading.open else ""
    column = replace(found.column, written=mixed_scales.PERCENT if mixture and mixture.divided else written)
    settled = ColumnEvidence(reading.mark, missing=missing, open=left)
    return replace(found, column=column, evidence=settled, further=further)


def _dates_among_codes(strings: DistinctStrings, code: Note) -> list[Note]:
    """A note where digits that are kept for their leading zeros could be dates (010124)."""
    words = strings.words.to_pylist()
    if code.key != "zero" or len({len(word) for word in words}) > 1 or len(words[0]) not in (6, 8):
        return []
    distinct = np.unique(np.array([int(word) if word.isdecimal() else -1 for word in words], dtype=np.float64))
    found = find_compact_dates(strings.name, distinct, words[0], int(strings.counts.sum()))
    return [found] if found else []


def infer_float_column(name: str, values: np.ndarray, notes: list[Note], mark: str = "") -> TypedColumn:
    """A column of floats (n,), NaN for missing: numeric, boolean, id, constant or empty."""
    values = _sentinels(name, _bounded(name, values, notes), notes)
    known = np.isfinite(values)
    present = values if known.all() else values[known]
    distinct = number_parser.distinct_values(present)
    whole = bool(len(present)) and number_parser.are_whole(distinct)
    if whole and (np.abs(distinct) > number_parser.EXACT).any():
        long = present[np.abs(present) > number_parser.EXACT]
        notes.append(Note("precise", name, f"such as {long[0]:.0f}", len(long)))
    missing = int((~known).sum())
    # A unit, a currency or marks between thousands are written behind measurements, not behind codes.
    written = any(note.key in WRITTEN for note in notes) and not name_meaning.names_row(name)
    kind: ColumnType = "numeric"
    if not len(distinct):
        kind = "empty"
    elif len(distinct) == 1:
        kind = "constant"
    elif len(distinct) == 2 and set(distinct) == {0.0, 1.0} and whole:
        kind = "boolean"
    elif whole and not written and _counts_rows(name, present, distinct):
        kind = "id"
        shown = f"{len(distinct):,} different whole numbers in {len(values):,} rows, such as {present[0]:.15g}"
        notes.append(Note("id", name, shown))
    elif whole and not written and _could_be_codes(name, present, distinct):
        first = f"{present[0]:.15g}"
        doubt = ReadingDoubt("a number", "a code that names the row", first, first, first, "number", "id")
        notes.append(Note("digits", name, f"such as {first}", len(present), doubt))
    if whole and kind != "constant" and not written and not name_meaning.names_quantity(name):
        dates = find_compact_dates(name, distinct, f"{present[0]:.15g}", len(present))
        notes += [dates] if dates else []
    examples = tuple(f"{value:.10g}" for value in present[:EXAMPLES])
    reason = exclusion_reason(kind, len(distinct), len(present))
    column = Column(name, kind, missing, len(distinct), reason, examples, numbers=kind == "id", written=mark)
    if kind == "boolean":
        return TypedColumn(column, (np.where(known, values, -1).astype(np.int32), ["0", "1"]), tuple(notes))
    return TypedColumn(column, values, tuple(notes), evidence=ColumnEvidence(mark))


def _bounded(name: str, values: np.ndarray, notes: list[Note]) -> np.ndarray:
    """The column without a few numbers beyond all use. A large column is not copied to find that there are none."""
    if not max(np.fmax.reduce(values, initial=-np.inf), -np.fmin.reduce(values, initial=np.inf)) >= number_parser.HUGE:
        return values
    known = np.isfinite(values)
    beyond = known & (np.abs(values) >= number_parser.HUGE)
    if not beyond.any() or beyond.sum() > 0.5 * known.sum():
        return values
    notes.append(Note("infinite", name, "10^24 or more", int(beyond.sum())))
    return np.where(beyond, np.nan, values)


def _sentinels(name: str, values: np.ndarray, notes: list[Note]) -> np.ndarray:
    if not np.fmin.reduce(values, initial=np.inf) <= SENTINELS[0]:
        return values
    present = values[np.isfinite(values)]
    if not len(present):
        return values
    for sentinel in SENTINELS:
        hit = present == sentinel
        others = present[~hit & ~np.isin(present, SENTINELS)]
        if not hit.any() or not len(others) or others.min() < (0 if sentinel == -99 else sentinel / 5):
            continue
        values = np.where(values == sentinel, np.nan, values)
        notes.append(Note("sentinel", name, f"{sentinel:g}", int(hit.sum())))
    return values


def _counts_rows(name: str, present: np.ndarray, distinct: np.ndarray) -> bool:
    """Whole numbers that number the rows: 1 to n, or nearly all different under a name such as ``id``.

    A name such as "no", "key" or "code" may also say what is measured: under it they must rise, or have digits that
    say nothing. Numbers of one length that fill their range evenly are codes only under the name of a thing that has
    a number (account); a name that says that something is measured or dated settles it.
    """
    if not _differ(present, distinct):
        return False
    if name_meaning.names_row(name):
        return name_meaning.names_id(name) or bool((np.diff(present) > 0).all()) or _evenly_spread(distinct)
    in_turn = len(distinct) == len(present) and bool((np.diff(distinct) == 1).all())
    if name_meaning.names_quantity(name):
        return in_turn and distinct[0] <= 1 and bool((np.diff(present) == 1).all())
    if name_meaning.names_clock(name) and distinct[0] > 1:
        return False
    return in_turn or (name_meaning.names_numbered_thing(name) and _are_long_codes(distinct))


def _could_be_codes(name: str, present: np.ndarray, distinct: np.ndarray) -> bool:
    """Whether numbers that are not called ids look like codes, and their name does not say what they are."""
    said = name_meaning.names_quantity(name) or name_meaning.names_clock(name)
    return not said and _differ(present, distinct) and _are_long_codes(distinct)


def _differ(present: np.ndarray, distinct: np.ndarray) -> bool:
    return len(distinct) >= 10 and len(distinct) >= 0.98 * len(present)


def _are_long_codes(distinct: np.ndarray) -> bool:
    same = len(str(int(distinct[0]))) == len(str(int(distinct[-1])))
    return bool(distinct[0] >= LONG_CODE) and same and _evenly_spread(distinct)


def _evenly_spread(distinct: np.ndarray) -> bool:
    """Whether sorted whole numbers fill their range evenly and share no factor, as drawn codes do."""
    if np.gcd.reduce(distinct.astype(np.int64)) > 1:
        return False
    place = (distinct - distinct[0]) / (distinct[-1] - distinct[0])
    return bool(np.abs(place - np.linspace(0, 1, len(place))).max() < UNEVEN)
