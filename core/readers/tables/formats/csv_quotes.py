"""Cuts a text in which some quotes are ordinary signs, such as inch marks, so that they swallow no rows."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.readers.tables.formats.csv_dialect import CsvDialect
from core.readers.tables.formats.csv_rows import RowRepairs
from core.readers.tables.header_detection import is_value

LOOK_AHEAD = 60
PROFILE_LINES = 2_000
FEW_LABELS = 20
VALUE_SHARE = 0.95
ROW_SHARE = 0.7


@dataclass(frozen=True)
class _RowProfile:
    """What columns of ordinary rows hold: ``valued`` ones numbers or dates, those of ``labels`` a few words."""

    valued: frozenset[int]
    labels: dict[int, frozenset[str]]

    def fits(self, cells: Sequence[str], delimiter: str) -> bool:
        """Whether these cells could be a row; where no column is told apart by its values, only tabs say so."""
        if not self.valued and not self.labels:
            return delimiter == "\t"
        return all(not cells[place] or is_value(cells[place]) for place in self.valued) and all(
            not cells[place] or cells[place] in words for place, words in self.labels.items()
        )


def closes_well(dialect: CsvDialect, lines: list[str]) -> bool:
    """Whether each quote of a row over several lines closes before a delimiter, so that it swallowed no other row."""
    try:
        return len(list(dialect.reader(lines, strict=True))) == 1
    except csv.Error:
        return False


def may_hold_rows(dialect: CsvDialect, lines: Sequence[str]) -> bool:
    """Whether a row over several lines goes on in lines that have as many delimiters as a row of their own."""
    return any(len(_cells(dialect, line)) == dialect.width for line in lines[1:])


def holds_rows(word: str, delimiter: str, width: int) -> bool:
    """Whether a cell over several lines has as many delimiters as the rows that it may have swallowed."""
    breaks = word.count("\n")
    return breaks > 0 and word.count(delimiter) >= breaks * (width - 1)


def only_signs(dialect: CsvDialect, lines: Sequence[str]) -> bool:
    """Whether a line has its usual cells only if its quotes are ordinary signs."""
    return dialect.quote in lines[0] and len(_cells(dialect, lines[0])) == dialect.width


def careful_rows(lines: Sequence[str], dialect: CsvDialect, repairs: RowRepairs) -> Iterator[tuple[int, list[str]]]:
    """Rows cut line by line, each with its line number.

    A quote that opens a cell must close within a few lines, give a row of the usual width and hold no other rows.
    """
    profile = _profile(lines, dialect)
    place = 0
    while place < len(lines):
        line, taken = lines[place], 1
        if not line.strip():
            place += 1
            continue
        row = _whole(dialect, [line])
        if row is not None and len(row) < dialect.width and only_signs(dialect, [line]):
            row = None
        elif row is None:
            row, taken = _over_lines(lines[place : place + LOOK_AHEAD], dialect, profile)
        if row is None:
            repairs.quotes.append(place + 1 + dialect.skip)
            repairs.sign = repairs.sign or next(cell for cell in _raw_cells(dialect, line) if dialect.quote in cell)
            row = _cells(dialect, line)
        yield place + 1 + dialect.skip, row
        place += taken


def _over_lines(lines: Sequence[str], dialect: CsvDialect, profile: _RowProfile) -> tuple[list[str] | None, int]:
    """The row that these lines begin with and how many of them it takes; None where its quote is an ordinary sign."""
    for more in range(2, len(lines) + 1):
        row = _whole(dialect, lines[:more])
        if row is None:
            continue
        if len(row) != dialect.width or not closes_well(dialect, list(lines[:more])):
            break
        inner = [_cells(dialect, line) for line in lines[1:more] if line.strip()]
        swallowed = sum(len(cells) == dialect.width and profile.fits(cells, dialect.delimiter) for cells in inner)
        return (None, 1) if inner and swallowed >= ROW_SHARE * len(inner) else (row, more)
    return None, 1


def _profile(lines: Sequence[str], dialect: CsvDialect) -> _RowProfile:
    """What the columns of lines without quotes hold; the first of them may be a header."""
    plain = [_cells(dialect, line) for line in lines[:PROFILE_LINES] if dialect.quote not in line]
    rows = [cells for cells in plain[1:] if len(cells) == dialect.width]
    valued, labels = set(), {}
    for place in range(dialect.width if rows else 0):
        cells = [row[place] for row in rows if row[place]]
        words = Counter(cells)
        if cells and sum(map(is_value, cells)) >= VALUE_SHARE * len(cells):
            valued.add(place)
        elif cells and len(words) <= min(FEW_LABELS, len(cells) // 2):
            labels[place] = frozenset(words)
    return _RowProfile(frozenset(valued), labels)


def _raw_cells(dialect: CsvDialect, line: str) -> list[str]:
    return [cell.strip() for cell in line.rstrip("\r\n").split(dialect.delimiter)]


def _cells(dialect: CsvDialect, line: str) -> list[str]:
    """The cells of a line whose quotes are ordinary signs; those around a cell are taken off."""
    return [cell.strip(dialect.quote).strip() for cell in _raw_cells(dialect, line)]


def _whole(dialect: CsvDialect, lines: Sequence[str]) -> list[str] | None:
    """The one row these lines make, or None while a quote is open at their end."""
    if dialect.quote not in lines[0]:
        return next(dialect.reader(lines), [])
    probe = list(dialect.reader([*lines, "end of probe"]))
    return probe[0] if len(probe) == 2 else None
