"""Reads separated text of any make into columns of strings, and counts every row that had to be mended."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from core import limits
from core.readers.tables import csv_dialect as delimiters
from core.readers.tables import header_detection as layout
from core.readers.tables import text_encoding as encodings
from core.readers.tables.column_names import clean
from core.readers.tables.column_types import settle_strings
from core.readers.tables.csv_rows import Gathered, Mending
from core.readers.tables.dataset_builder import check_shape, dataset_of
from core.readers.tables.typed_column import Settled
from core.schema import Dataset, LoadError

LOOK_AHEAD = 60
FAST_BYTES = 4_000_000
csv.field_size_limit(2**31 - 1)


def read(path: Path, name: str) -> Dataset:
    """Reads CSV, TSV and relatives.

    Raises:
        LoadError: no table, or over a limit.
    """
    if path.stat().st_size > FAST_BYTES:
        from core.readers.tables import csv_stream_reader as streaming

        try:
            settled, told = streaming.read(path, name)
            return dataset_of(name, settled, told, {"encoding": "utf-8"})
        except streaming.NotPlain:
            pass
    return read_bytes(path.read_bytes(), name)


def read_bytes(data: bytes, name: str) -> Dataset:
    """Reads a separated text that is already in memory; the same as ``read``."""
    decoded = encodings.decode(data)
    text = decoded.text
    del data
    if not text.strip():
        raise LoadError("The file is empty: it holds blanks only.", name, "Upload a table with a header and data rows.")
    if not re.search(r"[^\s,;|\t\"']", text[:2_000_000]):
        raise LoadError("The file holds delimiters only, no values.", name, "Upload a table with data in it.")
    cut = delimiters.find(text, name)
    mending = Mending()
    names, columns, told = _columns(text, cut, mending, name)
    settled: list[Settled] = []
    hint = cut.delimiter in ";\t" or None
    while columns:
        settled.append(settle_strings(names[len(settled)], columns.pop(0), bool(hint)))
    return dataset_of(name, settled, [*decoded.warnings, *told, *mending.sentences()], {"encoding": decoded.encoding})


def _columns(text: str, cut: delimiters.Cut, mending: Mending, name: str) -> tuple[list[str], list[Any], list[str]]:
    """Names, columns as Arrow string arrays, and sentences on titles, headers, totals and footers."""
    try:
        return _build(_rows(text, cut, mending), cut, mending, name)
    except _OpenQuoteError:
        for kept in (mending.short, mending.long, mending.repeated):
            kept.clear()
        mending.comments = mending.blank = 0
        return _build(_careful_rows(text, cut, mending), cut, mending, name)


class _OpenQuoteError(Exception):
    """A quoted cell swallowed rows; the file must be cut line by line."""


def _comment(line: str) -> bool:
    return line.lstrip(" ").startswith(("#", "//"))


def _lines(text: str, cut: delimiters.Cut, mending: Mending) -> Iterator[str]:
    """Physical lines, without comments; a first line that merely starts with # may be the header."""
    stream = io.StringIO(text, newline="")
    lines = islice(stream, cut.skip, None)
    ahead: list[str] = []
    for line in lines:
        if line.strip() and not _comment(line):
            ahead.append(line)
            break
        if line.strip():
            ahead.append(line)
        if len(ahead) > 200:
            break
    marked = [line for line in ahead if _comment(line)]
    if marked and _is_header(marked[-1], ahead, cut):
        ahead[len(marked) - 1] = marked[-1].lstrip(" ").lstrip("#/").lstrip(" ")
    blank = cut.delimiter == " "
    for line in chain(ahead, lines):
        if line.lstrip(" ")[:1] in ("#", "/") and _comment(line) and _short(line, cut):
            mending.comments += 1
            continue
        yield line.strip(" ") if blank else line


def _is_header(line: str, ahead: list[str], cut: delimiters.Cut) -> bool:
    cells: list[str] = next(cut.reader([line.rstrip("\r\n")]), [])
    following: list[str] = next(cut.reader([ahead[-1]]), [])
    if len(cells) != cut.width or _comment(ahead[-1]):
        return False
    return sum(map(layout.is_value, following)) > sum(map(layout.is_value, cells))


def _short(line: str, cut: delimiters.Cut) -> bool:
    """A line that starts with # but has all cells is data (a colour, a number sign)."""
    return len(next(cut.reader([line]), [])) != cut.width or line.lstrip(" ").startswith("# ")


def _rows(text: str, cut: delimiters.Cut, mending: Mending) -> Iterator[tuple[int, list[str]]]:
    taken: list[str] = []
    reader = cut.reader(_noted(_lines(text, cut, mending), taken))
    before = 0
    row: list[str] = []
    for row in reader:
        number = reader.line_num
        if number - before > 1 and (
            len(row) != cut.width or number - before > LOOK_AHEAD or not _closes_well(cut, taken[before - number :])
        ):
            raise _OpenQuoteError
        before = number
        taken.clear()
        if row:
            yield number + cut.skip + mending.comments, row
    if len(row) < cut.width and cut.quote in text[-10_000:]:
        raise _OpenQuoteError


