"""Reads Excel workbooks: the package is checked first, then one visible sheet is chosen and its cells are typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from core import limits
from core.readers.tables.column_evidence import settle_columns
from core.readers.tables.column_names import clean_names
from core.readers.tables.dataset_builder import build_dataset, check_shape
from core.readers.tables.formats import excel_safety
from core.readers.tables.formats.excel_columns import cell_text, infer_column
from core.readers.tables.formats.sheet_tables import Row, read_sheet
from core.readers.tables.header_detection import is_value
from core.readers.tables.overruled_columns import resolve_types
from core.readers.tables.typed_column import TypedColumn
from core.readers.tables.values.file_evidence import UNKNOWN
from core.schema import Dataset, LoadError
from core.wording import count_of, printable, quote_names

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

# Rows by which one of several sheets is chosen.
PROBED, MOSTLY = 200, 0.8


def read_excel(path: Path, name: str, types: Mapping[str, str] | None = None, wanted: str | None = None) -> Dataset:
    """Reads an xlsx or xlsm workbook.

    Args:
        path: of the file. name: as the browser gave it. types: columns whose type a person set. wanted: the name of a
            sheet; None takes the one from which most can be learnt.

    Raises:
        LoadError: damaged, dangerous, without a usable sheet, or over a limit.
    """
    with open_sheet(path, name, wanted) as found:
        rows: list[Row] = [list(row) for row in found.cells.to_python()]
    read = _dataset(rows, found.sheet, found.notes, name, types or {})
    return replace(read, facts={**read.facts, "sheets": found.names})


@dataclass(frozen=True)
class OpenedSheet:
    """The sheet of a workbook that is read. notes: what is worth knowing of it and of the others. names: of all sheets
    that can be chosen."""

    sheet: excel_safety.Sheet
    cells: CalamineSheet
    notes: list[str]
    names: list[str]


@contextmanager
def open_sheet(path: Path, name: str, wanted: str | None = None) -> Iterator[OpenedSheet]:
    """The sheet that ``choose_sheet`` takes of a workbook, once its parts are known to be harmless.

    Args:
        path: of the file. name: of it, for messages. wanted: the name of a sheet, or None.

    Yields:
        The sheet; what goes wrong while its cells are taken is told as damage.

    Raises:
        LoadError: damaged, dangerous, without a usable sheet, or over a limit.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    sheets = excel_safety.check_workbook(path, name)
    try:
        with CalamineWorkbook.from_path(str(path)) as opened:
            if wanted is None:
                sheet, notes = choose_sheet(sheets, name, opened)
            else:
                sheet = _named_sheet(sheets, name, wanted)
                notes = _about(sheet, [sheet], [sheet])
            excel_safety.check_sheet(sheet, name)
            names = [one.name for one in sheets if one.cells and (one.visible or one is sheet)]
            yield OpenedSheet(sheet, opened.get_sheet_by_name(sheet.name), notes, names)
    except (CalamineError, ValueError, KeyError, OSError):
        raise LoadError(
            "The workbook is damaged: its sheet cannot be read.", name, "Open it and save it again, or save it as CSV."
        ) from None


def choose_sheet(
    sheets: Sequence[excel_safety.Sheet], name: str, opened: CalamineWorkbook
) -> tuple[excel_safety.Sheet, list[str]]:
    """The visible sheet from which most can be learnt, else the fullest, and a sentence on the others.

    Args:
        sheets: of a workbook. name: of the file, for messages. opened: the workbook, of which a few rows are read.

    Returns:
        The sheet, and what is worth knowing of it and of the others.

    Raises:
        LoadError: no visible sheet holds data.
    """
    shown = _shown(sheets, name)
    chosen = max(shown, key=lambda one: (_evidence(opened, one, len(shown)), one.cells))
    return chosen, _about(chosen, shown, sheets)


def _named_sheet(sheets: Sequence[excel_safety.Sheet], name: str, wanted: str) -> excel_safety.Sheet:
    """The sheet of this name, hidden or not; letters of another case and blanks around it may differ.

    Raises:
        LoadError: there is none.
    """
    folded = " ".join(wanted.split()).casefold()
    found = [one for one in sheets if one.name == wanted]
    found += [one for one in sheets if " ".join(one.name.split()).casefold() == folded]
    if not found:
        raise LoadError(
            f"The workbook has no sheet {quote_names([wanted])}.", name,
            f"Its sheets are {quote_names((one.name for one in sheets if one.cells), 12)}.",
        )  # fmt: skip
    return found[0]


