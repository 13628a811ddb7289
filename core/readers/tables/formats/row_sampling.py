"""Chosen rows of a table too large to be held, written as a smaller file of the same kind: read once, piece by piece.

A row is chosen by a hash of its number, so that the same file always gives the same rows. Nothing but a piece of the
file and the chosen rows are in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from core import limits
from core.schema import LoadError

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

BLOCK_BYTES = 1 << 22
BATCH_ROWS = 1 << 14
# Behind so many bytes without an end of a row a quote is taken for a sign of its own.
ROW_BYTES = 1 << 20
# The first and last rows tell how the file is written: its header, its dialect, a line of totals.
FIRST_ROWS, LAST_ROWS = 100, 20
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class RowSample:
    """How many rows a file holds, and how many of them were written."""

    of: int
    kept: int


class _OpenQuote(Exception):
    """A quote that was opened and not closed within any sensible length of a row."""


def row_hashes(first: int, count: int) -> np.ndarray:
    """Evenly spread hashes (uint64) of so many row numbers from ``first`` on (SplitMix64).

    Reference:
        Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators".
    """
    mixed = (np.arange(first, first + count, dtype=np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def chosen_rows(first: int, count: int, of: int, most: int) -> np.ndarray:
    """Which of so many rows from ``first`` on are chosen, bool (count,), where about ``most`` of ``of`` are wanted."""
    if of <= most:
        return np.ones(count, dtype=bool)
    return row_hashes(first, count) < np.uint64(int(most / of * 2**64))


def affordable_sample(rows: int, cells_a_row: int, bytes_a_row: float) -> int:
    """How many rows are kept: the limit, or fewer where they are wide.

    Args:
        rows: of the file. cells_a_row, bytes_a_row: of one of them, unpacked.
    """
    by_cells = limits.SAMPLE_CELLS // max(1, cells_a_row)
    by_bytes = int(limits.SAMPLE_BYTES / max(1.0, bytes_a_row))
    return max(1_000, min(rows, limits.SAMPLE_ROWS, by_cells, by_bytes))


def sample_parquet(path: Path, out: Path) -> RowSample:
    """Writes the chosen rows of a Parquet file as another one.

    Args:
        path: of the file. out: of the new one.

    Raises:
        LoadError: its pages or footer cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # Without pre-buffering, and through a small buffer, pages are read one by one and not as whole columns.
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20) as file:
            return _sample_batches(file, out)
    except (pa.ArrowException, OSError, ValueError, OverflowError):
        raise LoadError(
            "The Parquet file is damaged: its pages or footer cannot be read.", "", "Write it again or copy it in full."
        ) from None


def _sample_batches(file: pq.ParquetFile, out: Path) -> RowSample:
    import pyarrow as pa
    import pyarrow.parquet as pq

    facts, schema = file.metadata, file.schema_arrow
    unpacked = sum(facts.row_group(group).total_byte_size for group in range(facts.num_row_groups))
    most = affordable_sample(facts.num_rows, len(schema), unpacked / max(1, facts.num_rows))
    first = kept = 0
    waiting: list[pa.RecordBatch] = []
    with pq.ParquetWriter(out, schema, compression="lz4") as writer:

        def write() -> None:
            writer.write_table(pa.Table.from_batches(waiting, schema))
            waiting.clear()

        for batch in file.iter_batches(batch_size=BATCH_ROWS, use_threads=False):
            chosen = batch.filter(pa.array(chosen_rows(first, batch.num_rows, facts.num_rows, most)))
            first, kept = first + batch.num_rows, kept + chosen.num_rows
            waiting.append(chosen)
            if sum(one.num_rows for one in waiting) >= BATCH_ROWS:
                write()
        write()
    return RowSample(first, kept)


def sample_text(path: Path, out: Path) -> RowSample:
    """Writes the header and the chosen rows of a separated text, byte for byte, as another one.

    Args:
        path: of the file, in any encoding whose ends of lines are those of ASCII. out: of the new one.

    Raises:
        LoadError: it is UTF-16 or UTF-32, or has no ends of lines.
    """
    with open(path, "rb") as file:
        if file.read(2) in WIDE_MARKS:
            raise LoadError("A file this large is not read in UTF-16 or UTF-32.", "", "Save it as UTF-8.")
        try:
            quoted, total = True, _count(file, True)
        except _OpenQuote:
            quoted, total = False, _count(file, False)
        width = _width(file)
        most = affordable_sample(total, width, path.stat().st_size / max(1, total))
        number = kept = 0
        with open(out, "wb") as target:
            for data, starts, ends in _records(file, quoted):
                chosen = chosen_rows(number, len(ends), total, most)
                numbers = np.arange(number, number + len(ends))
                chosen |= (numbers < FIRST_ROWS) | (numbers >= total - LAST_ROWS)
                for place in np.flatnonzero(chosen):
                    target.write(data[starts[place] : ends[place]])
                number, kept = number + len(ends), kept + int(np.count_nonzero(chosen))
    return RowSample(max(0, total - 1), max(0, kept - 1))


def count_rows(path: Path) -> RowSample:
    """How many rows a text seems to hold beside its header, and as ``kept`` how many cells its first row has."""
    with open(path, "rb") as file:
        try:
            total = _count(file, True)
        except _OpenQuote:
            total = _count(file, False)
        return RowSample(max(0, total - 1), _width(file))


def _width(file: BinaryIO) -> int:
    file.seek(0)
    line = file.readline(ROW_BYTES)
    return 1 + max(line.count(sign) for sign in (b",", b";", b"\t", b"|"))


def _count(file: BinaryIO, quoted: bool) -> int:
    return sum(len(ends) for _, _, ends in _records(file, quoted))


def _records(file: BinaryIO, quoted: bool) -> Iterator[tuple[bytes, np.ndarray, np.ndarray]]:
    """Pieces of the file with where their rows start and end; blank lines are passed over.

    Args:
        file: opened. quoted: an end of line between double quotes ends no row.

    Raises:
        _OpenQuote: a row does not end. LoadError: the same where quotes are signs like any other.
    """
    file.seek(0)
    rest = b""
    while True:
        block = file.read(BLOCK_BYTES)
        data = rest + block if block or not rest or rest.endswith(b"\n") else rest + b"\n"
        if not data:
            return
        signs = np.frombuffer(data, dtype=np.uint8)
        ending = signs == 10
        if quoted:
            ending &= ~np.logical_xor.accumulate(signs == 34)
        ends = np.flatnonzero(ending) + 1
        rest = data[ends[-1] :] if len(ends) else data
        if len(rest) > ROW_BYTES or (not block and rest):
            if quoted:
                raise _OpenQuote
            raise LoadError("The rows of the file cannot be told apart.", "", "End each row with a line feed.")
        starts = np.concatenate([[0], ends[:-1]]).astype(np.int64)[: len(ends)]
        lengths = ends - starts
        held = (lengths > 2) | ((lengths == 2) & (signs[starts] != 13))
        yield data, starts[held], ends[held]
        if not block:
            return
