"""How each column of a file was read: its type, what was changed in it, what was in doubt, and what a person said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

ReadAs = Literal[
    "number", "category", "date", "duration", "text", "id", "drop", "number-comma", "number-point", "date-dmy",
    "date-mdy", "date-ymd",
]  # fmt: skip
# As what a person can have a column read; those behind "drop" settle a doubt between two readings of one type.
READ_AS: tuple[ReadAs, ...] = get_args(ReadAs)
LEFT_OUT = "left out"


@dataclass(frozen=True)
class ValueChange:
    """One thing that was done to the values of a column: in words, to how many (0: all or unknown), and an example."""

    what: str
    count: int = 0
    example: str = ""


@dataclass(frozen=True)
class ReadingDoubt:
    """Two readings between which the values of a column do not decide, each with what became of one cell.

    taken, other: the reading in use and the other one, in words. example: a cell as it is written. taken_value,
    other_value: what it means under each. settle, change: the types by which a person keeps the one or takes the other.
    """

    taken: str
    other: str
    example: str = ""
    taken_value: str = ""
    other_value: str = ""
    settle: ReadAs | None = None
    change: ReadAs | None = None


@dataclass(frozen=True)
class ColumnReading:
    """How one column of a file was read.

    type: of the column as it is used, or "left out". examples: up to three of its values. changes: what was done to
    them. why: the type, in words. doubts: where the values left two readings. overruled: the type that a person set.
    """

    name: str
    type: str
    examples: tuple[str, ...] = ()
    changes: tuple[ValueChange, ...] = ()
    why: str = ""
    doubts: tuple[ReadingDoubt, ...] = ()
    overruled: ReadAs | None = None
