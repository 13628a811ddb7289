"""What came of one column: its description, its values, and what was done to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.readers.tables.read_warnings import Note
from core.schema import Column

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class TypedColumn:
    """A column with its values: float64, datetime64[ns], (codes, words) for categories, or object strings."""

    column: Column
    values: np.ndarray | tuple[np.ndarray, list[str]]
    notes: tuple[Note, ...] = ()


def exclusion_reason(kind: str, distinct: int, rows: int) -> str:
    """Why a column cannot be a target, or is left out of the inputs."""
    return {
        "id": f"identifies rows: {distinct:,} different values in {rows:,} rows",
        "constant": "one value only",
        "empty": "no values",
        "text": "free text",
        "date": "a date",
    }.get(kind, "")
