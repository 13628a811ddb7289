"""Reads a column as the type that a person set, whatever its values look like, and says what that did."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core import limits
from core.readers.tables.column_names import may_be_further
from core.readers.tables.column_readings import TYPES
from core.readers.tables.column_types import infer_date_column, infer_string_column
from core.readers.tables.read_warnings import Note, quote_examples
from core.readers.tables.typed_column import TypedColumn, exclusion_reason
from core.readers.tables.values import (
    clock_times,
    date_order,
    date_parser,
    duration_parser,
    number_parser,
    reading_doubts,
)
from core.readers.tables.values.file_evidence import UNKNOWN, FileEvidence
from core.readers.tables.values.formula_cells import without_formulas
from core.readers.tables.values.measured_texts import infer_measured_texts
from core.readers.tables.values.missing_values import DistinctStrings, encode_distinct, parse_each, to_rows
from core.readers.tables.values.number_notes import style_note
from core.schema import READ_AS, Column, ColumnType, LoadError, ReadAs
from core.wording import printable, quote_names

if TYPE_CHECKING:
    import pyarrow as pa

EXAMPLES = 3
MARKS: dict[ReadAs, str] = {"number-comma": ",", "number-point": "."}
ORDERS: dict[ReadAs, str] = {
    "date-dmy": date_order.DAY_FIRST,
    "date-mdy": date_order.MONTH_FIRST,
    "date-ymd": date_order.YEAR_FIRST,
}


def resolve_types(types: Mapping[str, str], names: Sequence[str]) -> dict[str, ReadAs]:
    """The types that a person set, by the names that the columns have in the table.

    Args:
        types: name -> one of ``READ_AS``; letters of another case and blanks in a name may differ. names: all columns.

    Raises:
        LoadError: there is no such column or no such type.
    """
    found: dict[str, ReadAs] = {}
    folded = {_fold(name): name for name in reversed(names)}
    for given, kind in types.items():
        name = given if given in names else folded.get(_fold(given))
        if name is None and may_be_further(given, names):
            name = given
        if name is None:
            raise LoadError(
                f"There is no column {quote_names([given])} whose type could be set.",
                f"the columns are {quote_names(names, 12)}",
                "Name one of them.",
            )
        known = next((one for one in READ_AS if one == kind), None)
        if known is None:
            raise LoadError(
                f"There is no type {quote_names([kind])} for column {quote_names([name])}.",
                how="Choose one of: " + ", ".join(READ_AS) + ".",
            )
        found[name] = known
    return found


def _fold(name: str) -> str:
    return " ".join(name.split()).casefold()


def read_column(name: str, array: pa.Array, read_as: ReadAs | None, evidence: FileEvidence = UNKNOWN) -> TypedColumn:
    """A column of strings, by its values or as a person said.

    Args:
        name: of the column. array: pyarrow strings (n,), plain or dictionary-coded. read_as: what was said, or None.
        evidence: what the format and the other columns of the file settle.

    Raises:
        LoadError: no value of the column can be read so.
    """
    if read_as is None:
        return infer_string_column(name, array, evidence)
    if read_as == "drop":
        return leave_out(infer_string_column(name, array, evidence))
    made = READERS[read_as](name, array, read_as, evidence)
    said = Note("overruled", name, TYPES[read_as])
    return replace(made, notes=(said, *made.notes), overruled=read_as)


def leave_out(column: TypedColumn) -> TypedColumn:
    """The column as one that a person leaves out, with all that its texts hold.

    Args:
        column: as its values are read.
    """
    return replace(column, overruled="drop", further=())


def _as_number(name: str, array: pa.Array, read_as: ReadAs, evidence: FileEvidence) -> TypedColumn:
    strings, formulas = without_formulas(encode_distinct(name, array, evidence))
    measured = infer_measured_texts(strings) if read_as == "number" else None
    if measured is not None:
        return replace(measured, notes=(*formulas, *measured.notes))
    words, mark = strings.words, evidence.mark if read_as == "number" else "."
    if read_as != "number":
        words = _with_decimal_point(words, read_as == "number-comma")
    reading = number_parser.parse_numbers(words, evidence.comma_likely and read_as == "number", mark)
    values, ok = reading.values, reading.ok
    notes = [style_note(strings, reading)] if reading.style else []
    if not ok.any():
        values = parse_each(strings.words.to_pylist(), clock_times.parse_clock_time)
        ok = ~np.isnan(values)
        notes = [clock_times.clock_note(strings, ok)] if ok.any() else []
    found = _measured(strings, values, ok, notes, read_as)
    mark = MARKS.get(read_as, reading.decimal if reading.mark or reading.open else "")
    return replace(found, column=replace(found.column, written=mark), notes=(*formulas, *found.notes))


def _with_decimal_point(words: pa.StringArray, comma: bool) -> pa.StringArray:
    """The words with a decimal point and without marks between thousands."""
    import pyarrow.compute as pc

    bare = pc.replace_substring_regex(words, r"(\d)[.' \x{a0}\x{202f}](\d)" if comma else r"(\d)[,'](\d)", r"\1\2")
    return pc.replace_substring(bare, ",", ".") if comma else bare


def _as_duration(name: str, array: pa.Array, read_as: ReadAs, evidence: FileEvidence) -> TypedColumn:
    strings = encode_distinct(name, array, evidence)
    values = parse_each(strings.words.to_pylist(), duration_parser.parse_duration)
    return _measured(strings, values, ~np.isnan(values), [], read_as)


def _measured(
    strings: DistinctStrings, values: np.ndarray, ok: np.ndarray, notes: list[Note], read_as: ReadAs
) -> TypedColumn:
    """A numeric column of the distinct strings' values (k,); what is none of them becomes missing, with its count."""
    notes += _odd_words(strings, ok, read_as)
    rows = to_rows(strings, np.where(ok, values, np.nan), np.nan)
    known = rows[np.isfinite(rows)]
    distinct = len(np.unique(known))
    kind: ColumnType = "constant" if distinct == 1 else "numeric"
    shown = tuple(f"{value:.10g}" for value in known[:EXAMPLES])
    missing = len(rows) - len(known)
    column = Column(strings.name, kind, missing, distinct, exclusion_reason(kind, distinct, len(known)), shown)
    return TypedColumn(column, rows, tuple(notes))


