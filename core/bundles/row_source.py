"""A new table read some rows at a time, as texts: memory depends on the rows held, never on those in the file."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.bundles.parquet_rows import ParquetRows, number_text
from core.readers import file_rejections
from core.readers.tables import header_detection
from core.readers.tables.column_names import clean_names
from core.readers.tables.formats import csv_dialect, text_encoding
from core.readers.tables.formats.excel_rows import open_excel_rows
from core.readers.tables.read_table import read_table, trade_format_of
from core.readers.tables.values.measured_texts import TIME_UNITS
from core.schema import Dataset, LoadError
from core.wording import printable

if TYPE_CHECKING:
    import pandas as pd

CHUNK_ROWS = 20_000
HEAD_BYTES = 400_000
NO_DELIMITER = "\x1f"


@dataclass
class RowSource:
    """The rows of a table as texts.

    names: of its columns. size: of the file in bytes. decimal_comma: whether its delimiter suggests decimal commas.
    uneven: rows with another number of cells than the header, so far. taken: bytes read so far. blocks: the rows.
    notes: what was read otherwise than it stands, complete after the last block.
    """

    names: list[str]
    size: int
    decimal_comma: bool = False
    uneven: int = 0
    taken: int = 0
    blocks: Iterator[list[list[str]]] = field(default_factory=lambda: iter(()))
    notes: list[str] = field(default_factory=list)


def open_rows(path: Path, name: str, chunk: int = CHUNK_ROWS, known: Sequence[str] = ()) -> RowSource:
    """Opens a table: separated text and Parquet in a stream, workbooks, which hold at most ``limits.SHEET_CELLS``, some
    rows at a time, packed or other texts whole.

    Args:
        path: of the file. name: as it is called, for messages. chunk: rows held at a time. known: names of
            training: a row that holds half of them is the header, and one of them may head a text of a single column.

    Returns:
        Names and rows.

    Raises:
        LoadError: it is no table, or holds no rows.
    """
    if not path.is_file():
        raise LoadError("There is no such file.", printable(name), "Check the name.")
    kind = file_rejections.check_file_type(path, name)
    if kind == "parquet":
        return _parquet(path, name, chunk)
    if kind == "xlsx":
        return _workbook(path, name, chunk, known)
    if kind != "text" or trade_format_of(path):
        return _whole(read_table(path, name), path.stat().st_size, chunk)
    return _streamed(path, name, chunk, known)


def _parquet(path: Path, name: str, chunk: int) -> RowSource:
    rows = ParquetRows(path, name)
    source = RowSource(rows.names, path.stat().st_size)
    if not rows.names:
        raise LoadError("The file holds no column of plain values.", printable(name), "Give a table with rows.")

    def blocks() -> Iterator[list[list[str]]]:
        done = 0
        for block in rows.blocks(chunk):
            done += len(block)
            source.taken = int(source.size * done / max(rows.total, 1))
            yield block

    source.blocks = blocks()
    return source


def _workbook(path: Path, name: str, chunk: int, known: Sequence[str]) -> RowSource:
    rows = open_excel_rows(path, name, known)
    source = RowSource(rows.names, path.stat().st_size, notes=rows.notes)

    def blocks() -> Iterator[list[list[str]]]:
        done = 0
        for block in rows.blocks(chunk):
            done += len(block)
            source.taken = int(source.size * min(1.0, done / max(rows.total, 1)))
            yield block

    source.blocks = blocks()
    return source


def _streamed(path: Path, name: str, chunk: int, known: Sequence[str]) -> RowSource:
    with open(path, "rb") as file:
        head = file.read(HEAD_BYTES)
    whole = len(head) < HEAD_BYTES
    decoded = text_encoding.decode(head if whole else head[: head.rfind(b"\n") + 1])
    if not decoded.text.strip():
        raise LoadError("The file is empty: it holds blanks only.", printable(name), "Give a table with rows.")
    first_line = decoded.text.lstrip("\ufeff\r\n").partition("\n")[0].strip().strip("\"'").casefold()
    if first_line and first_line in {one.casefold() for one in known}:
        return _one_column(path, _codec(decoded.encoding), next(one for one in known if one.casefold() == first_line))
    dialect = csv_dialect.detect_dialect(decoded.text, name)
    # A quoted cell may run over several lines, so lines keep their ends.
    first = list(
        islice((row for row in dialect.reader(io.StringIO(decoded.text, newline="")) if row), header_detection.LOOK)
    )
    rows = first[dialect.skip :] if dialect.skip else first
    header = header_detection.find_named_header(rows, known) or header_detection.find_header(rows, dialect.width)
    if header.names is None:
        raise LoadError(
            "The file has no header, so its columns cannot be told apart.", printable(name), "Give it a row of names."
        )
    names, _ = clean_names(list(header.names))
    source = RowSource(names, path.stat().st_size, dialect.delimiter in ";\t")
    source.blocks = _blocks(path, _codec(decoded.encoding), dialect, header.start + dialect.skip, source, chunk)
    return source


def _one_column(path: Path, encoding: str, name: str, chunk: int = CHUNK_ROWS) -> RowSource:
    """Rows of one cell; commas belong to the cell, quoted or not."""
    source = RowSource([name], path.stat().st_size)
    source.blocks = _blocks(path, encoding, csv_dialect.CsvDialect(NO_DELIMITER), 1, source, chunk)
    return source


def _codec(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name if encoding != "utf-8" else "utf-8-sig"
    except LookupError:
        return "utf-8-sig"


def _blocks(
    path: Path, encoding: str, dialect: csv_dialect.CsvDialect, skip: int, source: RowSource, chunk: int
) -> Iterator[list[list[str]]]:
    width = len(source.names)
    with open(path, "rb") as raw:
        lines = io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="")
        try:
            rows = (row for row in dialect.reader(line.replace("\0", "") for line in lines) if row)
            for _ in islice(rows, skip):
                pass
            while block := list(islice(rows, chunk)):
                odd = [row for row in block if len(row) != width]
                source.uneven += len(odd)
                for row in odd:
                    row[width:] = []
                    row.extend([""] * (width - len(row)))
                source.taken = raw.tell()
                yield block
        except csv.Error as error:
            raise LoadError(f"The file cannot be cut into cells: {error}.", printable(path.name)) from None


def _whole(table: Dataset, size: int, chunk: int) -> RowSource:
    frame = table.inputs
    source = RowSource([str(name) for name in frame.columns], size)
    units = {column.name: TIME_UNITS.get(column.written) for column in table.columns}

    def blocks() -> Iterator[list[list[str]]]:
        for start in range(0, len(frame), chunk):
            part = frame.iloc[start : start + chunk]
            source.taken = int(size * min(1.0, (start + len(part)) / max(len(frame), 1)))
            columns = [_texts(part.iloc[:, place], units.get(name)) for place, name in enumerate(source.names)]
            yield [list(row) for row in zip(*columns, strict=True)]

    source.blocks = blocks()
    return source


def _texts(column: pd.Series, unit: float | None) -> list[str]:
    """Cells as they would be written in a file; lengths of time carry their unit, seconds a ``unit``, if it is one."""
    if unit is not None:
        return [word and f"{word} s" for word in (number_text(float(value) * unit) for value in column.to_numpy())]
    if column.dtype.kind == "M":
        moments = np.datetime_as_string(column.to_numpy("datetime64[s]"))
        return ["" if word == "NaT" else str(word) for word in moments]
    if column.dtype.kind == "f":
        return [number_text(float(value)) for value in column.to_numpy()]
    return ["" if value is None or value != value else str(value) for value in column.astype(object)]
