"""Types the cells of a column of a workbook: numbers and dates as they are stored, texts by what they say."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core import limits
from core.readers.tables import column_types
from core.readers.tables.overruled_columns import leave_out, read_column
from core.readers.tables.read_warnings import Note, quote_examples
from core.readers.tables.typed_column import TypedColumn
from core.readers.tables.values import number_parser, reading_doubts
from core.readers.tables.values.file_evidence import NOTHING, UNKNOWN, FileEvidence
from core.readers.tables.values.missing_values import BLANKS
from core.schema import ReadAs


def cell_text(cell: object) -> str:
    """A cell as text the way the CSV reader would have met it."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, datetime.timedelta) and cell < datetime.timedelta():
        return f"-{-cell}"
    return str(cell)


def infer_column(
    name: str, values: list[Any], read_as: ReadAs | None = None, evidence: FileEvidence = UNKNOWN
) -> TypedColumn:
    """Types one column of Excel cells: numbers and dates as they are stored, everything else as text.

    Args:
        name: of the column. values: cells (n,). read_as: the type that a person set, or None. evidence: what the other
            columns of the sheet settle.

    Raises:
        LoadError: no value of the column can be read as it was set.
    """
    import pyarrow as pa

    if read_as == "drop":
        return leave_out(infer_column(name, values, evidence=evidence))
    if read_as is not None:
        return read_column(name, pa.array(_texts(values, read_as), type=pa.string()), read_as)
    mixed = _comma_texts(name, values, evidence.mark)
    values = mixed.values
    present = [value for value in values if value not in ("", None)]
    if present and all(map(_is_number, present)):
        numbers = np.array([np.nan if value in ("", None) else float(value) for value in values])
        return mixed.told(column_types.infer_number_column(name, numbers))
    if present and all(isinstance(value, datetime.date) for value in present):
        return column_types.infer_date_column(
            name, np.array([_moment(value) for value in values], dtype="datetime64[ns]")
        )
    words = pa.array([cell_text(value)[: limits.CELL_CHARACTERS] or None for value in values], type=pa.string())
    if any(map(_is_number, present)):
        # A stored number has no mark of its own: its point is never one between thousands.
        found = column_types.infer_string_column(name, words, replace(evidence, mark=".", comma_likely=False))
        settled = replace(found.evidence, mark="", open=found.evidence.open - {"mark"})
        return mixed.told(replace(found, column=replace(found.column, written=""), evidence=settled))
    typed = all(isinstance(value, str) for value in present)
    return column_types.infer_string_column(name, words, replace(evidence, typed=typed))


@dataclass(frozen=True)
class _MixedCells:
    """The cells of a column where texts of numbers are numbers, what is told of it, and the mark that they settle."""

    values: list[Any]
    notes: tuple[Note, ...] = ()
    mark: str = ""
    open: bool = False

    def told(self, found: TypedColumn) -> TypedColumn:
        """The column with what is told of its texts."""
        left = frozenset({"mark"}) if self.open else NOTHING
        evidence = replace(found.evidence, mark=self.mark, open=found.evidence.open | left) if self.notes else None
        return replace(found, notes=(*self.notes, *found.notes), evidence=evidence or found.evidence)


def _comma_texts(name: str, values: list[Any], mark: str) -> _MixedCells:
    """Texts with commas among the stored numbers of a column, as "1,5" beside 2.5, read as the numbers they write."""
    import pyarrow as pa

    cells = [place for place, value in enumerate(values) if isinstance(value, str) and "," in value]
    if not cells or not any(map(_is_number, values)):
        return _MixedCells(values)
    texts = [values[place].strip() for place in cells]
    words = list(dict.fromkeys(text for text in texts if text.lower() not in BLANKS))
    # By themselves: the points of the stored numbers say nothing about how a person types.
    reading = number_parser.parse_numbers(pa.array(words, type=pa.string()), mark=mark)
    read = {word: float(value) for word, value, ok in zip(words, reading.values, reading.ok, strict=True) if ok}
    told = sum(text in read for text in texts)
    others = sum(isinstance(value, str) and bool(value.strip()) for value in values) - told
    stored = sum(map(_is_number, values))
    if not read or reading.percent or reading.infinite.any() or others > told + stored:
        return _MixedCells(values)
    put = list(values)
    for place, text in zip(cells, texts, strict=True):
        put[place] = read.get(text, values[place])
    first = next(iter(read))
    how = " and ".join(reading.style)
    detail = f"{how} in texts among stored numbers, {quote_examples([first])} as {read[first]:.10g}"
    notes = [Note("style", name, detail, told)]
    if reading.doubtful:
        doubt = reading_doubts.decimal_doubt(list(read), reading.decimal == ",")
        notes.append(Note("mark", name, reading_doubts.both_readings(doubt), told, doubt))
    return _MixedCells(put, tuple(notes), reading.mark, reading.open)


def _texts(values: list[Any], read_as: ReadAs) -> list[str]:
    """Cells as texts for a type that a person set; stored numbers carry the decimal mark that it means."""
    if read_as == "number":
        values = _comma_texts("", values, "").values
    texts = [cell_text(value) for value in values]
    if read_as != "number-comma":
        return texts
    return [text.replace(".", ",") if _is_number(cell) else text for text, cell in zip(texts, values, strict=True)]


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _moment(value: object) -> np.datetime64:
    if not isinstance(value, datetime.date) or not 1678 <= value.year <= 2261:
        return np.datetime64("NaT", "ns")
    return np.datetime64(value, "ns")
