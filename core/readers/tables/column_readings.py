"""How each column was read, for people: type, examples, what was changed with counts, why, and what was in doubt."""

from __future__ import annotations

from collections.abc import Iterable

from core.readers.tables.read_warnings import SAYS, Note
from core.readers.tables.typed_column import TypedColumn
from core.schema import LEFT_OUT, Column, ColumnReading, ReadAs, ValueChange
from core.wording import count_of

# What a note says about one column; other notes say what their sentence about several says.
CHANGES = {
    "style": "understood as numbers",
    "sentinel": "stand-in read as missing",
    "spelling": "spelling read as missing",
    "word": "word among values set to missing",
    "infinite": "infinite or too large, set to missing",
    "precise": "too long to be exact",
    "zero": "kept as text: leading zeros or too long",
    "order": "day and month could be swapped",
    "century": "years of two digits taken as 1969 to 2068",
    "past": "years of two digits taken as 1941 to 2040",
    "midnight": "24:00 read as 00:00 of the next day",
    "parts": "could be dates, kept as they are",
    "mark": "decimal mark not certain",
    "wrapped": "equals sign or apostrophe in front taken off",
    "formula": "formulas without a value, set to missing",
    "exponent": "kept as text: digits around an E",
    "codes": "kept as text: codes among numbers",
    "typed": "kept as text: numbers would not give them back",
    "beyond": "outside the years 1678 to 2261, set to missing",
    "measured": "measurements written as text read as numbers",
    "length": "lengths of time read as numbers",
    "scales": "several scales in one column",
    "unread": "left out: not understood as a number",
    "units": "numbers with several units, kept as categories",
    "compact": "digits that could be dates, kept as they are",
    "clock": "times of day read as hours after midnight",
    "zone": "time zone turned to UTC",
    "cut": "long texts cut",
    "merged": "spellings merged",
    "accents": "spellings that look alike made one",
    "case": "spellings that differ in case kept apart",
    "levels": "rare categories are joined by the models",
    "missing": "read as missing",
    "absent": "read as missing, as among the numbers of the file",
    "kept": "kept, though it often means missing",
    "digits": "taken as numbers, though they could be codes",
    "id": "left out of the inputs",
    "many": "left out of the inputs",
    "decimal": "exact decimals made floating point",
    "overruled": "read as you said",
}
TYPES: dict[ReadAs, str] = {
    "number": "number",
    "category": "category",
    "date": "date",
    "duration": "duration",
    "text": "text",
    "id": "id",
    "drop": "left out",
    "number-comma": "number with decimal commas",
    "number-point": "number with decimal points",
    "date-dmy": "date, day first",
    "date-mdy": "date, month first",
    "date-ymd": "date, year first",
}


def describe_readings(typed: Iterable[TypedColumn]) -> tuple[ColumnReading, ...]:
    """One record a column, in the order of the table.

    Args:
        typed: every column that was read, those that a person left out too.
    """
    return tuple(_describe(one) for one in typed)


def _describe(one: TypedColumn) -> ColumnReading:
    column, rows = one.column, len(one.values[0] if isinstance(one.values, tuple) else one.values)
    dropped = one.overruled == "drop"
    why = f"you said: {TYPES[one.overruled]}" if one.overruled else reading_reason(column, rows)
    return ColumnReading(
        name=column.name,
        type=LEFT_OUT if dropped else column.type,
        examples=column.examples[:3],
        changes=() if dropped else tuple(describe_change(note) for note in one.notes),
        why=why,
        doubts=() if one.overruled else tuple(note.doubt for note in one.notes if note.doubt is not None),
        overruled=one.overruled,
    )


def describe_change(note: Note) -> ValueChange:
    """One note about one column as a change of its values.

    Args:
        note: as the readers make it.
    """
    said = CHANGES.get(note.key) or SAYS[note.key]
    return ValueChange(said, note.count, note.detail)


def left_out_reading(name: str, why: str) -> ColumnReading:
    """The record of a column that no reader takes.

    Args:
        name: of the column. why: in words.
    """
    return ColumnReading(name, LEFT_OUT, why=why)


def reading_reason(column: Column, rows: int) -> str:
    """Why a column has its type, in a few words.

    Args:
        column: its description. rows: of the table.
    """
    present = max(rows - column.missing, 0)
    different = count_of(column.distinct, "different value")
    said = {
        "numeric": f"numbers, {different}",
        "categorical": f"words, {different} in {count_of(present, 'row')}",
        "boolean": "two values, no and yes",
        "date": f"dates, {different}",
    }.get(column.type, column.note)
    return f"{said}; {column.missing:,} missing" if column.missing and column.type != "empty" else said
