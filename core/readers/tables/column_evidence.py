"""Reads a column again where it left something open that the other columns of its file settle."""

from __future__ import annotations

from collections.abc import Callable

from core.readers.tables.typed_column import TypedColumn
from core.readers.tables.values.file_evidence import FileEvidence, gather_evidence


def settle_columns(
    columns: list[TypedColumn], start: FileEvidence, again: Callable[[int, FileEvidence], TypedColumn]
) -> list[TypedColumn]:
    """The columns, where one left something open as it is read with what the others settle.

    Args:
        columns: each as it is read by itself under ``start``.
        again: reads the column of this place with more evidence.
    """
    agreed = gather_evidence(start, [one.evidence for one in columns])
    for place, one in enumerate(columns):
        if one.evidence.open & agreed.settles:
            columns[place] = again(place, agreed)
    return columns
