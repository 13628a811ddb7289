"""Puts settled columns together into a Dataset, with the warnings in the user's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core import limits
from core.readers.tables.column_readings import describe_readings
from core.readers.tables.further_columns import overrule_further
from core.readers.tables.read_warnings import to_sentences
from core.readers.tables.typed_column import TypedColumn
from core.schema import ColumnReading, Dataset, JsonObject, LoadError
from core.wording import count_of, printable, quote_names

if TYPE_CHECKING:
    import pandas as pd

DUPLICATE_CELLS = 10_000_000
# Of the cells of a column so many missing are told, and from the second share on as hardly any values.
MOSTLY_MISSING, SCARCE = 0.5, 0.95
LARGE_CELLS = 2_000_000
NO_TYPES: Mapping[str, str] = {}


def build_frame(typed: Sequence[TypedColumn]) -> pd.DataFrame:
    """A DataFrame (n, d): float64, category of strings, datetime64[ns], or object strings (None = missing)."""
    import pandas as pd

    columns: dict[int, Any] = {}
    for place, one in enumerate(typed):
        if isinstance(one.values, tuple):
            codes, words = one.values
            columns[place] = pd.Categorical.from_codes(
                codes, categories=pd.Index(np.array(words, dtype=object), dtype=object)
            )
        else:
            columns[place] = pd.Series(one.values, dtype=one.values.dtype, copy=False)
    # A frame made from a mapping copies every column once more unless told not to; a large table has no room for that.
    large = bool(typed) and len(typed) * len(next(iter(columns.values()))) > LARGE_CELLS
    frame = pd.DataFrame(columns, copy=not large)
    frame.columns = pd.Index([one.column.name for one in typed], dtype=object)
    return frame


def build_dataset(
    name: str,
    typed: Sequence[TypedColumn],
    warnings: Sequence[str] = (),
    facts: JsonObject | None = None,
    left_out: Sequence[ColumnReading] = (),
    types: Mapping[str, str] = NO_TYPES,
) -> Dataset:
    """The table as a Dataset.

    Args:
        name: of the file. typed: every column that was read; those that a person left out are told and not used.
        warnings: sentences about the file. facts: of the table. left_out: columns that no reader takes.
        types: what a person set; here only columns that came of the texts of others are asked for.

    Raises:
        LoadError: fewer than three rows or two columns, or no column with values.
    """
    typed = overrule_further(typed, types)
    readings = (*describe_readings(typed), *left_out)
    typed, dropped = _without_dropped(typed)
    rows = len(typed[0].values[0] if isinstance(typed[0].values, tuple) else typed[0].values) if typed else 0
    check_shape(name, rows, len(typed))
    if sum(one.column.type != "empty" for one in typed) < 2:
        raise LoadError("Only one column holds values; a target and at least one input are needed.", name)
    if all(one.column.type in ("empty", "constant") for one in typed):
        raise LoadError(
            "No column has two different values, so there is nothing to learn.", name, "Upload a table with data in it."
        )
    said = [*warnings, *dropped, *to_sentences(note for one in typed for note in one.notes), *_scarce(typed, rows)]
    frame = build_frame(typed)
    repeated = _repeated(frame, [one.column.type for one in typed])
    if repeated:
        said.append(f"{count_of(repeated, 'row is a copy', 'rows are copies')} of another row; they were kept.")
    if rows < limits.MIN_ROWS:
        said.append(f"The table has only {count_of(rows, 'row')}; a contest needs {limits.MIN_ROWS}.")
    if len(typed) > limits.TABLE_COLUMNS_WARN:
        said.append(
            f"The table has {len(typed):,} columns; more than {limits.TABLE_COLUMNS_WARN:,} make every contestant slow."
        )
    return Dataset(
        name=name,
        modality="table",
        inputs=frame,
        columns=tuple(one.column for one in typed),
        source=name,
        warnings=tuple(said),
        facts={"items": None, "items_bad": None, "duplicate_rows": repeated, **(facts or {})},
        readings=readings,
    )


def _scarce(typed: Sequence[TypedColumn], rows: int) -> list[str]:
    """Sentences on columns that hold no values or hardly any, and on those that are mostly missing."""
    said = []
    for least, most, words in (
        (SCARCE, 1.1, "hardly any values or none"),
        (MOSTLY_MISSING, SCARCE, "mostly no values"),
    ):
        scarce = [one.column for one in typed if least * rows <= one.column.missing < most * rows]
        scarce = [one for one in scarce if one.missing > MOSTLY_MISSING * rows]
        if scarce:
            few = max(scarce, key=lambda one: one.missing)
            held = f"{few.missing:,} of {rows:,} are missing in “{printable(few.name, 40)}”"
            counted = count_of(len(scarce), "column holds", "columns hold")
            said.append(f"{counted} {words} ({held}): {quote_names(one.name for one in scarce)}.")
    return said


def _without_dropped(typed: Sequence[TypedColumn]) -> tuple[list[TypedColumn], list[str]]:
    """The columns that are used, and a sentence on those that a person left out."""
    dropped = [one.column.name for one in typed if one.overruled == "drop"]
    said = [f"Left out as you said: {quote_names(dropped, 12)}."] if dropped else []
    return [one for one in typed if one.overruled != "drop"], said


def check_shape(name: str, rows: int, columns: int) -> None:
    """Refuses a table that is too small or too large, naming the limit.

    Raises:
        LoadError: a limit of ``core.limits`` is passed.
    """
    if columns < 2:
        raise LoadError(
            "The table has one column; a target and at least one input are needed.",
            name,
            "Upload a table with two or more columns, separated by commas, semicolons or tabs.",
        )
    if rows == 0:
        raise LoadError("The table has a header but no rows.", name, "Upload a table with data rows.")
    if rows < limits.TABLE_ROWS_MIN:
        raise LoadError(
            f"The table has {count_of(rows, 'row')}; at least {limits.TABLE_ROWS_MIN} are needed.",
            name,
            "Upload more rows.",
        )
    for count, limit, noun in (
        (columns, limits.TABLE_COLUMNS, "columns"),
        (rows, limits.TABLE_ROWS, "rows"),
        (rows * columns, limits.TABLE_CELLS, "cells"),
    ):
        if count > limit:
            raise LoadError(f"The table has {count:,} {noun}; the limit is {limit:,}.", name, f"Upload fewer {noun}.")


def _repeated(frame: pd.DataFrame, kinds: Sequence[str]) -> int:
    """How many rows equal an earlier one; tables of a few coarse columns repeat by nature and are not counted."""
    if frame.size > DUPLICATE_CELLS or not any(kind in ("numeric", "date", "text", "id") for kind in kinds):
        return 0
    return int(frame.duplicated().sum())