def _odd_words(strings: DistinctStrings, ok: np.ndarray, read_as: ReadAs) -> list[Note]:
    if not ok.any():
        examples = quote_examples(strings.words[:EXAMPLES].to_pylist()) or "none"
        raise LoadError(
            f"No value of column {quote_names([strings.name])} can be read as {TYPES[read_as]}.",
            f"its values are {examples}",
            "Choose another type for it.",
        )
    odd = np.flatnonzero(~ok)
    if not len(odd):
        return []
    return [strings.note("word", odd)]


def _as_date(name: str, array: pa.Array, read_as: ReadAs, evidence: FileEvidence) -> TypedColumn:
    strings = encode_distinct(name, array, evidence)
    words = strings.words.to_pylist()
    if read_as != "date":
        words = reading_doubts.iso_dates(words, read_as.removeprefix("date-"))
    reading = date_parser.parse_dates(words)
    notes = _odd_words(strings, reading.ok, read_as)
    if reading.beyond.any():
        notes.append(strings.note("beyond", np.flatnonzero(reading.beyond), 1))
    values = to_rows(strings, reading.values, np.datetime64("NaT", "ns"))
    found = infer_date_column(name, values, tuple(notes))
    return replace(found, column=replace(found.column, written=ORDERS.get(read_as, "")))


def _as_written(name: str, array: pa.Array, read_as: ReadAs, evidence: FileEvidence) -> TypedColumn:
    return read_exactly(name, array, read_as)


def read_exactly(name: str, array: pa.Array, read_as: ReadAs) -> TypedColumn:
    """A category, text or id of every cell that is not blank, as it is written; nothing is merged, no word is missing.

    Args:
        name: of the column. array: pyarrow strings (n,), plain or dictionary-coded. read_as: one of the three.
    """
    words, codes, cut = _exact_strings(array)
    present = int((codes >= 0).sum())
    kind: ColumnType = "categorical" if read_as == "category" else "id" if read_as == "id" else "text"
    kind = "empty" if not present else "constant" if len(words) == 1 else kind
    notes = [Note("cut", name, f"to {limits.CELL_CHARACTERS:,} characters", cut)] if cut else []
    reason = f"identifies rows: {TYPES['id']} by your choice" if kind == "id" else exclusion_reason(kind, 0, 1)
    shown = tuple(printable(word, 40) for word in words[:EXAMPLES])
    column = Column(name, kind, len(codes) - present, len(words), reason, shown)
    if kind == "empty":
        return TypedColumn(column, np.full(len(codes), np.nan), tuple(notes))
    if kind in ("categorical", "constant"):
        return TypedColumn(column, (codes, words), tuple(notes))
    return TypedColumn(column, np.array([*words, None], dtype=object)[codes], tuple(notes))


def _exact_strings(array: pa.Array) -> tuple[list[str], np.ndarray, int]:
    """Distinct strings as they are written, a code a row (-1: blank or missing), and how many cells were cut."""
    import pyarrow as pa

    encoded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries().combine_chunks()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    place: dict[str, int] = {}
    numbers, long = [], []
    for word in encoded.dictionary.to_pylist():
        blank = word is None or not word.strip()
        numbers.append(-1 if blank else place.setdefault(word[: limits.CELL_CHARACTERS], len(place)))
        long.append(not blank and len(word) > limits.CELL_CHARACTERS)
    cut = int(np.append(long, False)[codes].sum()) if any(long) else 0
    return list(place), np.append(np.array(numbers, dtype=np.int32), np.int32(-1))[codes], cut


READERS: dict[ReadAs, Callable[[str, pa.Array, ReadAs, FileEvidence], TypedColumn]] = {
    "number": _as_number,
    "number-comma": _as_number,
    "number-point": _as_number,
    "duration": _as_duration,
    "date": _as_date,
    "date-dmy": _as_date,
    "date-mdy": _as_date,
    "date-ymd": _as_date,
    "category": _as_written,
    "text": _as_written,
    "id": _as_written,
}
