"""Tells the rows that are data from those around them: titles, headers, units, comments, totals and footers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.tools.words import shown, some

NUMBER = re.compile(
    r"^[(+\-−]?\s*[$€£¥]?\s*[+\-−]?(\d{1,3}([.,'\s\u00a0\u202f]\d{3})+|\d+)?([.,]\d*)?([eE][+-]?\d+)?\s*[%€$£)]?$"
)
DATE = re.compile(r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
TOTAL = re.compile(
    r"^\W*(grand|sub|overall)?[\s-]*(totals?|sum|summe|gesamt(summe)?|insgesamt|somme|totale?s?|suma|"
    r"итого|всего|合計|总计|average|mean|mittelwert|moyenne)\b\W*(\(.*\))?$",
    re.IGNORECASE,
)
TOTAL_STARTS = set("tgsoimaи合总в*-=_ \"'([")
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


def is_rule(row: Sequence[str]) -> bool:
    """Whether a row only draws a line under the header, as text and Markdown tables do."""
    cells = [cell.strip() for cell in row if cell.strip()]
    return len(cells) > 1 and all(re.fullmatch(r":?[-=]{2,}:?", cell[:LONGEST]) for cell in cells)


def filled(row: Sequence[str]) -> int:
    """Cells with something in them."""
    return sum(bool(cell.strip()) for cell in row)


def find_header(rows: Sequence[Sequence[str]], width: int) -> Header:
    """Finds titles above the header, the header itself, and a second header or units row below it.

    Args:
        rows: the first rows, each a list of cells as text, without blank rows.
        width: the number of cells most rows have.
    """
    start, told = _titles(rows, width)
    if start >= len(rows):
        return Header(None, 0, ())
    first, body = rows[start], rows[start + 1 : LOOK]
    if not body:
        return Header(tuple(first), start + 1, tuple(told))
    if not _names_columns(first, body):
        told.append("The table has no header row; the columns were named column 1, column 2 and so on.")
        return Header(None, start, tuple(told))
    names = [cell.strip() for cell in first]
    second = _second_header(names, body)
    if second is None:
        return Header(tuple(names), start + 1, tuple(told))
    kind, joined = second
    told.append(f"The second row is {kind}, not data; it was {'joined to the names' if joined else 'left out'}.")
    return Header(tuple(joined or names), start + 2, tuple(told))


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
            if filled(row) >= enough
            and (len(row) >= width or full < 0.8 * len(rows) or (named and len(row) == width - 1))
        ),
        0,
    )
    if width == 2 and start and len(rows[0]) == 2:
        start = 0
    if not start:
        return 0, []
    words = "; ".join(shown(" ".join(cell for cell in row if cell.strip()), 40) for row in rows[:start][:2])
    return start, [f"{some(start, 'row')} above the header skipped ({words})."]


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


def is_total(row: Sequence[str]) -> bool:
    """Whether a row is labelled as the sum or mean of others, and holds a number besides."""
    label = next((cell.strip() for cell in row if cell and not cell.isspace() and not is_value(cell)), "")
    if not label or len(label) > LONGEST or label[0].lower() not in TOTAL_STARTS or not TOTAL.match(label):
        return False
    words = [cell for cell in row if cell.strip() and not is_value(cell)]
    return len(words) <= max(2, len(row) // 2) and len(words) < filled(row)


def is_sum(row: Sequence[str], above: Sequence[Sequence[str]]) -> bool:
    """Whether a sparse last row without a label holds the sums of the columns above it."""
    places = [place for place, cell in enumerate(row) if cell.strip()]
    if not places or len(places) > len(row) / 2 or not all(is_number(row[place]) for place in places):
        return False
    for place in places:
        try:
            total = sum(float(other[place]) for other in above if other[place].strip())
            if abs(total - float(row[place])) > 1e-6 * max(1.0, abs(total)) + 0.01:
                return False
        except ValueError:
            return False
    return len(above) > 2


def total_rows(rows: Sequence[Sequence[str]]) -> list[int]:
    """Places of rows that add up or average the others."""
    return [place for place, row in enumerate(rows) if is_total(row)]


def footer_rows(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Places of remarks below the table: rows at the very end with one or two filled cells in a wider table."""
    found = []
    for place in range(len(rows) - 1, -1, -1):
        cells = [cell.strip() for cell in rows[place] if cell.strip()]
        short = (len(cells) == 1 and width >= 3) or (len(rows[place]) == 1 and width >= 2)
        if (
            not short
            or not cells
            or is_value(cells[0])
            or not (len(rows[place]) < width or " " in cells[0] or width > 3)
        ):
            break
        found.append(place)
    return sorted(found)
