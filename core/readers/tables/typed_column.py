"""What came of one column: its description, its values, and what was done to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.readers.tables.read_warnings import Note
from core.readers.tables.values.file_evidence import NO_EVIDENCE, ColumnEvidence
from core.schema import Column, ReadAs

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class TypedColumn:
    """A column with its values: float64, datetime64[ns], (codes, words) for categories, or object strings.

    overruled: the type that a person set; "drop" leaves the column out of the table.
    evidence: what it settles for the other columns of its file. further: columns beside it that its texts also hold.
    """

    column: Column
    values: np.ndarray | tuple[np.ndarray, list[str]]
    notes: tuple[Note, ...] = ()
    overruled: ReadAs | None = None
    evidence: ColumnEvidence = NO_EVIDENCE
    further: tuple[TypedColumn, ...] = ()


ROW_SHARE = 0.9


def identifies_rows(distinct: int, present: int) -> bool:
    """Whether so many different values are nearly one a row.

    Args:
        distinct: different values. present: cells that hold one.
    """
    return distinct >= ROW_SHARE * present


def exclusion_reason(kind: str, distinct: int, present: int, unread: bool = False) -> str:
    """Why a column cannot be a target, or is left out of the inputs.

    Args:
        kind: its type. distinct: different values. present: cells that hold one.
        unread: whether the values look like measurements of a form that no reader knows.
    """
    of = f"{distinct:,} different values in {present:,} rows"
    why = "too many categories"
    if identifies_rows(distinct, present):
        why = "not understood as a number" if unread else "identifies rows"
    return {
        "id": f"{why}: {of}",
        "constant": "one value only",
        "empty": "no values",
        "text": "free text",
        "date": "a date",
    }.get(kind, "")
