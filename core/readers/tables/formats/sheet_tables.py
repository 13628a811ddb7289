"""Finds the table of a sheet: which rows and columns are its own, its names, and what stands below and beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.readers.tables import header_detection, row_blocks, total_rows
from core.readers.tables.column_blocks import columns_of_table, describe_columns_beside, describe_joined_blocks
from core.readers.tables.formats.excel_columns import cell_text
from core.wording import count_of

Row = list[object]
TAIL = 30
# The names of columns stand in the fullest of so many first rows.
HEADER_ROWS = 5
SUM_CELLS = 500_000


@dataclass(frozen=True)
class SheetTable:
    """A table of a sheet: names as they are written, rows of cells of one width, sentences on what was left out."""

    names: list[str]
    body: list[Row]
    warnings: list[str]


def read_sheet(sheet: Sequence[Row]) -> SheetTable:
    """The largest table of a sheet.

    Args:
        sheet: cells of all rows, of which one at least is not blank.
    """
    numbers = [place for place, row in enumerate(sheet) if any(cell not in ("", None) for cell in row)]
    rows, numbers, warnings = _without_neighbours([sheet[place] for place in numbers], numbers)
    rows, more = _without_others(rows, numbers)
    width = max(map(len, rows))
    texts = [_without_tail([cell_text(cell) for cell in row]) for row in rows[: 2 * header_detection.LOOK]]
    header = header_detection.find_header(texts, usual_width(texts))
    names = list(header.names) if header.names else [f"column {place}" for place in range(1, width + 1)]
    body, trimmed = _trimmed(rows[header.start :], width, texts[header.start - 1] if header.start else [])
    names, body = _without_gaps([*names, *[""] * (width - len(names))], body)
    return SheetTable(names, body, [*warnings, *more, *header.warnings, *trimmed])


def _without_others(rows: list[Row], numbers: Sequence[int]) -> tuple[list[Row], list[str]]:
    """The rows of the table that fills the most cells, and a sentence on others above or below it."""
    starts = [place for place in range(1, len(rows)) if numbers[place] > numbers[place - 1] + 1]

    def texts(first: int, end: int) -> list[list[str]]:
        return [[cell_text(cell) for cell in row] for row in rows[first:end]]

    tables = row_blocks.split_tables(texts, len(rows), starts)
    filled = [sum(cell not in ("", None) for place in one for cell in rows[place]) for one in tables]
    taken = tables[int(np.argmax(filled))]
    return [rows[place] for place in taken], row_blocks.describe_tables(tables, taken, texts)


def _without_tail(row: list[str]) -> list[str]:
    """A row, of a title that fills one cell only this cell."""
    return row if any(cell.strip() for cell in row[1:]) else row[:1]


def usual_width(texts: Sequence[Sequence[str]]) -> int:
    """How many cells most rows have filled.

    Args:
        texts: rows of texts, one at least.

    Returns:
        A count, the larger of two that are as usual.
    """
    counts = [header_detection.filled_cells(row) for row in texts]
    return max(set(counts), key=lambda count: (counts.count(count), count))


def _trimmed(body: list[Row], width: int, header: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Drops total rows, remarks at the end and repeated headers."""
    warnings = []
    start = max(0, len(body) - TAIL)
    foot = total_rows.footer_rows([[cell_text(cell) for cell in row] for row in body[start:]], width)
    if foot:
        warnings.append(f"{count_of(len(foot), 'row')} of remarks below the table left out.")
    gone = {start + place for place in foot}
    sums, said = _totals(body, gone, header)
    warnings += said
    gone |= sums
    if header:
        first = [cell.strip().casefold() for cell in header]
        again = [
            place
            for place, row in enumerate(body)
            if isinstance(row[0], str)
            and row[0].strip().casefold() == first[0]
            and [cell_text(cell).strip().casefold() for cell in row] == first
        ]
        if again:
            verb = "was" if len(again) == 1 else "were"
            warnings.append(f"{count_of(len(again), 'row')} repeated the header and {verb} left out.")
        gone |= set(again)
    return [row for place, row in enumerate(body) if place not in gone], warnings


def _totals(body: list[Row], left_out: set[int], names: Sequence[str]) -> tuple[set[int], list[str]]:
    """Places of rows that add up others, and sentences on them."""
    wordy = [place for place, row in enumerate(body) if place not in left_out and any(isinstance(c, str) for c in row)]
    found = [place for place in wordy if total_rows.is_total([cell_text(cell) for cell in body[place]])]
    rest = [place for place in range(len(body)) if place not in left_out and place not in set(found)]
    before = np.searchsorted(rest, found)
    labelled = [
        total_rows.LabelledRow(int(count), [cell_text(cell) for cell in body[place]])
        for count, place in zip(before, found, strict=True)
    ]

    def cells(column: int) -> list[str]:
        return [cell_text(body[place][column]) for place in rest]

    real = total_rows.TotalFinder(labelled, len(rest), cells).find()
    said = total_rows.describe_totals(labelled, real, names)
    gone = {place for place, yes in zip(found, real, strict=True) if yes}
    if rest and len(rest) * len(body[0]) <= SUM_CELLS:
        texts = [[cell_text(cell) for cell in body[place]] for place in rest]
        if total_rows.is_sum(texts[-1], texts[:-1]):
            gone.add(rest[-1])
            said.append("1 total row without a label left out below the table.")
    return gone, said


def _without_neighbours(rows: list[Row], numbers: list[int]) -> tuple[list[Row], list[int], list[str]]:
    """The rows of the largest table of a sheet, their numbers, and a sentence on what stands beside it behind an empty
    column."""
    width = max(map(len, rows))
    filled = np.array([[place < len(row) and row[place] not in ("", None) for place in range(width)] for row in rows])
    gaps = np.asarray(~filled.any(axis=0))
    named = [cell_text(cell) for cell in rows[int(np.argmax(filled[:HEADER_ROWS].sum(axis=1)))]]
    kept = columns_of_table(filled, gaps, named)
    if kept.all():
        if not gaps.any():
            return rows, numbers, []
        held = np.flatnonzero(~gaps)
        told = describe_joined_blocks(named, gaps)
        return [[row[place] for place in held if place < len(row)] for row in rows], numbers, told
    out, places = np.flatnonzero(~kept & ~gaps), np.flatnonzero(kept)
    names = [next(text for row in rows if place < len(row) and (text := cell_text(row[place]))) for place in out]
    held = np.flatnonzero(filled[:, kept].any(axis=1))
    cut = [[rows[row][place] for place in places] for row in held]
    return cut, [numbers[row] for row in held], describe_columns_beside(names, filled[:, out])


def _without_gaps(names: list[str], body: list[Row]) -> tuple[list[str], list[Row]]:
    """Columns without name and values are gaps of the sheet, not columns."""
    used = [
        place
        for place, name in enumerate(names)
        if name.strip() or any(place < len(row) and row[place] not in ("", None) for row in body)
    ]
    if len(used) == len(names):
        return names, body
    return [names[place] for place in used], [[row[place] for place in used] for row in body]
