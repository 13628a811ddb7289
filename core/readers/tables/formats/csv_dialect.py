"""Finds how a separated text is cut: delimiter, quote sign and escape."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from core.schema import LoadError

CANDIDATES = ("\t", ";", "|", "^", ",", " ")
SAMPLE_CHARACTERS = 300_000
SAMPLE_LINES = 400
NAMES = {"\t": "tab", " ": "blank", ",": "comma", ";": "semicolon"}
ENOUGH = 0.5
# Of the lines that begin like remarks, so many have the same number of delimiters where they are rows.
ALIKE = 0.9


@dataclass(frozen=True)
class CsvDialect:
    """How to cut a text into cells. ``width``: cells most rows have; ``skip``: lines to skip before the first row."""

    delimiter: str
    quote: str = '"'
    escape: str | None = None
    width: int = 1
    skip: int = 0

    def reader(self, lines, strict: bool = False):
        """A csv reader over an iterable of lines; ``strict`` refuses a closing quote within a cell."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            doublequote=self.escape is None,
            escapechar=self.escape,
            skipinitialspace=True,
            strict=strict,
        )


def detect_dialect(text: str, name: str) -> CsvDialect:
    """The cut under which most rows have the same number of cells.

    Raises:
        LoadError: no delimiter makes a table of it.
    """
    sample = text[:SAMPLE_CHARACTERS]
    declared = re.match(r"\s*\"?sep=(.)\"?[^\r\n]*(\r\n|\r|\n)", sample, re.IGNORECASE)
    lines = _lines(sample, len(text) > len(sample))
    skip = 0
    if declared:
        skip, lines = 1, lines[1:]
    body = _without_remarks(lines)
    if not body:
        raise LoadError("The file holds no rows.", name, "Upload a table with a header and data rows.")
    quote, escape = _quoting(body)
    if declared:
        delimiter = declared.group(1)
        _, width = _score(body, delimiter, quote, escape)
        if width > 1:
            return CsvDialect(delimiter, quote, escape, width, skip)
    best, share, width = ",", 0.0, 1
    for delimiter in CANDIDATES:
        found, cells = _score(body, delimiter, quote, escape)
        if cells > 1 and found > share + 0.02:
            best, share, width = delimiter, found, cells
    if width < 2:
        raise LoadError(
            "This is one column or plain prose, not a table: "
            "no comma, semicolon, tab or other delimiter cuts it into columns.",
            name,
            "Upload a table with a target and at least one more column.",
        )
    escape = escape or _escaped_delimiters(body, best, quote)
    if escape:
        share, width = _score(body, best, quote, escape)
    if share < ENOUGH and not _long_rows_agree(body, best, quote, escape, width):
        raise LoadError(
            "This is not a table: its lines do not have the same number of cells under any delimiter.",
            name,
            "Upload a CSV with one row per line and the same columns in each.",
        )
    return CsvDialect(best, quote, escape, width, skip)


def is_remark(line: str) -> bool:
    """Whether a line begins with a sign of remarks; it may be a row of data all the same."""
    return line.lstrip().startswith(("#", "//"))


def _without_remarks(lines: list[str]) -> list[str]:
    """The lines that are not blank, without remarks; if most begin like remarks and are cut alike, they are rows."""
    filled = [line for line in lines if line.strip()]
    body = [line for line in filled if not is_remark(line)]
    marked = [line for line in filled if is_remark(line)]
    if len(marked) <= len(body):
        return body
    usual = (Counter(line.count(sign) for line in marked).most_common(1)[0] for sign in CANDIDATES[:-1])
    return filled if any(cells and times >= ALIKE * len(marked) for cells, times in usual) else body


def _lines(sample: str, incomplete: bool) -> list[str]:
    lines = list(io.StringIO(sample, newline=""))
    if incomplete and len(lines) > 1:
        lines.pop()
    return lines[:SAMPLE_LINES]


def _quoting(lines: list[str]) -> tuple[str, str | None]:
    double = sum('"' in line for line in lines)
    edges = sum(bool(re.search(r"(^|[,;\t|^])\s*'[^']*'\s*([,;\t|^]|\r?\n?$)", line)) for line in lines)
    if edges > 0.5 * len(lines) and edges > double:
        return "'", None
    escaped = sum(line.count('\\"') for line in lines)
    doubled = sum(len(re.findall(r'[^,;\t|]""[^,;\t|\r\n]', line)) for line in lines)
    return ('"', "\\") if escaped > doubled else ('"', None)


def _escaped_delimiters(lines: list[str], delimiter: str, quote: str) -> str | None:
    """A backslash, if delimiters stand behind one and only then do rows have as many cells as the header."""
    if sum(f"\\{delimiter}" in line for line in lines) < 0.1 * len(lines):
        return None
    named = len(next(CsvDialect(delimiter, quote).reader(lines[:1]), []))
    plain, escaped = _score(lines, delimiter, quote, None)[1], _score(lines, delimiter, quote, "\\")[1]
    return "\\" if escaped == named != plain else None


def _score(lines: list[str], delimiter: str, quote: str, escape: str | None) -> tuple[float, int]:
    """Share of rows with the commonest width, less a penalty where the first row differs; and that width."""
    if delimiter == " ":
        lines = [line.strip(" ") for line in lines]
    try:
        rows = list(CsvDialect(delimiter, quote, escape).reader(lines))
    except csv.Error:
        rows = [line.rstrip("\r\n").split(delimiter) for line in lines]
    widths = [len(row) for row in rows if row]
    if not widths:
        return 0.0, 1
    spread = Counter(width for width in widths if width > 1)
    if not spread:
        return 0.0, 1
    width, count = max(spread.items(), key=lambda pair: (pair[1], pair[0]))
    share = count / len(widths)
    if widths[0] not in (width, width - 1, width + 1):
        share -= 0.3
    if delimiter == " ":
        share -= 0.65 if _wordy(rows) else 0.15
    return share, width


def _wordy(rows: list[list[str]]) -> bool:
    """Whether cells look like the words of sentences rather than values."""
    cells = [cell for row in rows[1:] for cell in row if cell.strip()]
    letters = sum(cell.strip(".,;!?").isalpha() for cell in cells)
    return bool(cells) and letters > 0.7 * len(cells)


def _long_rows_agree(lines: list[str], delimiter: str, quote: str, escape: str | None, width: int) -> bool:
    """Ragged but still a table: nearly every row has close to the commonest number of cells, and few are sentences."""
    rows = [row for row in CsvDialect(delimiter, quote, escape).reader(lines) if row]
    near = sum(abs(len(row) - width) <= max(1, width // 3) for row in rows)
    if near < 0.7 * len(rows) or width < 3:
        return False
    cells = [cell for row in rows for cell in row]
    return sum(cell.strip().count(" ") >= 3 for cell in cells) < 0.2 * len(cells)
