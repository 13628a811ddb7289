"""Reads separated text of any make into columns of strings, and counts every row that had to be mended."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import limits
from core.readers.tables import header_detection
from core.readers.tables.column_blocks import main_table
from core.readers.tables.column_evidence import settle_columns
from core.readers.tables.column_names import clean_names
from core.readers.tables.dataset_builder import build_dataset, check_shape
from core.readers.tables.formats import csv_dialect, csv_quotes, text_encoding
from core.readers.tables.formats.csv_rows import RowCollector, RowRepairs
from core.readers.tables.overruled_columns import read_column, resolve_types
from core.readers.tables.typed_column import TypedColumn
from core.readers.tables.values.file_evidence import FileEvidence
from core.schema import Dataset, LoadError, ReadAs

if TYPE_CHECKING:
    import pyarrow as pa

FAST_BYTES = 4_000_000
# From so many lines on that begin with "# " and have all cells, they are rows.
CELLS_SHARE = 0.05
csv.field_size_limit(2**31 - 1)


def read_csv(path: Path, name: str, types: Mapping[str, str] | None = None) -> Dataset:
    """Reads CSV, TSV and relatives.

    Args:
        path: of the file. name: as the browser gave it. types: columns whose type a person set.

    Raises:
        LoadError: no table, or over a limit.
    """
    if path.stat().st_size > FAST_BYTES:
        from core.readers.tables.formats import csv_stream_reader

        try:
            settled, warnings = csv_stream_reader.stream_csv(path, name, types)
            return build_dataset(name, settled, warnings, {"encoding": "utf-8"}, types=types or {})
        except csv_stream_reader.NeedsCarefulReader:
            pass
    return read_csv_bytes(path.read_bytes(), name, types)


def read_csv_bytes(data: bytes, name: str, types: Mapping[str, str] | None = None) -> Dataset:
    """Reads a separated text that is already in memory; the same as ``read_csv``."""
    decoded = text_encoding.decode(data)
    text = decoded.text
    del data
    if not text.strip():
        raise LoadError("The file is empty: it holds blanks only.", name, "Upload a table with a header and data rows.")
    if not re.search(r"[^\s,;|\t\"']", text[:2_000_000]):
        raise LoadError("The file holds delimiters only, no values.", name, "Upload a table with data in it.")
    dialect = csv_dialect.detect_dialect(text, name)
    repairs = RowRepairs()
    names, columns, warnings = _columns(text, dialect, repairs, name)
    said = resolve_types(types or {}, names)
    settled = _typed(names, columns, said, FileEvidence(comma_likely=dialect.delimiter in ";\t"))
    return build_dataset(
        name,
        settled,
        [*decoded.warnings, *warnings, *repairs.sentences()],
        {"encoding": decoded.encoding},
        types=types or {},
    )


def read_text_columns(data: bytes, name: str) -> dict[str, list[str]]:
    """Columns of a separated text as they are written: names -> cells; nothing is typed, none is taken for missing.

    Args:
        data: the bytes of the file. name: its name, for messages.

    Raises:
        LoadError: no table.
    """
    text = text_encoding.decode(data).text
    if not re.search(r"[^\s,;|\t\"']", text[:2_000_000]):
        raise LoadError("The file holds no values.", name, "Upload a table with data in it.")
    names, columns, _ = _columns(text, csv_dialect.detect_dialect(text, name), RowRepairs(), name)
    return dict(zip(names, (column.to_pylist() for column in columns), strict=True))


def _typed(
    names: list[str], columns: list[pa.ChunkedArray], said: Mapping[str, ReadAs], start: FileEvidence
) -> list[TypedColumn]:
    """Each column typed; only those that another may settle are kept as strings until the end."""
    typed: list[TypedColumn] = []
    held: dict[int, pa.ChunkedArray] = {}
    while columns:
        strings, title = columns.pop(0), names[len(typed)]
        typed.append(read_column(title, strings, said.get(title), start))
        if typed[-1].evidence.open:
            held[len(typed) - 1] = strings
    return settle_columns(
        typed, start, lambda place, more: read_column(names[place], held[place], said.get(names[place]), more)
    )


def _columns(
    text: str, dialect: csv_dialect.CsvDialect, repairs: RowRepairs, name: str
) -> tuple[list[str], list[Any], list[str]]:
    """Names, columns as Arrow string arrays, and sentences on titles, headers, totals and footers."""
    try:
        return _build(_rows(text, dialect, repairs), dialect, repairs, name)
    except _OpenQuoteError:
        for kept in (repairs.short, repairs.long, repairs.repeated):
            kept.clear()
        repairs.comments, repairs.comment, repairs.blank = 0, "", 0
        lines = list(_lines(text, dialect, repairs))
        return _build(csv_quotes.careful_rows(lines, dialect, repairs), dialect, repairs, name)


class _OpenQuoteError(Exception):
    """A quoted cell swallowed rows; the file must be cut line by line."""


def _lines(text: str, dialect: csv_dialect.CsvDialect, repairs: RowRepairs) -> Iterator[str]:
    """Physical lines, without comments; a first line that merely starts with # may be the header."""
    stream = io.StringIO(text, newline="")
    lines = islice(stream, dialect.skip, None)
    ahead: list[str] = []
    for line in lines:
        if line.strip() and not csv_dialect.is_remark(line):
            ahead.append(line)
            break
        if line.strip():
            ahead.append(line)
        if len(ahead) > 200:
            break
    marked = [line for line in ahead if csv_dialect.is_remark(line)]
    # Below a header there may be a row of units, marked like it.
    named = list(takewhile(lambda line: _is_header(line, ahead, dialect), reversed(marked)))
    header = named[-1] if named else None
    if header is not None and not _counts(marked, ahead[-1], dialect):
        place = ahead.index(header)
        header = ahead[place] = header.lstrip(" ").lstrip("#/").lstrip(" ")
    blank = dialect.delimiter == " "
    apart = not _begin_cells(text, dialect)
    for line in chain(ahead, lines):
        marks = line is not header and line.lstrip(" ")[:1] in ("#", "/")
        if marks and csv_dialect.is_remark(line) and _short(line, dialect, apart):
            repairs.comments += 1
            repairs.comment = repairs.comment or line.strip()
            continue
        yield line.strip(" ") if blank else line


