"""Reads Excel workbooks: the package is checked first, then one visible sheet is chosen and its cells are typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.readers.tables import header_detection, total_rows
from core.readers.tables.column_blocks import columns_of_table, describe_columns_beside
from core.readers.tables.column_evidence import settle_columns
from core.readers.tables.column_names import clean_names
from core.readers.tables.dataset_builder import build_dataset, check_shape
from core.readers.tables.formats import excel_safety
from core.readers.tables.formats.excel_columns import cell_text, infer_column
from core.readers.tables.overruled_columns import resolve_types
from core.readers.tables.typed_column import TypedColumn
from core.readers.tables.values.file_evidence import UNKNOWN
from core.schema import Dataset, LoadError
from core.wording import count_of, printable, quote_names

TAIL = 30
SUM_CELLS = 500_000


def read_excel(path: Path, name: str, types: Mapping[str, str] | None = None) -> Dataset:
    """Reads an xlsx or xlsm workbook.

    Args:
        path: of the file. name: as the browser gave it. types: columns whose type a person set.

    Raises:
        LoadError: damaged, dangerous, without a usable sheet, or over a limit.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    sheets = excel_safety.check_workbook(path, name)
    sheet, warnings = choose_sheet(sheets, name)
    excel_safety.check_sheet(sheet, name)
    try:
        with CalamineWorkbook.from_path(str(path)) as opened:
            rows = opened.get_sheet_by_name(sheet.name).to_python(skip_empty_area=True)
    except (CalamineError, ValueError, KeyError, OSError):
        raise LoadError(
            "The workbook is damaged: its sheet cannot be read.", name, "Open it and save it again, or save it as CSV."
        ) from None
    return _dataset(rows, sheet, warnings, name, types or {})


def choose_sheet(sheets: Sequence[excel_safety.Sheet], name: str) -> tuple[excel_safety.Sheet, list[str]]:
    """The fullest visible sheet, and a sentence on the others.

    Args:
        sheets: of a workbook. name: of the file, for messages.

    Returns:
        The sheet, and what is worth knowing of it and of the others.

    Raises:
        LoadError: no visible sheet holds data.
    """
    shown_ones = [sheet for sheet in sheets if sheet.visible and sheet.cells > 0]
    hidden = [sheet for sheet in sheets if not sheet.visible]
    if not shown_ones:
        if any(sheet.cells for sheet in hidden):
            raise LoadError(
                f"Only hidden sheets hold data: {quote_names(sheet.name for sheet in hidden)}.",
                name,
                "Make the sheet visible and save.",
            )
        raise LoadError("The workbook has no sheet with data.", name, "Upload a workbook with a table in it.")
    chosen = max(shown_ones, key=lambda sheet: sheet.cells)
    warnings = []
    others = [sheet.name for sheet in shown_ones if sheet is not chosen]
    if others:
        title = printable(chosen.name, 40)
        warnings.append(f"The workbook has {len(sheets)} sheets; “{title}” was read, not {quote_names(others)}.")
    if hidden:
        warnings.append(
            f"{count_of(len(hidden), 'hidden sheet')} not read: {quote_names(sheet.name for sheet in hidden)}."
        )
    if chosen.errors:
        warnings.append(f"{count_of(chosen.errors, 'cell')} with an Excel error such as #DIV/0! taken as missing.")
    if chosen.bare_formulas:
        warnings.append(
            f"{count_of(chosen.bare_formulas, 'formula')} without a stored value taken as missing; "
            "open the file in a spreadsheet program and save it to store them."
        )
    if chosen.merged:
        warnings.append(
            f"{count_of(chosen.merged, 'merged range')} of cells; only the first cell of each holds a value."
        )
    return chosen, warnings


def _dataset(
    rows: list[list[Any]], sheet: excel_safety.Sheet, warnings: list[str], name: str, types: Mapping[str, str]
) -> Dataset:
    rows = [row for row in rows if any(cell not in ("", None) for cell in row)]
    if len(rows) <= 1 and sheet.bare_formulas:
        raise LoadError("The sheet holds formulas without stored values.", name, "Open it, save it, upload it again.")
    if not rows:
        raise LoadError("The sheet is empty.", name, "Upload a workbook with a table in it.")
    rows, beside = _without_neighbours(rows)
    warnings += beside
    width = max(map(len, rows))
    texts = [[cell_text(cell) for cell in row] for row in rows[: 2 * header_detection.LOOK]]
    header = header_detection.find_header(texts, usual_width(texts))
    names = list(header.names) if header.names else [f"column {place}" for place in range(1, width + 1)]
    warnings += header.warnings
    body = rows[header.start :]
    body, more = _trimmed(body, width, texts[header.start - 1] if header.start else [])
    names = [*names, *[""] * (width - len(names))]
    names, body = _without_gaps(names, body)
    names, renamed = clean_names(names)
    check_shape(name, len(body), len(names))
    columns = zip(*body, strict=True)
    said = resolve_types(types, names)
    cells = [list(values) for values in columns]
    typed = settle_columns(
        [infer_column(one, values, said.get(one)) for one, values in zip(names, cells, strict=True)],
        UNKNOWN,
        lambda place, more: infer_column(names[place], cells[place], said.get(names[place]), more),
    )
    _check_formulas(typed, sheet, name)
    return build_dataset(name, typed, [*warnings, *more, *renamed], {"sheet": sheet.name}, types=types)


def _check_formulas(typed: Sequence[TypedColumn], sheet: excel_safety.Sheet, name: str) -> None:
    if sheet.bare_formulas and sum(one.column.type not in ("empty", "constant") for one in typed) < 2:
        raise LoadError(
            f"The sheet's {count_of(sheet.bare_formulas, 'formula')} have no stored values, so the columns are empty.",
            name,
            "Open it in a spreadsheet program, save it and upload it again.",
        )


def usual_width(texts: Sequence[Sequence[str]]) -> int:
    """How many cells most rows have filled.

    Args:
        texts: rows of texts, one at least.

    Returns:
        A count, the larger of two that are as usual.
    """
    counts = [header_detection.filled_cells(row) for row in texts]
    return max(set(counts), key=lambda count: (counts.count(count), count))


def _trimmed(body: list[list[Any]], width: int, header: Sequence[str]) -> tuple[list[list[Any]], list[str]]:
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


def _totals(body: list[list[Any]], left_out: set[int], names: Sequence[str]) -> tuple[set[int], list[str]]:
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


def _without_neighbours(rows: list[list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """The rows of the largest table of a sheet, and a sentence on what stands beside it behind an empty column."""
    width = max(map(len, rows))
    filled = np.array([[place < len(row) and row[place] not in ("", None) for place in range(width)] for row in rows])
    gaps = np.asarray(~filled.any(axis=0))
    kept = columns_of_table(filled, gaps)
    if kept.all():
        return rows, []
    out, places = np.flatnonzero(~kept & ~gaps), np.flatnonzero(kept)
    names = [next(text for row in rows if place < len(row) and (text := cell_text(row[place]))) for place in out]
    held = [rows[place] for place in np.flatnonzero(filled[:, kept].any(axis=1))]
    return [[row[place] for place in places] for row in held], describe_columns_beside(names, filled[:, out])


def _without_gaps(names: list[str], body: list[list[Any]]) -> tuple[list[str], list[list[Any]]]:
    """Columns without name and values are gaps of the sheet, not columns."""
    used = [
        place
        for place, name in enumerate(names)
        if name.strip() or any(place < len(row) and row[place] not in ("", None) for row in body)
    ]
    if len(used) == len(names):
        return names, body
    return [names[place] for place in used], [[row[place] for place in used] for row in body]