def _shown(sheets: Sequence[excel_safety.Sheet], name: str) -> list[excel_safety.Sheet]:
    """The visible sheets that hold something."""
    shown = [sheet for sheet in sheets if sheet.visible and sheet.cells > 0]
    hidden = [sheet for sheet in sheets if not sheet.visible]
    if not shown:
        if any(sheet.cells for sheet in hidden):
            raise LoadError(
                f"Only hidden sheets hold data: {quote_names(sheet.name for sheet in hidden)}.",
                name,
                "Make the sheet visible and save.",
            )
        raise LoadError("The workbook has no sheet with data.", name, "Upload a workbook with a table in it.")
    return shown


def _evidence(opened: CalamineWorkbook, sheet: excel_safety.Sheet, sheets: int) -> int:
    """How much could be learnt from a sheet: its rows times its columns with values that repeat or are measured."""
    if sheets < 2 or sheet.rows < limits.TABLE_ROWS_MIN:
        return 0
    try:
        excel_safety.check_sheet(sheet, sheet.name)
    except LoadError:
        return 0
    head = opened.get_sheet_by_name(sheet.name).to_python(nrows=PROBED)
    table = read_sheet([list(row) for row in head]) if any(any(row) for row in head) else None
    if table is None or len(table.body) < limits.TABLE_ROWS_MIN:
        return 0
    columns = [[cell_text(cell) for cell in cells if cell not in ("", None)] for cells in zip(*table.body, strict=True)]
    return sheet.rows * sum(_tells(cells) for cells in columns)


def _tells(cells: Sequence[str]) -> bool:
    """Whether a column holds measurements, or words that come back; numbers of rows, remarks and one value do not."""
    distinct = len(set(cells))
    counted = (
        cells == [str(number) for number in range(int(cells[0]), int(cells[0]) + len(cells))]
        if (cells and cells[0].isdecimal() and len(cells[0]) < 10)
        else False
    )
    values = sum(map(is_value, cells))
    return distinct > 1 and not counted and (values >= MOSTLY * len(cells) or distinct <= len(cells) / 2)


def _about(
    chosen: excel_safety.Sheet, shown_ones: Sequence[excel_safety.Sheet], sheets: Sequence[excel_safety.Sheet]
) -> list[str]:
    """Sentences on a sheet and on the others."""
    hidden = [sheet for sheet in sheets if not sheet.visible]
    warnings = []
    others = [sheet.name for sheet in shown_ones if sheet is not chosen]
    if others:
        title = printable(chosen.name, 40)
        warnings.append(
            f"The workbook has {len(sheets)} sheets; “{title}” was read, not {quote_names(others)}. "
            "Another one can be chosen (--sheet NAME on the command line)."
        )
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
    return warnings


def _dataset(
    rows: Sequence[Row],
    sheet: excel_safety.Sheet,
    warnings: list[str],
    name: str,
    types: Mapping[str, str],
) -> Dataset:
    filled = sum(any(cell not in ("", None) for cell in row) for row in rows)
    if filled <= 1 and sheet.bare_formulas:
        raise LoadError("The sheet holds formulas without stored values.", name, "Open it, save it, upload it again.")
    if not filled:
        raise LoadError("The sheet is empty.", name, "Upload a workbook with a table in it.")
    table = read_sheet(rows)
    names, renamed = clean_names(table.names)
    body = table.body
    check_shape(name, len(body), len(names))
    columns = zip(*body, strict=True)
    said = resolve_types(types, names)
    cells: list[Row] = [list(values) for values in columns]
    typed = settle_columns(
        [infer_column(one, values, said.get(one)) for one, values in zip(names, cells, strict=True)],
        UNKNOWN,
        lambda place, more: infer_column(names[place], cells[place], said.get(names[place]), more),
    )
    _check_formulas(typed, sheet, name)
    return build_dataset(name, typed, [*warnings, *table.warnings, *renamed], {"sheet": sheet.name}, types=types)


def _check_formulas(typed: Sequence[TypedColumn], sheet: excel_safety.Sheet, name: str) -> None:
    if sheet.bare_formulas and sum(one.column.type not in ("empty", "constant") for one in typed) < 2:
        raise LoadError(
            f"The sheet's {count_of(sheet.bare_formulas, 'formula')} have no stored values, so the columns are empty.",
            name,
            "Open it in a spreadsheet program, save it and upload it again.",
        )
