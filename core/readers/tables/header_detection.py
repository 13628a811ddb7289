"""Tells the rows that are data from those around them: titles, headers, units, comments, totals and footers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.readers.tables.values.missing_values import BLANKS
from core.wording import count_of, printable

NUMBER = re.compile(
    r"^[(+\-−]?\s*[$€£¥]?\s*[+\-−]?(\d{1,3}([.,'\s\u00a0\u202f]\d{3})+|\d+)?([.,]\d*)?([eE][+-]?\d+)?\s*[%€$£)]?$"
)
DATE = re.compile(r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
LOOK = 60
LONGEST = 60
MOSTLY = 0.8


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


def find_named_header(rows: Sequence[Sequence[str]], known: Sequence[str]) -> Header | None:
    """The header of a table whose names are known, in the first row that holds half of them or more.

    Args:
        rows: the first rows, as texts. known: names; none know no header.

    Returns:
        The header, or None where no row holds them.
    """
    wanted = {one.strip().casefold() for one in known}
    for place, row in enumerate(rows):
        there = wanted & {cell.strip().casefold() for cell in row}
        if there and 2 * len(there) >= len(wanted):
            return Header(tuple(row), place + 1)
    return None


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
    notes += _number_doubt(names)
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
    return sum(is_value(_cell(row, place)) for row in rows) >= MOSTLY * len(rows)


def _names_columns(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: compares it with what stands below it, column by column."""
    places = [place for place, cell in enumerate(first) if cell.strip().lower() not in BLANKS]
    below = {
        place: [one for row in body if (one := _cell(row, place).strip()).lower() not in BLANKS] for place in places
    }
    places = [place for place in places if below[place]]
    valued = {place for place in places if _share(is_value, below[place]) >= MOSTLY}
    unlike = {place for place in valued if _is_name(first[place], below[place])}
    numbers = [place for place in places if place in valued - unlike]
    words = [place for place in places if place not in valued]
    repeats = sum(first[place].strip() in below[place] for place in words)
    if unlike and len(unlike) >= 0.2 * len(numbers):
        return True
    if not numbers:
        return not words or repeats < max(1, 0.5 * len(words))
    # A word that is none of a column's few categories names them.
    told = bool(unlike) or any(len(set(below[place])) <= len(below[place]) / 2 for place in words)
    counted = [place for place in places if place not in unlike and is_number(first[place])]
    return not repeats and _number_names(first, body, counted, told)


def _is_name(cell: str, below: Sequence[str]) -> bool:
    """Whether a cell is of another kind than the values below it: a word over them, or a date over numbers."""
    return not is_value(cell) or (not is_number(cell) and _share(is_number, below) >= MOSTLY)


def _share(test: Callable[[str], bool], cells: Sequence[str]) -> float:
    return sum(map(test, cells)) / len(cells)


def _number_names(first: Sequence[str], body: Sequence[Sequence[str]], places: Sequence[int], told: bool) -> bool:
    """Whether numbers over numbers are names (0 to n, wavelengths, months such as 201501) and no first row of data.

    Args:
        first: the row. body: those below it. places: of its numbers.
        told: another cell of the row is a name.
    """
    names = _numbers(first, places)
    if len(names) < 2 or not np.isfinite(names).all() or len(set(names)) < len(names):
        return False
    counting = names[0] in (0, 1) and names[1] - names[0] == 1 and (told or len(names) == len(first))
    if _even(names) and (len(names) >= 4 or counting):
        below = _numbers(body[0], places)
        return not _even(below) if len(names) > 2 else bool((below != names).any())
    rows = [_numbers(row, places) for row in body]
    ordered = _turns(names) and np.mean([_turns(row) for row in rows]) <= 0.2
    whole = bool((names == np.round(names)).all())
    apart = _fitting(names, np.array(rows)) < 0.5
    if told and ((ordered and len(names) >= 3) or (whole and apart)):
        return True
    return (ordered and apart and len(names) >= 5) or (_years(first) and not _years(body[0]))


def _number_doubt(names: Sequence[str]) -> list[str]:
    """A sentence where most names are numbers that neither rise nor fall, so that the row might be data."""
    values = _numbers(names, [place for place, name in enumerate(names) if is_number(name)])
    if len(values) < 2 or 2 * len(values) <= len(names) or _turns(values):
        return []
    shown = ", ".join(f"“{printable(name, 24)}”" for name in [name for name in names if is_number(name)][:3])
    return [
        f"The first row was read as names, though {len(values):,} of its {len(names):,} cells are numbers ({shown})."
    ]


def _numbers(row: Sequence[str], places: Sequence[int]) -> np.ndarray:
    """Cells as float64, NaN for those that are none."""
    found = []
    for place in places:
        try:
            found.append(float(_cell(row, place).strip().replace(",", ".")))
        except ValueError:
            found.append(np.nan)
    return np.array(found)


def _even(values: np.ndarray) -> bool:
    """Whether numbers go up or down in equal steps."""
    steps = np.diff(values)
    return bool(steps[0]) and bool(np.allclose(steps, steps[0], rtol=1e-6, atol=1e-9))


def _turns(values: np.ndarray) -> bool:
    """Whether each number is larger than the one before it, or each is smaller."""
    steps = np.diff(values)
    return bool((steps > 0).all() or (steps < 0).all())


def _fitting(names: np.ndarray, rows: np.ndarray) -> float:
    """Share of the numbers of a first row that could be values of their columns: in their range, and no whole number
    over fractions."""
    known = np.isfinite(rows)
    low, high = np.where(known, rows, np.inf).min(axis=0), np.where(known, rows, -np.inf).max(axis=0)
    broken = (known & (rows != np.round(rows))).sum(axis=0) >= 0.5 * known.sum(axis=0)
    return float(((names >= low) & (names <= high) & ~(broken & (names == np.round(names)))).mean())


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
