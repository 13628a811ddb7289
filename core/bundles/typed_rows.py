"""Texts of a new table as the types of training: numbers, levels, dates; what cannot be read is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from core.bundles.input_schema import ColumnSchema
from core.readers.tables.values import (
    clock_times,
    date_order,
    date_parser,
    duration_parser,
    measured_texts,
    mixed_scales,
    number_parser,
    numeric_columns,
)
from core.readers.tables.values.file_evidence import UNKNOWN, FileEvidence
from core.readers.tables.values.formula_cells import value_behind, without_formulas
from core.readers.tables.values.missing_values import (
    MISSING,
    UNUSUAL,
    DistinctStrings,
    encode_distinct,
    parse_each,
    to_rows,
)
from core.readers.tables.values.text_forms import TextForm
from core.readers.visible_spelling import spelling_key

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

EXAMPLES = 3


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
        if column.written == mixed_scales.CURRENCY:
            cells = [mixed_scales.currency_of(cell) for cell in cells]
        known = set(column.levels)
        return _levels(column, [cell if cell in known else value_behind(cell) for cell in cells])
    return np.array([None if cell.strip().lower() in MISSING else cell for cell in cells], dtype=object)


def _numbers(column: ColumnSchema, array: pa.StringArray, decimal_comma: bool, unread: Unread) -> np.ndarray:
    plain = numeric_columns.parse_plain_values(array)
    # Where the file of training writes decimal commas and this one is of the same make, a point before three digits
    # parts thousands. Cells of workbooks and of services are written with points whatever the file of training was.
    mark = "," if decimal_comma and column.written == "," else ""
    if plain is not None and not (mark and number_parser.points_open(array)) and not column.part:
        return np.array(plain)
    strings, _ = without_formulas(encode_distinct(column.name, array, FileEvidence(comma_likely=decimal_comma)))
    if (unit := measured_texts.TIME_UNITS.get(column.written)) is not None:
        values = parse_each(strings.words.to_pylist(), duration_parser.parse_duration) / unit
        ok = ~np.isnan(values)
        _count(strings, ok, unread)
        return to_rows(strings, values, np.nan)
    if (form := measured_texts.form_of(column.written)) is not None:
        values = _measured(strings, form, decimal_comma, column.part)
        _count(strings, ~np.isnan(values) | _missing_part(strings, form, decimal_comma, column.part), unread)
        return to_rows(strings, values, np.nan)
    reading = number_parser.parse_numbers(strings.words, decimal_comma, mark)
    values, ok = reading.values, reading.ok & ~reading.infinite
    if column.written == mixed_scales.PERCENT:
        signed = np.array(["%" in word for word in strings.words.to_pylist()], dtype=bool)
        values = np.where(signed, values / 100, values)
    if not ok.any() and len(strings.words):
        words = strings.words.to_pylist()
        for parse in (clock_times.parse_clock_time, duration_parser.parse_duration):
            values = parse_each(words, parse)
            ok = ~np.isnan(values)
            if ok.any():
                break
    _count(strings, ok, unread)
    return to_rows(strings, np.where(ok, values, np.nan), np.nan)


def _measured(strings: DistinctStrings, form: TextForm, comma: bool, part: int) -> np.ndarray:
    """Numbers of texts in the form of training. A bare number is the first of several, but of units it has none."""
    words = strings.words.to_pylist()
    values = measured_texts.read_form(words, form, comma, part)
    if part or form.key.startswith("unit"):
        return values
    bare = number_parser.parse_numbers(strings.words, comma, "")
    fits = np.isnan(values) & bare.ok & ~bare.infinite
    plain = np.array([not any(letter in "/()[]±" for letter in word) for word in words], dtype=bool)
    return np.where(fits & plain, bare.values, values)


def _missing_part(strings: DistinctStrings, form: TextForm, comma: bool, part: int) -> np.ndarray:
    """Which texts are of the form, or a bare number, without this part: it is missing there, not unreadable."""
    return ~np.isnan(_measured(strings, form, comma, 0)) if part else np.zeros(len(strings.words), dtype=bool)


def _dates(column: ColumnSchema, array: pa.StringArray, unread: Unread) -> np.ndarray:
    strings, _ = without_formulas(encode_distinct(column.name, array, UNKNOWN))
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
    seen = {level: spelling_key(level).casefold() for level in column.levels}
    folded = Counter(seen.values())
    alike = {key: level for level, key in seen.items() if folded[key] == 1}
    numbers = {float(level): level for level in column.levels if _is_number(level)}
    places: dict[str, int] = {}
    of_cell: dict[str, int] = {}
    codes = np.empty(len(cells), dtype=np.int64)
    for row, cell in enumerate(cells):
        if cell not in of_cell:
            bare = " ".join(cell.split())
            level = cell if cell in known else bare if bare in known else alike.get(spelling_key(bare).casefold(), "")
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
