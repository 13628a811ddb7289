"""Tells a table from what stands below it behind a blank row: legends and further tables; parts of one table stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.readers.tables.header_detection import is_value
from core.readers.tables.values.missing_values import BLANKS
from core.wording import count_of, quote_names

# Rows that are looked at on either side of a blank row; a file with more blank rows is set out with them.
LOOK, MOST_GAPS = 200, 50
MOSTLY, FEWEST = 0.8, 4
FULL = 0.9

Rows = Callable[[int, int], Sequence[Sequence[str]]]


def split_tables(rows: Rows, count: int, starts: Sequence[int]) -> list[range]:
    """The tables that stand one below the other, as ranges of rows; one range where all rows are of one table.

    A block of rows behind a blank one is a table of its own where it begins with words over columns of numbers, or
    fills the first columns only; the header once more, totals and single remarks begin none.

    Args:
        rows: (first, end) -> the cells of these rows. count: of all rows. starts: rows that follow a blank one.
    """
    begins, first = [0], 0
    if not 0 < len(starts) <= MOST_GAPS:
        return [range(count)]
    ends = [*starts[1:], count]
    for start, end in zip(starts, ends, strict=True):
        head = rows(first, min(start, first + LOOK))
        if start > first and _stands_apart(head, rows(start, min(end, start + LOOK))):
            begins.append(start)
            first = start
    return [range(begin, end) for begin, end in zip(begins, [*begins[1:], count], strict=True)]


def _stands_apart(above: Sequence[Sequence[str]], block: Sequence[Sequence[str]]) -> bool:
    titles = next((place for place, row in enumerate(block) if _filled(row) > 1), len(block))
    body = block[titles:]
    if len(body) < 2:
        return False
    first = [cell.strip() for cell in body[0]]
    places = [place for place, cell in enumerate(first) if cell]
    headers = [[cell.strip().casefold() for cell in row] for row in above if _filled(row) > 1][:3]
    words = [place for place in places if not is_value(first[place]) and first[place].casefold() not in BLANKS]
    if len(words) < len(places) or [cell.casefold() for cell in first] in headers:
        return False
    if any(_is_numeric(above, place) for place in words):
        return True
    width = max(map(len, above), default=0)
    full = [place for place in range(width) if _share(above, place) >= FULL]
    used = {place for row in body for place, cell in enumerate(row) if cell.strip()}
    return len(full) > 2 and len(places) > 1 and len(used) <= len(full) / 2 and used <= set(full)


def _is_numeric(rows: Sequence[Sequence[str]], place: int) -> bool:
    cells = [row[place].strip() for row in rows if place < len(row) and row[place].strip()]
    values = sum(map(is_value, cells))
    return values >= max(FEWEST, MOSTLY * len(cells))


def _share(rows: Sequence[Sequence[str]], place: int) -> float:
    return sum(place < len(row) and bool(row[place].strip()) for row in rows) / max(1, len(rows))


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def describe_tables(tables: Sequence[range], taken: range, rows: Rows) -> list[str]:
    """A sentence on the tables that were left out.

    Args:
        tables: as ``split_tables`` gives them. taken: the one that is used. rows: see ``split_tables``.
    """
    left = [one for one in tables if one != taken]
    if not left:
        return []
    said = []
    for one in left[:3]:
        (head,) = rows(one.start, one.start + 1)
        said.append(f"{quote_names([cell for cell in head if cell.strip()], 3)}, {count_of(len(one), 'row')}")
    more = f"; and {len(left) - 3:,} more" if len(left) > 3 else ""
    where = (
        "set apart by a blank row, left out as a table of its own"
        if len(left) == 1
        else ("set apart by blank rows, left out as tables of their own")
    )
    return [
        f"{count_of(len(left), 'block')} of rows {where} ({'; '.join(said)}{more}); save it as a file of its own to "
        "use it, or remove the blank row to keep it."
    ]
