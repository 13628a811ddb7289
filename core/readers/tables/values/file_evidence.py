"""What one column settles for the others of its file: the decimal mark, the order of dates, the words for missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ColumnEvidence:
    """What the values of one column settle, and what they leave open for the rest of the file to settle.

    mark: "," or "." where its numbers allow no other decimal mark. order: of day and month. missing: words among its
    numbers or dates that mean missing. open: which of "mark", "order" and "missing" the column leaves open.
    """

    mark: str = ""
    order: str = ""
    missing: frozenset[str] = NOTHING
    open: frozenset[str] = NOTHING


@dataclass(frozen=True)
class FileEvidence:
    """What is known of the file when a column is read.

    mark: the decimal mark that its columns agree on; "both" where they differ. order: of day and month, where its
    columns agree. missing: words that mean missing among its numbers. comma_likely: whether the delimiter suggests
    decimal commas. typed: whether the file itself says which columns are strings.
    """

    mark: str = ""
    order: str = ""
    missing: frozenset[str] = NOTHING
    comma_likely: bool = False
    typed: bool = False
    settles: frozenset[str] = field(default=NOTHING, compare=False)


NO_EVIDENCE = ColumnEvidence()
UNKNOWN = FileEvidence()


def gather_evidence(start: FileEvidence, columns: Iterable[ColumnEvidence]) -> FileEvidence:
    """What all columns together settle.

    Args:
        start: what the format of the file says. columns: what each column settles.
    """
    found = list(columns)
    marks, orders = {one.mark for one in found} - {""}, {one.order for one in found} - {""}
    missing = NOTHING.union(*(one.missing for one in found))
    mark = "both" if len(marks) > 1 else next(iter(marks), "")
    order = next(iter(orders)) if len(orders) == 1 else ""
    settles = frozenset(key for key, value in (("mark", mark), ("order", order), ("missing", missing)) if value)
    return replace(start, mark=mark, order=order, missing=missing, settles=settles)