def _noted(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _closes_well(cut: delimiters.Cut, lines: list[str]) -> bool:
    """Whether each quote of a row over several lines closes before a delimiter, so that it swallowed no other row."""
    try:
        return len(list(cut.reader(lines, strict=True))) == 1
    except csv.Error:
        return False


def _careful_rows(text: str, cut: delimiters.Cut, mending: Mending) -> Iterator[tuple[int, list[str]]]:
    """Cuts line by line: a quote that opens a cell must close within a few lines and give a row of the usual width."""
    lines = list(_lines(text, cut, mending))
    place = 0
    plain = delimiters.Cut(cut.delimiter, "\0", None, cut.width)
    while place < len(lines):
        line, taken = lines[place], 1
        if not line.strip():
            place += 1
            continue
        row = _whole(cut, [line])
        if row is None:
            for more in range(2, min(LOOK_AHEAD, len(lines) - place) + 1):
                longer = _whole(cut, lines[place : place + more])
                if longer is not None:
                    if len(longer) == cut.width and _closes_well(cut, lines[place : place + more]):
                        row, taken = longer, more
                    break
        if row is None:
            mending.quotes.append(place + 1 + cut.skip)
            row = [cell.strip().strip(cut.quote) for cell in line.rstrip("\r\n").split(plain.delimiter)]
        yield place + 1 + cut.skip, row
        place += taken


def _whole(cut: delimiters.Cut, lines: list[str]) -> list[str] | None:
    """The one row these lines make, or None while a quote is open at their end."""
    if cut.quote not in lines[0]:
        return next(cut.reader(lines), [])
    probe = list(cut.reader([*lines, "end of probe"]))
    return probe[0] if len(probe) == 2 else None


def _build(
    rows: Iterable[tuple[int, list[str]]], cut: delimiters.Cut, mending: Mending, name: str
) -> tuple[list[str], list[Any], list[str]]:
    stream = iter(rows)
    head = [pair for pair in islice(stream, 2 * layout.LOOK) if not layout.is_rule(pair[1])]
    if not head:
        raise LoadError("The file holds no rows.", name, "Upload a table with a header and data rows.")
    head, cut = _without_empty_ends(head, cut)
    header = layout.find_header([row for _, row in head], cut.width)
    above = header.start - 1 if header.names else header.start
    width, indexed = _width(head[max(0, above) :], cut.width)
    names = list(header.names) if header.names else [f"column {place}" for place in range(1, width + 1)]
    told = list(header.warnings)
    if indexed and header.names:
        names = ["row name", *names]
        told.append("The rows have one cell more than the header; the first column was taken as row names.")
    names = _fit_names(names, width)
    check_shape(name, limits.TABLE_ROWS_LEAST, len(names))
    gathered = Gathered(len(names), tuple(header.names or ()), mending)
    for number, row in chain(head[header.start :], stream):
        gathered.add(number, row)
    columns, more = gathered.finish()
    names, columns = _without_empty_end(names, columns)
    names, renamed = clean(names)
    return names, columns, [*told, *more, *renamed]


def _without_empty_ends(
    head: list[tuple[int, list[str]]], cut: delimiters.Cut
) -> tuple[list[tuple[int, list[str]]], delimiters.Cut]:
    """Cells at the end that are empty in each of the first rows are no columns, if no row has more cells."""
    used = max((place + 1 for _, row in head for place, cell in enumerate(row) if cell.strip()), default=0)
    widest = max(len(row) for _, row in head)
    if not 1 < used < cut.width or len(head) <= limits.TABLE_ROWS_LEAST or widest > cut.width:
        return head, cut
    return [(number, row[:used]) for number, row in head], replace(cut, width=used)


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
    if first > usual and len(head) > 1 and layout.filled(head[0][1]) == first and usual * 2 > first:
        return first, False
    return usual, False


def _fit_names(names: list[str], width: int) -> list[str]:
    return [*names, *[""] * (width - len(names))][: max(width, len(names))]


def _without_empty_end(names: list[str], columns: list[Any]) -> tuple[list[str], list[Any]]:
    """A delimiter at the end of every line makes a last column without name and values; it is no column."""
    import pyarrow.compute as pc

    while len(names) > 1 and not names[0].strip() and not pc.any(pc.greater(pc.utf8_length(columns[0]), 0)).as_py():
        names, columns = names[1:], columns[1:]
    while len(names) > 1 and not names[-1].strip() and not pc.any(pc.greater(pc.utf8_length(columns[-1]), 0)).as_py():
        names, columns = names[:-1], columns[:-1]
    return names, columns
