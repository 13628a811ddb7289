"""Tells a table from what stands beside it: blocks of columns that an empty column separates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.readers.tables.header_detection import is_value
from core.wording import count_of, quote_names

if TYPE_CHECKING:
    import pyarrow as pa

# A block belongs to the table beside it where it is filled in so many of the same rows, or here and there.
SAME_ROWS = 0.9
DENSE = 0.9
# One column set apart is an answer or a remark; a table has more.
FEWEST_COLUMNS = 2


def columns_of_table(filled: np.ndarray, gaps: np.ndarray, names: Sequence[str] = ()) -> np.ndarray:
    """Which columns belong to the largest table of a sheet; all of them where nothing stands beside it.

    A second table or a legend fills its own rows without holes, fewer or more of them than the table has; columns that
    are set apart for the eye only are filled in the same rows, or have holes. Names that come back say two tables.

    Args:
        filled: bool (rows, columns), where a cell holds something.
        gaps: bool (columns,), which columns are empty and have no name. names: of the columns, where they are known.

    Returns:
        bool (columns,); a gap between columns of the table counts as one of them.
    """
    block = np.cumsum(gaps)
    numbers = np.unique(block[~gaps])
    if len(numbers) < 2:
        return np.ones(len(gaps), dtype=bool)
    rows = {number: np.asarray(filled[:, (block == number) & ~gaps].any(axis=1)) for number in numbers}
    main = max(numbers, key=lambda number: int(filled[:, (block == number) & ~gaps].sum()))
    held = {number: _names_of(names, (block == number) & ~gaps) for number in numbers}
    beside = [
        number
        for number in numbers
        if number != main and (held[number] & held[main] or _stands_alone(rows[number], rows[main]))
    ]
    return ~np.isin(block, beside)


def _names_of(names: Sequence[str], places: np.ndarray) -> set[str]:
    told = {names[place].strip().casefold() for place in np.flatnonzero(places).tolist() if place < len(names)}
    return {name for name in told if name and not is_value(name)}


def _stands_alone(rows: np.ndarray, main: np.ndarray) -> bool:
    places = np.flatnonzero(rows)
    if not len(places):
        return False
    dense = len(places) >= DENSE * (places[-1] - places[0] + 1)
    together = int((rows & main).sum()) >= SAME_ROWS * max(int(rows.sum()), int(main.sum()))
    return dense and not together


def describe_columns_beside(names: Sequence[str], filled: np.ndarray) -> list[str]:
    """A sentence on columns that were left out.

    Args:
        names: of these columns, or their first cells. filled: bool (rows, columns), where their cells hold something.
    """
    rows = count_of(int(filled.any(axis=1).sum()), "row")
    said = f"{count_of(len(names), 'column')} beside the table, behind an empty one, left out as a table of their own"
    return [f"{said} ({quote_names(names)}, {rows}); remove the empty column to keep them."]


def describe_joined_blocks(names: Sequence[str], gaps: np.ndarray) -> list[str]:
    """A sentence where blocks of columns that fill the same rows were read as one table: they may be two.

    Args:
        names: of the columns, or their first cells. gaps: bool (columns,), which are empty and have no name.
    """
    block = np.cumsum(gaps)
    parts = [np.flatnonzero((block == number) & ~gaps) for number in np.unique(block[~gaps])]
    parts = [part for part in parts if len(part) >= FEWEST_COLUMNS]
    if len(parts) < 2:
        return []
    quoted = " and ".join(quote_names([names[place] for place in part.tolist()]) for part in parts)
    return [
        f"An empty column stands between {quoted}, which fill the same rows: they were read as one table. If they are "
        "several, leave out the columns of the others (type “leave out”, --types NAME=drop on the command line)."
    ]


def main_table(names: list[str], columns: list[pa.ChunkedArray]) -> tuple[list[str], list[pa.ChunkedArray], list[str]]:
    """Names and columns of the largest table, and sentences on what stands beside it behind an empty column.

    Empty columns without a name at either end, as a delimiter at the end of every line makes them, are none.

    Args:
        names: of the columns. columns: their cells as strings (n,), empty where nothing stands.
    """
    names, columns = _without_empty_ends(names, columns)
    if all(name.strip() for name in names):
        return names, columns, []
    filled = np.column_stack([_filled(column) for column in columns])
    gaps = ~filled.any(axis=0) & np.array([not name.strip() for name in names])
    kept = columns_of_table(filled, gaps, names)
    if kept.all():
        return names, columns, describe_joined_blocks(names, gaps)
    out = np.flatnonzero(~kept & filled.any(axis=0))
    said = describe_columns_beside([names[place] or "without a name" for place in out], filled[:, out])
    rows = np.flatnonzero(filled[:, kept].any(axis=1))
    places = np.flatnonzero(kept)
    return *_without_empty_ends(
        [names[place] for place in places], [columns[place].take(rows) for place in places]
    ), said


def _filled(column: pa.ChunkedArray) -> np.ndarray:
    """Whether each cell (n,) holds more than blanks."""
    import pyarrow.compute as pc

    return np.asarray(pc.utf8_length(pc.utf8_trim_whitespace(column)).to_numpy() > 0)


def _without_empty_ends(names: list[str], columns: list[pa.ChunkedArray]) -> tuple[list[str], list[pa.ChunkedArray]]:
    import pyarrow.compute as pc

    while len(names) > 1 and not names[0].strip() and not pc.any(pc.greater(pc.utf8_length(columns[0]), 0)).as_py():
        names, columns = names[1:], columns[1:]
    while len(names) > 1 and not names[-1].strip() and not pc.any(pc.greater(pc.utf8_length(columns[-1]), 0)).as_py():
        names, columns = names[:-1], columns[:-1]
    return names, columns