def _is_header(line: str, ahead: list[str], dialect: csv_dialect.CsvDialect) -> bool:
    cells: list[str] = next(dialect.reader([line.rstrip("\r\n")]), [])
    following: list[str] = next(dialect.reader([ahead[-1]]), [])
    if len(cells) != dialect.width or csv_dialect.is_remark(ahead[-1]):
        return False
    return sum(map(header_detection.is_value, following)) > sum(map(header_detection.is_value, cells))


def _counts(marked: list[str], following: str, dialect: csv_dialect.CsvDialect) -> bool:
    """Whether the sign in front of a header belongs to its first name ("# rooms"): it is the only remark, and nothing
    says that a program wrote the header as a remark, as it does over numbers such as 1.0e+00 or between tabs."""
    written = dialect.delimiter in "\t " or re.match(r"\s*[+-]?\d\.\d+e[+-]\d\d", following)
    return len(marked) == 1 and marked[0].lstrip(" ").startswith("#") and not written


def _short(line: str, dialect: csv_dialect.CsvDialect, apart: bool) -> bool:
    """A line that starts with # but has all cells is data (a colour, a number sign); apart: unless a blank follows."""
    return len(next(dialect.reader([line]), [])) != dialect.width or (apart and line.lstrip(" ").startswith("# "))


def _begin_cells(text: str, dialect: csv_dialect.CsvDialect) -> bool:
    """Whether "# " begins cells: no line is without it, or several different lines in the midst of others have all
    cells. Single ones are rows that somebody took out."""
    lines = [line for line in text[: csv_dialect.SAMPLE_CHARACTERS].splitlines() if line.strip()]
    first = next((place for place, line in enumerate(lines) if not csv_dialect.is_remark(line)), 0)
    marked = [line for line in lines[first:] if line.lstrip(" ").startswith("# ")]
    whole = {line for line in marked if len(next(dialect.reader([line]), [])) == dialect.width}
    return len(whole) >= max(2, CELLS_SHARE * (len(lines) - first))


