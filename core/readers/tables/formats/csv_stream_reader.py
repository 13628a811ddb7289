"""The quick way for a large, well-formed text: block by block through Arrow, at a fraction of the memory."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core import limits
from core.readers.tables import column_types, header_detection, total_rows
from core.readers.tables.column_evidence import settle_columns
from core.readers.tables.column_names import clean_names
from core.readers.tables.dataset_builder import check_shape
from core.readers.tables.formats import csv_bytes, csv_dialect, csv_quotes
from core.readers.tables.overruled_columns import read_column, resolve_types
from core.readers.tables.typed_column import TypedColumn
from core.readers.tables.values import digit_codes, number_parser, numeric_columns
from core.readers.tables.values.file_evidence import ColumnEvidence, FileEvidence
from core.readers.tables.values.number_notes import comma_note
from core.schema import ReadAs

if TYPE_CHECKING:
    import pyarrow as pa

HEAD_BYTES = 400_000
TAIL_BYTES = 100_000
# Small enough that the memory of one block serves the next: larger pieces go back to the system each time.
BLOCK_BYTES = 1 << 20
# NumPy lets go of the interpreter while it sorts a column.
THREADS = 2
QUICK = re.compile(numeric_columns.QUICK)
# Decimal commas, and those among them that can be no thousands marks.
COMMA = re.compile(numeric_columns.QUICK.replace(r"\.", ","))
SURE = re.compile(number_parser.SURE_COMMA)
SURE_POINT = re.compile(number_parser.SURE_POINT)
OPEN = re.compile(number_parser.OPEN_MARK)
EXPONENT = re.compile(digit_codes.EXPONENT_CODE)


class NeedsCarefulReader(Exception):
    """Something needs mending, so that the careful reader must read the file."""


@dataclass
class _ColumnBuffer:
    """One column while it is read: numbers in one float64 array (n,), or words as dictionary-coded blocks."""

    numeric: bool = True
    comma: bool = False
    open: bool = False
    pointed: bool = False
    values: np.ndarray = field(default_factory=lambda: np.empty(0))
    rows: int = 0
    blocks: list[Any] = field(default_factory=list)

    def clear(self, rows: int) -> None:
        """Makes room for about this many rows; what is never filled costs no memory."""
        self.values, self.rows, self.blocks = np.empty(rows if self.numeric else 0), 0, []

    def put(self, block: np.ndarray) -> None:
        """Adds numbers (m,)."""
        end = self.rows + len(block)
        if end > len(self.values):
            self.values = np.concatenate([self.values[: self.rows], np.empty(max(len(block), self.rows // 4))])
        self.values[self.rows : end] = block
        self.rows = end


def stream_csv(path: Path, name: str, types: Mapping[str, str] | None = None) -> tuple[list[TypedColumn], list[str]]:
    """Columns of a large UTF-8 text whose rows all have the same number of cells, and sentences on the names.

    Args:
        path: of the file. name: as the browser gave it. types: columns whose type a person set.

    Raises:
        NeedsCarefulReader: anything out of the ordinary. LoadError: over a limit.
    """
    dialect, start, names, parts, row_bytes = _head(path, name)
    clear, warnings = clean_names(names)
    said = resolve_types(types or {}, clear)
    for title, part in zip(clear, parts, strict=True):
        # What a person said is asked of the cells as they are written.
        part.numeric &= title not in said
    _check_tail(path, dialect, len(names))
    control, coded = csv_bytes.scan_bytes(path, dialect.delimiter)
    if control:
        raise NeedsCarefulReader
    typed = not coded
    for _ in range(4):
        for part in parts:
            # Only Arrow reads a decimal comma by itself.
            part.numeric &= typed or not part.comma
            part.clear(min(limits.TABLE_ROWS, int(1.05 * path.stat().st_size / row_bytes)))
        if _pass(path, dialect, start, parts, name=name, typed=typed):
            break
        typed = False
    else:
        raise NeedsCarefulReader
    start_evidence = FileEvidence(comma_likely=dialect.delimiter in ";\t")

    def settle(title: str, given: str, part: _ColumnBuffer) -> TypedColumn:
        _check_words(given, part, dialect, len(names))
        found = _infer_column(title, part, start_evidence, said)
        if not found.evidence.open:
            part.clear(0)
        return found

    with ThreadPoolExecutor(THREADS) as threads:
        settled = list(threads.map(settle, clear, names, parts))
    if any(part.open and part.numeric for part in parts) and any(one.evidence.mark == "," for one in settled):
        raise NeedsCarefulReader
    return settle_columns(
        settled,
        start_evidence,
        lambda place, more: _infer_column(clear[place], parts[place], more, said),
    ), warnings


def _head(path: Path, name: str) -> tuple[csv_dialect.CsvDialect, int, list[str], list[_ColumnBuffer], float]:
    with open(path, "rb") as file:
        head = file.read(HEAD_BYTES)
    try:
        text = head[: head.rfind(b"\n") + 1].decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NeedsCarefulReader from None
    if not text or text.startswith("\ufeff") or re.search(r"^\s*(#|//)", text, re.MULTILINE):
        raise NeedsCarefulReader
    dialect = csv_dialect.detect_dialect(text, name)
    if dialect.quote != '"' or dialect.escape or dialect.skip or dialect.delimiter == " ":
        raise NeedsCarefulReader
    reader = dialect.reader(text.splitlines(keepends=True))
    rows = [(reader.line_num, row) for row in islice(reader, header_detection.LOOK) if row]
    header = header_detection.find_header([row for _, row in rows], dialect.width)
    if header.names is None or header.warnings or header.start != 1 or {len(row) for _, row in rows} != {dialect.width}:
        raise NeedsCarefulReader
    if not all(name.strip() for name in header.names[1:]):
        raise NeedsCarefulReader
    body = [row for _, row in rows[1:]]
    parts = [_part([row[place] for row in body]) for place in range(dialect.width)]
    for part in parts:
        # Only its text tells whether a point before three digits parts thousands.
        part.numeric &= not (part.open and dialect.delimiter in ";\t|")
    points = any(part.numeric and any("." in row[place] for row in body) for place, part in enumerate(parts))
    # Arrow takes one decimal mark for the whole file.
    for part in parts:
        part.comma &= dialect.delimiter in ";\t|" and not points
        part.numeric |= part.comma
    return dialect, rows[0][0], list(header.names), parts, len(text.encode()) / text.count("\n")


def _part(cells: list[str]) -> _ColumnBuffer:
    """What a column seems to hold by its first cells."""
    comma = all(COMMA.match(cell) for cell in cells) and any(SURE.match(cell) for cell in cells)
    numeric = all(QUICK.match(cell) and not EXPONENT.match(cell) for cell in cells)
    pointed = [cell for cell in cells if "." in cell]
    return _ColumnBuffer(
        numeric,
        comma,
        bool(pointed) and all(OPEN.match(cell) for cell in pointed),
        any(SURE_POINT.match(cell) for cell in pointed),
    )


def _check_tail(path: Path, dialect: csv_dialect.CsvDialect, width: int) -> None:
    with open(path, "rb") as file:
        file.seek(-min(TAIL_BYTES, path.stat().st_size), 2)
        tail = file.read().decode("utf-8", errors="replace").splitlines(keepends=True)[1:]
    rows = [row for row in dialect.reader(tail[-30:]) if row]
    if len(rows) < 3 or total_rows.total_rows(rows) or total_rows.footer_rows(rows, width):
        raise NeedsCarefulReader


def _pass(
    path: Path,
    dialect: csv_dialect.CsvDialect,
    start: int,
    parts: Sequence[_ColumnBuffer],
    *,
    name: str,
    typed: bool,
) -> bool:
    """Reads once; False if a column taken for numbers holds something else (it is marked, and all is read again).

    Args:
        name: the file's name. typed: Arrow reads the numbers itself instead of handing over how they are written.
    """
    import pyarrow as pa
    import pyarrow.csv as pc_csv

    columns = [f"c{place}" for place in range(len(parts))]
    types = {c: pa.float64() if typed and part.numeric else pa.string() for c, part in zip(columns, parts, strict=True)}
    right, total = True, 0
    try:
        with pc_csv.open_csv(
            path,
            # Arrow cuts the next blocks in threads of its own while this one takes the columns of the last.
            read_options=pc_csv.ReadOptions(
                block_size=BLOCK_BYTES, skip_rows=start, column_names=columns, use_threads=True
            ),
            parse_options=pc_csv.ParseOptions(delimiter=dialect.delimiter, newlines_in_values=True),
            convert_options=pc_csv.ConvertOptions(
                column_types=types,
                null_values=[""],
                strings_can_be_null=False,
                check_utf8=True,
                decimal_point="," if any(part.comma for part in parts) else ".",
            ),
        ) as reader:
            for batch in reader:
                total += batch.num_rows
                check_shape(name, max(total, limits.TABLE_ROWS_MIN), len(parts))
                right &= _take(batch, parts)
    except (pa.ArrowException, UnicodeDecodeError):
        if typed:
            return False
        raise NeedsCarefulReader from None
    return right


def _take(batch: pa.RecordBatch, parts: Sequence[_ColumnBuffer]) -> bool:
    import pyarrow.compute as pc

    empty = _empty(batch.column(0))
    if pc.any(empty).as_py():
        for column in batch.columns[1:]:
            empty = pc.and_(empty, _empty(column))
        if pc.any(empty).as_py():
            raise NeedsCarefulReader

    right = True
    for column, part in zip(batch.columns, parts, strict=True):
        block = _numbers(column) if part.numeric else column.dictionary_encode()
        if block is None:
            part.numeric = right = False
        elif part.numeric:
            part.put(block)
        else:
            part.blocks.append(block)
    return right


def _empty(column: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    return pc.equal(column, "") if str(column.type) == "string" else pc.is_null(column)


def _numbers(column: pa.Array) -> np.ndarray | None:
    """float64 values (m,), NaN for empty cells; None if a cell is no plain number."""
    if str(column.type) == "string":
        return numeric_columns.parse_plain_values(column)
    values = column.to_numpy(zero_copy_only=False)
    lost = len(values) - int(np.count_nonzero(np.isfinite(values)))
    return values if lost == column.null_count and not (np.abs(values) >= numeric_columns.LONG).any() else None


def _infer_column(title: str, part: _ColumnBuffer, evidence: FileEvidence, said: Mapping[str, ReadAs]) -> TypedColumn:
    import pyarrow as pa

    if part.numeric:
        values = part.values[: part.rows]
        if numeric_columns.are_compact_dates(values):
            words = pa.array([f"{value:.0f}" if value == value else "" for value in values])
            return column_types.infer_string_column(title, words, evidence)
        if not np.isnan(values).all():
            style = (comma_note(title, values),) if part.comma else ()
            found = column_types.infer_number_column(title, values, style)
            mark = "," if part.comma else "." if part.pointed else ""
            return replace(found, column=replace(found.column, written=mark), evidence=ColumnEvidence(mark))
        return column_types.infer_string_column(title, pa.array([""] * len(values)), evidence)
    return read_column(title, pa.chunked_array(part.blocks), said.get(title), evidence)


def _check_words(name: str, part: _ColumnBuffer, dialect: csv_dialect.CsvDialect, width: int) -> None:
    """Steps back where a column of words holds its own name, the label of a total, or a cell that swallowed rows."""
    import pyarrow as pa

    if part.numeric:
        return
    part.blocks = pa.chunked_array(part.blocks).unify_dictionaries().chunks
    words = [word for word in part.blocks[0].dictionary.to_pylist()[:100_000] if word]
    odd = bool(name.strip()) and name.strip() in words
    odd = odd or any("\n" in word and csv_quotes.holds_rows(word, dialect.delimiter, width) for word in words)
    if odd or any(map(total_rows.names_total, words)):
        raise NeedsCarefulReader
