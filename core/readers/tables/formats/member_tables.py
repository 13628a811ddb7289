"""Tables inside an archive as texts: separated text, the sheets of a workbook, and Parquet; nothing is typed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from core.readers.tables.formats.excel_columns import cell_text
from core.schema import LoadError
from core.wording import quote_names

if TYPE_CHECKING:
    import pyarrow as pa

SHEETS = 12


def read_member_tables(data: bytes, name: str) -> dict[str, dict[str, list[str]]]:
    """Columns of each table of a file as they are written: title of the table -> names -> cells.

    Args:
        data: bytes of the file. name: of the file, whose suffix says what it claims to be.

    Returns:
        One table under the title "", or one for each visible sheet of a workbook that holds a table, under its name.

    Raises:
        LoadError: it is no table, damaged, dangerous, or over a limit.
    """
    from core.readers.tables.formats.csv_reader import read_text_columns

    suffix = PurePosixPath(name).suffix.lower()
    if suffix in (".xlsx", ".xlsm"):
        return _sheets(data, name)
    if suffix == ".parquet":
        return {"": _parquet(data, name)}
    return {"": read_text_columns(data, name)}


def _sheets(data: bytes, name: str) -> dict[str, dict[str, list[str]]]:
    import io

    from python_calamine import CalamineError, CalamineWorkbook

    from core.readers import archives
    from core.readers.tables.formats import excel_safety

    sheets = excel_safety.check_package(archives.open_archive_bytes(data, name), name)
    shown = [sheet for sheet in sheets if sheet.visible and sheet.cells][:SHEETS]
    if not shown:
        raise LoadError("The workbook has no visible sheet with data.", name, "Upload a workbook with a table in it.")
    for sheet in shown:
        excel_safety.check_sheet(sheet, name)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as opened:
            rows = {sheet.name: opened.get_sheet_by_name(sheet.name).to_python() for sheet in shown}
    except (CalamineError, ValueError, KeyError, OSError):
        raise LoadError(
            "The workbook is damaged: its sheet cannot be read.", name, "Save it again, or as CSV."
        ) from None
    tables = {title: table for title, cells in rows.items() if (table := _sheet_texts(cells))}
    if not tables:
        raise LoadError("The workbook holds no table.", name, "Save the table with its names in one row.")
    return tables if len(shown) > 1 else {"": next(iter(tables.values()))}


def _sheet_texts(rows: Sequence[Sequence[object]]) -> dict[str, list[str]]:
    from core.readers.tables.column_names import clean_names
    from core.readers.tables.formats.sheet_tables import read_sheet

    if sum(any(cell not in ("", None) for cell in row) for row in rows) < 2:
        return {}
    sheet = read_sheet([list(row) for row in rows])
    columns = zip(*sheet.body, strict=True) if sheet.body else ()
    names, _ = clean_names(sheet.names)
    return {name: [cell_text(cell) for cell in cells] for name, cells in zip(names, columns, strict=bool(sheet.body))}


def _parquet(data: bytes, name: str) -> dict[str, list[str]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from core.readers.tables.column_names import clean_names
    from core.readers.tables.dataset_builder import check_shape
    from core.readers.tables.formats import parquet_reader

    try:
        with pq.ParquetFile(pa.BufferReader(data)) as file:
            kinds = [field.type for field in file.schema_arrow]
            usable = [place for place, kind in enumerate(kinds) if not parquet_reader.unusable_reason(kind)]
            if not usable:
                raise LoadError(
                    f"It holds only nested or binary columns ({quote_names(file.schema_arrow.names)}).",
                    name,
                    "Unpack the files, and write a table of their names and classes.",
                )
            check_shape(name, file.metadata.num_rows, max(2, len(kinds)))
            parquet_reader.check_sizes(file, len(data), name)
            names, _ = clean_names(list(file.schema_arrow.names))
            return {names[place]: _texts(file.reader.read_column(place)) for place in usable}
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, UnicodeDecodeError, OverflowError):
        raise LoadError("The Parquet file is damaged.", name, "Write it again or copy it in full.") from None


def _texts(column: pa.ChunkedArray) -> list[str]:
    import pyarrow as pa

    if pa.types.is_floating(column.type) or pa.types.is_decimal(column.type):
        # Whole numbers stand as floats where some are missing.
        values = column.cast(pa.float64(), safe=False).to_pylist()
        return ["" if value is None or value != value else cell_text(value) for value in values]
    return ["" if value is None else str(value) for value in column.to_pylist()]