def _rows(text: str, dialect: csv_dialect.CsvDialect, repairs: RowRepairs) -> Iterator[tuple[int, list[str]]]:
    taken: list[str] = []
    reader = dialect.reader(_noted(_lines(text, dialect, repairs), taken))
    before, started = 0, False
    row: list[str] = []
    for row in reader:
        number = reader.line_num
        if number - before > 1 and (
            len(row) != dialect.width
            or number - before > csv_quotes.LOOK_AHEAD
            or not csv_quotes.closes_well(dialect, taken[before - number :])
            or csv_quotes.may_hold_rows(dialect, taken[before - number :])
        ):
            raise _OpenQuoteError
        if len(row) < dialect.width and csv_quotes.only_signs(dialect, taken[-1:]):
            raise _OpenQuoteError
        before = number
        taken.clear()
        if row or started:
            started = True
            yield number + dialect.skip + repairs.comments, row
    if len(row) < dialect.width and dialect.quote in text[-10_000:]:
        raise _OpenQuoteError


def _noted(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _build(
    rows: Iterable[tuple[int, list[str]]], dialect: csv_dialect.CsvDialect, repairs: RowRepairs, name: str
) -> tuple[list[str], list[Any], list[str]]:
    stream = iter(rows)
    ahead = list(islice(stream, 2 * header_detection.LOOK))
    head = [pair for pair in ahead if pair[1] and not header_detection.is_separator(pair[1])]
    if not head:
        raise LoadError("The file holds no rows.", name, "Upload a table with a header and data rows.")
    head, dialect = _without_empty_ends(head, dialect)
    header = header_detection.find_header([row for _, row in head], dialect.width)
    above = header.start - 1 if header.names else header.start
    width, indexed = _width(head[max(0, above) :], dialect.width)
    names = list(header.names) if header.names else [f"column {place}" for place in range(1, width + 1)]
    warnings = list(header.warnings)
    if indexed and header.names:
        names = ["row name", *names]
        warnings.append("The rows have one cell more than the header; the first column was taken as row names.")
    names = _fit_names(names, width)
    check_shape(name, limits.TABLE_ROWS_MIN, len(names))
    gathered = RowCollector(len(names), tuple(header.names or ()), repairs)
    behind_blank = {ahead[place][0] for place in range(1, len(ahead)) if not any(ahead[place - 1][1])}
    for number, row in chain(head[header.start :], stream):
        gathered.blank_before |= number in behind_blank
        gathered.add(number, row)
    columns, more = gathered.finish()
    if header.names and gathered.names != tuple(header.names):
        names = _fit_names(list(gathered.names), len(columns))
    names, columns, beside = main_table(names, columns)
    more += beside
    names, renamed = clean_names(names)
    return names, columns, [*warnings, *more, *renamed]


def _without_empty_ends(
    head: list[tuple[int, list[str]]], dialect: csv_dialect.CsvDialect
) -> tuple[list[tuple[int, list[str]]], csv_dialect.CsvDialect]:
    """Cells at the end that are empty in each of the first rows are no columns, if no row has more cells."""
    used = max((place + 1 for _, row in head for place, cell in enumerate(row) if cell.strip()), default=0)
    widest = max(len(row) for _, row in head)
    if not 1 < used < dialect.width or len(head) <= limits.TABLE_ROWS_MIN or widest > dialect.width:
        return head, dialect
    return [(number, row[:used]) for number, row in head], replace(dialect, width=used)


def _width(head: list[tuple[int, list[str]]], usual: int) -> tuple[int, bool]:
    """The table's width, and whether data rows start with a row name that the header does not name."""
    widths = [len(row) for _, row in head]
    body = [row for _, row in head[1:] if len(row) == usual] or [head[0][1]]
    first = widths[0]
    ends = all(not row[-1].strip() for row in body)
    if first == usual - 1 and len(body) > 0:
        if ends:
            return usual - 1, False
        full = sum(len(row) == usual for _, row in head[1:])
        return usual, full >= 0.9 * max(1, len(head) - 1)
    if first > usual and len(head) > 1 and header_detection.filled_cells(head[0][1]) == first and usual * 2 > first:
        return first, False
    return usual, False


def _fit_names(names: list[str], width: int) -> list[str]:
    return [*names, *[""] * (width - len(names))][: max(width, len(names))]
