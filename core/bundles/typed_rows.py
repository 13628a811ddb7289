"""Texts of a new table as the types of training: numbers, levels, dates; what cannot be read is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from core.bundles.input_schema import ColumnSchema
from core.readers.tables.values import (
    clock_times,
    date_order,
    date_parser,
    duration_parser,
    measured_texts,
    number_parser,
    numeric_columns,
)
from core.readers.tables.values.file_evidence import UNKNOWN, FileEvidence
from core.readers.tables.values.missing_values import (
    MISSING,
    UNUSUAL,
    DistinctStrings,
    encode_distinct,
    parse_each,
    to_rows,
)

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

EXAMPLES = 3


@dataclass(frozen=True)
class ColumnMatch:
    """Which column of a new file stands for which of training.

    found: schema name -> name in the file. renamed: those whose spelling differs. missing: names without one, each with
    the nearest name in the file ("" where none is near). extra: columns of the file that are not used.
    """

    found: Mapping[str, str]
    renamed: Mapping[str, str]
    missing: Mapping[str, str]
    extra: Sequence[str]


@dataclass
class Unread:
    """Cells that could not be read as the type of their column: how many, and the first of them."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, words: Sequence[str], counts: Sequence[int]) -> None:
        """Adds distinct words with how often each occurs.

        Args:
            words, counts: of the same length.
        """
        self.count += int(sum(counts))
        self.examples += [word for word in words if word not in self.examples][: max(0, EXAMPLES - len(self.examples))]


def match_columns(wanted: Sequence[str], there: Sequence[str], renames: Mapping[str, str]) -> ColumnMatch:
    """The columns of training in a new file.

    Args:
        wanted: names of training. there: names in the file. renames: name in the file -> name of training, as a person
            said.

    Returns:
        The match; names that differ only in case, blanks and punctuation are taken, nearer guesses are only named.
    """
    free = {name: name for name in there}
    found: dict[str, str] = {}
    renamed: dict[str, str] = {}
    for given, name in renames.items():
        if given in free and name in wanted:
            found[name] = renamed[name] = free.pop(given)
    for name in wanted:
        if name not in found and name in free:
            found[name] = free.pop(name)
    folded: dict[str, list[str]] = {}
    for name in free:
        folded.setdefault(_fold(name), []).append(name)
    for name in wanted:
        alike = folded.get(_fold(name), []) if name not in found else []
        if len(alike) == 1 and _fold(name):
            found[name] = renamed[name] = free.pop(alike[0])
            del folded[_fold(name)]
    left = list(free)
    near = {name: next(iter(get_close_matches(name, left, 1, 0.7)), "") for name in wanted if name not in found}
    return ColumnMatch(found, renamed, near, left)


def _fold(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def read_cells(
    column: ColumnSchema, cells: Sequence[str], decimal_comma: bool, unread: Unread
) -> np.ndarray | pd.Categorical:
    """The cells of one column as a model takes them.

    Args:
        column: of the schema. cells: n texts. decimal_comma: whether the file suggests decimal commas. unread: counts
            what could not be read; it becomes missing.

    Returns:
        float64 or datetime64 (n,), levels, or texts with None where missing.
    """
    import pyarrow as pa

    array = pa.array(cells, pa.string())
    if column.kind == "number":
        return _numbers(column, array, decimal_comma, unread)
    if column.kind == "date":
        return _dates(column, array, unread)
    if column.kind == "category":
        return _levels(column, cells)
    return np.array([None if cell.strip().lower() in MISSING else cell for cell in cells], dtype=object)


def _numbers(column: ColumnSchema, array: pa.StringArray, decimal_comma: bool, unread: Unread) -> np.ndarray:
    plain = numeric_columns.parse_plain_values(array)
    # Where the file of training writes decimal commas and this one is of the same make, a point before three digits
    # parts thousands. Cells of workbooks and of services are written with points whatever the file of training was.
    mark = "," if decimal_comma and column.written == "," else ""
    if plain is not None and not (mark and number_parser.points_open(array)):
        return np.array(plain)
    strings = encode_distinct(column.name, array, FileEvidence(comma_likely=decimal_comma))
    if (unit := measured_texts.TIME_UNITS.get(column.written)) is not None:
        values = parse_each(strings.words.to_pylist(), duration_parser.parse_duration) / unit
        ok = ~np.isnan(values)
        _count(strings, ok, unread)
        return to_rows(strings, values, np.nan)
    reading = number_parser.parse_numbers(strings.words, decimal_comma, mark)
    values, ok = reading.values, reading.ok & ~reading.infinite
    if not ok.any() and len(strings.words):
        words = strings.words.to_pylist()
        for parse in (clock_times.parse_clock_time, duration_parser.parse_duration):
            values = parse_each(words, parse)
            ok = ~np.isnan(values)
            if ok.any():
                break
    _count(strings, ok, unread)
    return to_rows(strings, np.where(ok, values, np.nan), np.nan)


def _dates(column: ColumnSchema, array: pa.StringArray, unread: Unread) -> np.ndarray:
    strings = encode_distinct(column.name, array, UNKNOWN)
    context = date_order.DateContext(column.written, named=True, in_turn=False)
    reading = date_parser.parse_dates(strings.words.to_pylist(), context)
    _count(strings, reading.ok, unread)
    return to_rows(strings, reading.values, np.datetime64("NaT", "ns"))


def _count(strings: DistinctStrings, ok: np.ndarray, unread: Unread) -> None:
    odd = [place for place in np.flatnonzero(~ok) if strings.words[int(place)].as_py().lower() not in MISSING | UNUSUAL]
    if odd:
        unread.add([strings.words[int(place)].as_py() for place in odd[:EXAMPLES]], [int(strings.counts[odd].sum())])


def _levels(column: ColumnSchema, cells: Sequence[str]) -> pd.Categorical:
    """Levels of training under their own spelling; others stay as they are written, for the check to name."""
    import pandas as pd

    known = set(column.levels)
    folded = Counter(level.casefold() for level in column.levels)
    alike = {level.casefold(): level for level in column.levels if folded[level.casefold()] == 1}
    numbers = {float(level): level for level in column.levels if _is_number(level)}
    places: dict[str, int] = {}
    of_cell: dict[str, int] = {}
    codes = np.empty(len(cells), dtype=np.int64)
    for row, cell in enumerate(cells):
        if cell not in of_cell:
            bare = " ".join(cell.split())
            level = cell if cell in known else bare if bare in known else alike.get(bare.casefold(), "")
            if not level and _is_number(bare):
                level = numbers.get(float(bare), "")
            gone = not level and bare.lower() in MISSING
            of_cell[cell] = -1 if gone else places.setdefault(level or bare, len(places))
        codes[row] = of_cell[cell]
    return pd.Categorical.from_codes(codes, categories=pd.Index(np.array(list(places), dtype=object), dtype=object))


def _is_number(word: str) -> bool:
    try:
        return bool(np.isfinite(float(word)))
    except ValueError:
        return False
