"""The rows of a workbook as texts, some at a time: for new files, whose columns have their types from training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

import numpy as np

from core.readers.tables import header_detection, total_rows
from core.readers.tables.column_blocks import columns_of_table
from core.readers.tables.column_names import clean_names
from core.readers.tables.formats.excel_columns import cell_text
from core.readers.tables.formats.excel_reader import open_sheet
from core.readers.tables.formats.sheet_tables import TAIL, usual_width
from core.schema import LoadError
from core.wording import count_of, printable

HEAD = 2 * header_detection.LOOK


@dataclass
class ExcelRows:
    """An opened sheet. names: of its columns. total: rows of the sheet, blank ones too. rows: the cells below the
    header, each row once. notes: what was read otherwise than it stands, complete when ``rows`` came to an end."""

    names: list[str]
    total: int
    rows: Iterator[list[str]] = field(default_factory=lambda: iter(()))
    notes: list[str] = field(default_factory=list)

    def blocks(self, chunk: int) -> Iterator[list[list[str]]]:
        """The rows, ``chunk`` at a time.

        Args:
            chunk: most rows of one block.

        Yields:
            Rows of texts, "" where a cell is empty.
        """
        while block := list(islice(self.rows, chunk)):
            yield block


def open_excel_rows(path: Path, name: str, known: Sequence[str] = ()) -> ExcelRows:
    """Opens the sheet of a workbook that training would read; one row of data is enough.

    Memory holds the packed cells of one sheet, of which there are at most ``limits.SHEET_CELLS``, and a block of texts.

    Args:
        path: of the file. name: as it is called, for messages. known: names of training, by which the header is found.

    Returns:
        Names and rows.

    Raises:
        LoadError: damaged, dangerous, without a usable sheet or a header, or over a limit.
    """
    with open_sheet(path, name) as opened:
        cells = opened.cells
    filled = (row for row in ([cell_text(cell) for cell in row] for row in cells.iter_rows()) if any(row))
    head = list(islice(filled, HEAD))
    if not head:
        raise LoadError("The sheet is empty.", name, "Give a workbook with a table in it.")
    places = _columns(head)
    kept = [_picked(row, places) for row in head]
    kept = [row for row in kept if any(row)]
    found_names = header_detection.find_named_header(kept, known)
    header = found_names or header_detection.find_header(kept, usual_width(kept))
    if header.names is None:
        raise LoadError(
            "The sheet has no header, so its columns cannot be told apart.", printable(name), "Give it a row of names."
        )
    titles = [*header.names, *[""] * (len(places) - len(header.names))]
    found = ExcelRows(clean_names(titles)[0], cells.total_height, notes=[*opened.notes, *header.warnings])
    more = (row for row in (_picked(row, places) for row in filled) if any(row))
    found.rows = _body(chain(kept[header.start :], more), kept[header.start - 1], found.notes)
    return found


def _columns(head: list[list[str]]) -> np.ndarray:
    """Places of the columns of the largest table of a sheet, without empty ones."""
    width = max(map(len, head))
    filled = np.array([[place < len(row) and bool(row[place].strip()) for place in range(width)] for row in head])
    gaps = np.asarray(~filled.any(axis=0))
    return np.flatnonzero(columns_of_table(filled, gaps) & ~gaps)


def _picked(row: list[str], places: np.ndarray) -> list[str]:
    return [row[place] if place < len(row) else "" for place in places]


def _body(rows: Iterator[list[str]], header: list[str], notes: list[str]) -> Iterator[list[str]]:
    """Rows below the header, without its repetitions and without remarks at the end, which are told."""
    names = [cell.strip().casefold() for cell in header]
    repeated = 0
    held: list[list[str]] = []
    for row in rows:
        if [cell.strip().casefold() for cell in row] == names:
            repeated += 1
            continue
        held.append(row)
        if len(held) > 2 * TAIL:
            yield from held[:TAIL]
            del held[:TAIL]
    foot = set(total_rows.footer_rows(held, len(header)))
    rest = [row for place, row in enumerate(held) if place not in foot]
    yield from rest
    if repeated:
        notes.append(f"{count_of(repeated, 'row')} repeated the header and left out.")
    if foot:
        notes.append(f"{count_of(len(foot), 'row')} of remarks below the table left out.")
    if sums := sum(map(total_rows.is_total, rest)):
        notes.append(f"{count_of(sums, 'row')} at the end named like a total, predicted like every other row.")
