"""The quick way for a large, well-formed text: block by block through Arrow, at a fraction of the memory."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from core import limits
from core.tools.tables import amounts, delimiters, kinds, layout, totals
from core.tools.tables.frames import check_shape
from core.tools.tables.names import clean
from core.tools.tables.settled import Settled

HEAD_BYTES = 400_000
TAIL_BYTES = 100_000
BLOCK_BYTES = 4 << 20
# Arrow and NumPy let go of the interpreter while they work on a column.
THREADS = 2
CONTROL = bytes([*range(9), 11, 12, *range(14, 32), 127])
QUICK = re.compile(amounts.QUICK)


class NotPlain(Exception):
    """Something needs mending, so that the careful reader must read the file."""


@dataclass
class _Part:
    """One column while it is read: numbers as float64 blocks, or words as dictionary-coded blocks."""

    numeric: bool = True
    blocks: list[Any] | None = None


def read(path: Path, name: str) -> tuple[list[Settled], list[str]]:
    """Columns of a large UTF-8 text whose rows all have the same number of cells, and sentences on the names.

    Raises:
        NotPlain: anything out of the ordinary. LoadError: over a limit.
    """
    cut, start, names, parts = _head(path, name)
    _check_tail(path, cut, len(names))
    for _ in range(3):
        for part in parts:
            part.blocks = []
        if _pass(path, cut, start, parts, name):
            break
    else:
        raise NotPlain
    clear, told = clean(names)

    def settle(title: str, given: str, part: _Part) -> Settled:
        found = _settle(title, given, part, cut.delimiter in ";\t")
        part.blocks = None
        return found

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(settle, clear, names, parts)), told


def _head(path: Path, name: str) -> tuple[delimiters.Cut, int, list[str], list[_Part]]:
    with open(path, "rb") as file:
        head = piece = file.read(HEAD_BYTES)
        while piece:
            # Deleting them and counting is several times quicker than searching for one.
            if len(piece.translate(None, CONTROL)) != len(piece):
                raise NotPlain
            piece = file.read(BLOCK_BYTES)
    try:
        text = head[: head.rfind(b"\n") + 1].decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotPlain from None
    if not text or text.startswith("\ufeff") or re.search(r"^\s*(#|//)", text, re.MULTILINE):
        raise NotPlain
    cut = delimiters.find(text, name)
    if cut.quote != '"' or cut.escape or cut.skip or cut.delimiter == " ":
        raise NotPlain
    reader = cut.reader(text.splitlines(keepends=True))
    rows = [(reader.line_num, row) for row in islice(reader, layout.LOOK) if row]
    header = layout.find_header([row for _, row in rows], cut.width)
    if header.names is None or header.warnings or header.start != 1 or {len(row) for _, row in rows} != {cut.width}:
        raise NotPlain
    body = [row for _, row in rows[1:]]
    parts = [_Part(all(QUICK.match(row[place]) for row in body)) for place in range(cut.width)]
    return cut, rows[0][0], list(header.names), parts


def _check_tail(path: Path, cut: delimiters.Cut, width: int) -> None:
    with open(path, "rb") as file:
        file.seek(-min(TAIL_BYTES, path.stat().st_size), 2)
        tail = file.read().decode("utf-8", errors="replace").splitlines(keepends=True)[1:]
    rows = [row for row in cut.reader(tail[-30:]) if row]
    if len(rows) < 3 or totals.total_rows(rows) or totals.footer_rows(rows, width):
        raise NotPlain


def _pass(path: Path, cut: delimiters.Cut, start: int, parts: Sequence[_Part], name: str) -> bool:
    """Reads once; False if a column taken for numbers holds something else (it is marked, and all is read again)."""
    import pyarrow as pa
    import pyarrow.csv as pc_csv

    columns = [f"c{place}" for place in range(len(parts))]
    right, total = True, 0
    try:
        with (
            pc_csv.open_csv(
                path,
                read_options=pc_csv.ReadOptions(
                    block_size=BLOCK_BYTES, skip_rows=start, column_names=columns, use_threads=True
                ),
                parse_options=pc_csv.ParseOptions(delimiter=cut.delimiter, newlines_in_values=True),
                convert_options=pc_csv.ConvertOptions(
                    column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False, check_utf8=True
                ),
            ) as reader,
            ThreadPoolExecutor(THREADS) as threads,
        ):
            for batch in reader:
                total += batch.num_rows
                check_shape(name, max(total, limits.TABLE_ROWS_LEAST), len(parts))
                right &= _take(batch, parts, threads)
    except (pa.ArrowException, UnicodeDecodeError):
        raise NotPlain from None
    return right


def _take(batch: Any, parts: Sequence[_Part], threads: Executor) -> bool:
    import pyarrow.compute as pc

    empty = pc.equal(batch.column(0), "")
    if pc.any(empty).as_py():
        for column in batch.columns[1:]:
            empty = pc.and_(empty, pc.equal(column, ""))
        if pc.any(empty).as_py():
            raise NotPlain

    def taken(column: Any, part: _Part) -> Any:
        return amounts.plain_values(column) if part.numeric else column.dictionary_encode()

    right = True
    for block, part in zip(threads.map(taken, batch.columns, parts), parts, strict=True):
        if block is None:
            part.numeric = right = False
        elif part.blocks is not None:
            part.blocks.append(block)
    return right


def _settle(title: str, given: str, part: _Part, hint: bool) -> Settled:
    import pyarrow as pa

    blocks = part.blocks or []
    if part.numeric:
        values = np.concatenate(blocks)
        if amounts.compact_dates(values):
            words = pa.array([f"{value:.0f}" if value == value else "" for value in values])
            return kinds.settle_strings(title, words, hint)
        if not np.isnan(values).all():
            return kinds.settle_numbers(title, values)
        return kinds.settle_strings(title, pa.array([""] * len(values)), hint)
    column = pa.chunked_array(blocks).unify_dictionaries()
    words = column.chunk(0).dictionary.to_pylist()[:100_000]
    if (given.strip() and given.strip() in words) or any(totals.names_total(word) for word in words if word):
        raise NotPlain
    return kinds.settle_strings(title, column, hint)
