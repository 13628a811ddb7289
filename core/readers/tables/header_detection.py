"""Tells the rows that are data from those around them: titles, headers, units, comments, totals and footers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.wording import count_of, printable

NUMBER = re.compile(
    r"^[(+\-−]?\s*[$€£¥]?\s*[+\-−]?(\d{1,3}([.,'\s\u00a0\u202f]\d{3})+|\d+)?([.,]\d*)?([eE][+-]?\d+)?\s*[%€$£)]?$"
)
DATE = re.compile(r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
BLANKS = {"", "na", "nan", "n/a", "null", "none", "-", "?"}
LOOK = 60
LONGEST = 60


@dataclass(frozen=True)
class Header:
    """Where the data starts in the head rows, and the names; ``names`` None means there was no header."""

    names: tuple[str, ...] | None
    start: int
    warnings: tuple[str, ...] = ()


def is_number(text: str) -> bool:
    """Whether a cell reads as a number in any common style."""
    return 0 < len(text) <= LONGEST and any(char.isdigit() for char in text) and bool(NUMBER.match(text.strip()))


def is_value(text: str) -> bool:
    """Whether a cell is a number or a date rather than a name."""
    return is_number(text) or bool(DATE.match(text[:LONGEST].strip()))


def is_separator(row: Sequence[str]) -> bool:
    """Whether a row only draws a line under the header, as text and Markdown tables do."""
    cells = [cell.strip() for cell in row if cell.strip()]
    return len(cells) > 1 and all(re.fullmatch(r":?[-=]{2,}:?", cell[:LONGEST]) for cell in cells)


def filled_cells(row: Sequence[str]) -> int:
    """Cells with something in them."""
    return sum(bool(cell.strip()) for cell in row)


def find_header(rows: Sequence[Sequence[str]], width: int) -> Header:
    """Finds titles above the header, the header itself, and a second header or units row below it.

    Args:
        rows: the first rows, each a list of cells as text, without blank rows.
        width: the number of cells most rows have.
    """
    start, notes = _titles(rows, width)
    if start >= len(rows):
        return Header(None, 0, ())
    first, body = rows[start], rows[start + 1 : LOOK]
    if not body:
        return Header(tuple(first), start + 1, tuple(notes))
    if not _names_columns(first, body):
        notes.append("The table has no header row; the columns were named column 1, column 2 and so on.")
        return Header(None, start, tuple(notes))
    names = [cell.strip() for cell in first]
    second = _second_header(names, body)
    if second is None:
        return Header(tuple(names), start + 1, tuple(notes))
    kind, joined = second
    notes.append(f"The second row is {kind}, not data; it was {'joined to the names' if joined else 'left out'}.")
    return Header(tuple(joined or names), start + 2, tuple(notes))


def _titles(rows: Sequence[Sequence[str]], width: int) -> tuple[int, list[str]]:
    """How many rows above the header are titles or remarks: rows filled far less than the rest."""
    if width < 2:
        return 0, []
    enough = 2 if width <= 4 else max(2, (width + 2) // 3)
    full = sum(len(row) >= width for row in rows)
    named = full >= len(rows) - 1
    start = next(
        (
            place
            for place, row in enumerate(rows[:LOOK])
            if filled_cells(row) >= enough
            and (len(row) >= width or full < 0.8 * len(rows) or (named and len(row) == width - 1))
        ),
        0,
    )
    if width == 2 and start and len(rows[0]) == 2:
        start = 0
    start = _below_remarks(rows, start, width)
    if not start:
        return 0, []
    words = "; ".join(printable(" ".join(cell for cell in row if cell.strip()), 40) for row in rows[:start][:2])
    return start, [f"{count_of(start, 'row')} above the header skipped ({words})."]


def _below_remarks(rows: Sequence[Sequence[str]], start: int, width: int) -> int:
    """The place of a full row of names below rows that hold values, yet not where the columns hold theirs."""
    for later in range(start + 1, min(start + 8, len(rows) - 2)):
        row, below = [cell.strip() for cell in rows[later]], rows[later + 1 : LOOK]
        if filled_cells(row) < width or len({cell.lower() for cell in row}) < len(row) or any(map(is_value, row)):
            continue
        valued = [place for place in range(width) if _mostly_values(below, place)]
        above = rows[start:later]
        unlike = all(any(not is_value(_cell(one, place)) for place in valued) for one in above)
        held = any(is_value(cell) for one in above for cell in one)
        return later if valued and unlike and held and not any(map(_years, above)) else start
    return start


def _cell(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""


def _mostly_values(rows: Sequence[Sequence[str]], place: int) -> bool:
    return sum(is_value(_cell(row, place)) for row in rows) >= 0.8 * len(rows)


def _names_columns(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: compares it with what stands below it, column by column."""
    for_it = against = 0
    repeats = words = 0
    for place, cell in enumerate(first):
        below = [row[place].strip() for row in body if place < len(row) and row[place].strip().lower() not in BLANKS]
        if not below or not cell.strip():
            continue
        valued = sum(map(is_value, below)) >= 0.8 * len(below)
        if valued and not is_value(cell):
            for_it += 1
        elif valued:
            against += 1
        else:
            words += 1
            repeats += cell.strip() in below
    if for_it:
        return for_it >= 0.2 * against
    if against:
        return _counting(first, body) or (_years(first) and not _years(body[0]))
    return not words or repeats < max(1, 0.5 * words)


def _counting(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """0, 1, 2, ... as names over data that does not go on that way."""
    try:
        names = [int(cell) for cell in first if cell.strip()]
    except ValueError:
        return False
    if len(names) < 2 or names != list(range(names[0], names[0] + len(names))) or names[0] not in (0, 1):
        return False
    return any(cell.strip() != name for cell, name in zip(body[0], first, strict=False))


def _years(row: Sequence[str]) -> bool:
    cells = [cell.strip() for cell in row if cell.strip()]
    found = [cell for cell in cells if re.fullmatch(r"(19|20)\d\d", cell)]
    return len(found) >= 2 and len(found) == len(set(found)) and len(found) >= 0.6 * len(cells)


def _second_header(names: Sequence[str], body: Sequence[Sequence[str]]) -> tuple[str, list[str] | None] | None:
    """A second header or a row of units: words above columns that hold numbers from then on."""
    if len(body) < 3:
        return None
    row, below = body[0], body[1:]
    numeric = [
        place
        for place in range(len(row))
        if sum(place < len(other) and is_value(other[place]) for other in below) >= 0.8 * len(below)
    ]
    wordy = [place for place in numeric if row[place].strip().lower() not in BLANKS and not is_value(row[place])]
    if not wordy or len(wordy) < max(1, 0.6 * len(numeric)) or (len(numeric) == 1 and len(names) > 2):
        return None
    gaps = sum(not name for name in names)
    unique = len({name for name in names if name}) < len([name for name in names if name])
    if gaps or unique:
        last, joined = "", []
        for place in range(max(len(names), len(row))):
            upper = names[place] if place < len(names) else ""
            last = upper or last
            lower = row[place].strip() if place < len(row) else ""
            joined.append(f"{last} {lower}".strip() if lower != last else last)
        return "a second header", joined
    return "a second header or a row of units", None
