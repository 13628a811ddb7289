"""Collects the rows of a separated text, mended to one width, and counts every row that had to be mended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from core import limits
from core.readers.tables import row_blocks, total_rows
from core.readers.tables.dataset_builder import check_shape
from core.wording import count_of, printable, quote_names

if TYPE_CHECKING:
    import pyarrow as pa

TAIL = 30
BLOCK = 50_000
REPAIRS_SHOWN = 5


@dataclass
class RowRepairs:
    """What had to be mended: line numbers of short, long and wrongly quoted rows, and counts of what was left out, of
    comments with the first one."""

    short: list[int] = field(default_factory=list)
    long: list[int] = field(default_factory=list)
    quotes: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    sign: str = ""
    comments: int = 0
    comment: str = ""
    blank: int = 0
    lost: int = 0

    def sentences(self) -> list[str]:
        """One sentence for each kind, with counts and first line numbers."""
        said = []
        for lines, noun, what in (
            (self.short, "row", "had fewer cells than the header; the rest was taken as missing"),
            (self.long, "row", "had more cells than the header; the cells at the end were left out"),
            (
                self.quotes,
                "row",
                "held a quote that is never closed, or only in a later row; "
                f"it was taken as an ordinary sign, as in {quote_names([printable(self.sign, 24)])}",
            ),
            (self.repeated, "row", "repeated the header and was left out"),
        ):
            if lines:
                first = ", ".join(f"{line:,}" for line in lines[:REPAIRS_SHOWN])
                more = ", ..." if len(lines) > REPAIRS_SHOWN else ""
                said.append(f"{count_of(len(lines), noun)} {what} (line {first}{more}).")
        if self.comments:
            shown = quote_names([printable(self.comment, 40)])
            said.append(f"{count_of(self.comments, 'comment line')} skipped, such as {shown}.")
        if self.blank:
            said.append(f"{count_of(self.blank, 'row')} without any value skipped.")
        return said


class RowCollector:
    """Collects rows into Arrow string arrays block by block, so that a large file is never held as Python lists."""

    def __init__(self, width: int, header: tuple[str, ...], repairs: RowRepairs) -> None:
        self.width, self.repairs = width, repairs
        self.header = [cell.strip().casefold() for cell in header]
        self.blocks: list[list[pa.Array]] = []
        self.pending: list[list[str]] = []
        self.names = header
        self.totals: list[total_rows.LabelledRow] = []
        self.total = 0
        self.blank_before = False
        # Rows that follow a blank line: their places among the pending ones, and their line numbers.
        self.starts: dict[int, int] = {}

    def add(self, number: int, row: list[str]) -> None:
        """Takes one row, mended to the table's width."""
        if not any(cell and not cell.isspace() for cell in row):
            self.repairs.blank += len(row) > 1
            self.blank_before = True
            return
        extra = len(row) - self.width
        if extra:
            if extra > 0:
                if any(cell.strip() for cell in row[self.width :]):
                    self.repairs.long.append(number)
                row = row[: self.width]
            else:
                self.repairs.short.append(number)
                row = row + [""] * -extra
        if (
            self.header
            and row[0].strip().casefold() == self.header[0]
            and [c.strip().casefold() for c in row[: len(self.header)]] == self.header
        ):
            self.repairs.repeated.append(number)
            return
        if total_rows.is_total(row):
            self.totals.append(total_rows.LabelledRow(self.total + len(self.pending), row))
            return
        if self.blank_before:
            self.starts[self.total + len(self.pending)] = number
            self.blank_before = False
        self.pending.append(row)
        if len(self.pending) >= BLOCK + TAIL:
            self._flush(BLOCK)

    def _flush(self, count: int) -> None:
        import pyarrow as pa

        part, self.pending = self.pending[:count], self.pending[count:]
        self.total += len(part)
        check_shape("this file", max(self.total, limits.TABLE_ROWS_MIN), self.width)
        self.blocks.append([pa.array(column, type=pa.string()) for column in zip(*part, strict=True)])

    def finish(self) -> tuple[list[pa.ChunkedArray], list[str]]:
        """The columns, and sentences on the footer and the total rows left out at the end."""
        import pyarrow as pa

        warnings = []
        tail = self.pending[-TAIL:]
        start = len(self.pending) - len(tail)
        short = set(self.repairs.short)
        foot = total_rows.footer_rows(tail, self.width)
        for place in reversed(foot):
            del self.pending[start + place]
        if foot:
            warnings.append(f"{count_of(len(foot), 'row')} of remarks below the table left out.")
            self.repairs.short = sorted(short)[: max(0, len(short) - len(foot))]
        warnings += self._leave_others()
        kept, said = self._judge_totals()
        self._flush(len(self.pending))
        columns = [
            pa.chunked_array([block[place] for block in self.blocks if block], type=pa.string())
            for place in range(self.width)
        ]
        return self._with_rows(columns, kept) if kept else columns, [*warnings, *said]

    def _leave_others(self) -> list[str]:
        """Keeps the largest of the tables that blank lines set apart, with its own names; a sentence on the others."""
        starts = [place for place in self.starts if 0 < place < len(self.pending)]
        if self.blocks or not starts:
            return []
        rows = [list(self.names), *self.pending]
        tables = row_blocks.split_tables(lambda first, end: rows[first:end], len(rows), [one + 1 for one in starts])
        first = tables[0]
        if len(tables) < 2:
            return []
        taken = max(tables, key=lambda one: sum(bool(cell.strip()) for place in one for cell in rows[place]))
        said = row_blocks.describe_tables(tables, taken, lambda start, end: rows[start:end])
        if taken != first:
            names, *self.pending = (row for row in rows[taken.start : taken.stop])
            self.names = tuple(names)
            self.repairs.short, self.repairs.long, self.totals = [], [], []
            return said
        line = self.starts[tables[1].start - 1]
        self.pending = self.pending[: len(first) - 1]
        self.repairs.short = [number for number in self.repairs.short if number < line]
        self.repairs.long = [number for number in self.repairs.long if number < line]
        self.totals = [one for one in self.totals if one.before <= len(self.pending)]
        return said

    def _judge_totals(self) -> tuple[list[total_rows.LabelledRow], list[str]]:
        """The rows that are labelled as totals and are data all the same, and sentences on all of them."""
        rows = self.total + len(self.pending)
        real = total_rows.TotalFinder(self.totals, rows, self._cells).find()
        said = total_rows.describe_totals(self.totals, real, self.names)
        if self.pending and not self.blocks and total_rows.is_sum(self.pending[-1], self.pending[:-1]):
            self.pending.pop()
            said.append("1 total row without a label left out below the table.")
        return [one for one, yes in zip(self.totals, real, strict=True) if not yes], said

    def _cells(self, place: int) -> list[str]:
        flushed = [cell for block in self.blocks for cell in block[place].to_pylist()]
        return [*flushed, *(row[place] for row in self.pending)]

    def _with_rows(self, columns: list[pa.ChunkedArray], kept: list[total_rows.LabelledRow]) -> list[pa.ChunkedArray]:
        """The columns with these rows back where they stood."""
        import pyarrow as pa

        places = np.concatenate([np.arange(self.total) + 0.5, [min(one.before, self.total) for one in kept]])
        order = pa.array(np.argsort(places, kind="stable"))
        cells = [pa.array([one.cells[place] for one in kept], type=pa.string()) for place in range(self.width)]
        return [
            pa.chunked_array([*column.chunks, more], type=pa.string()).take(order)
            for column, more in zip(columns, cells, strict=True)
        ]
