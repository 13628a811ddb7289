"""Cells as spreadsheets write them into other files: values behind an equals sign or apostrophe, and bare formulas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from core.readers.tables.read_warnings import Note, quote_examples
from core.readers.tables.values.missing_values import DistinctStrings, encode_distinct

if TYPE_CHECKING:
    import pyarrow as pa

# ="00123" and =7 hold a value; =A1*2 and =SUM(A1:A9) say how it would be found.
TEXT_VALUE = re.compile(r'=\s*"((?:[^"]|"")*)"')
NUMBER_VALUE = re.compile(r"=\s*([+-]?\d[\d.,]*(?:[eE][+-]?\d{1,3})?%?)")
FUNCTION = re.compile(r"=\s*[-+(]?[A-Z][A-Z0-9.]{1,30}\(.*", re.DOTALL)
OPERAND = r"[(\s]*[+-]?(?:\d+(?:[.,]\d+)?%?|\$?[A-Z]{1,3}\$?\d{1,7})[)\s]*"
EXPRESSION = re.compile(rf"=(?:{OPERAND})(?:[-+*/^&:]{OPERAND})*")
# An apostrophe in front marks text in a spreadsheet, and keeps it from running what follows.
MARKED = re.compile(r"'([\d=+\-@][^']*)")
# Beside these an equals sign compares.
COMPARISONS = ("<", ">", "≤", "≥", "≠", "!", "==")
LONGEST = 1_000


def without_formulas(strings: DistinctStrings) -> tuple[DistinctStrings, tuple[Note, ...]]:
    """The column with the values of its formulas, without formulas that hold none, and what is told of both.

    Args:
        strings: distinct strings of the column.
    """
    import pyarrow.compute as pc

    first = pc.utf8_slice_codeunits(strings.words, 0, 1)
    if not pc.any(pc.is_in(first, value_set=_signs(strings.words))).as_py():
        return strings, ()
    words = strings.words.to_pylist()
    if any(word.startswith(COMPARISONS) for word in words):
        return strings, ()
    marked = [MARKED.fullmatch(word) for word in words]
    if all(marked):
        return _changed(strings, words, [found[1] if found else None for found in marked])
    values = [_value(word) if word.startswith("=") else word for word in words]
    return (strings, ()) if values == words else _changed(strings, words, values)


def value_behind(cell: str) -> str:
    """What a cell holds behind an equals sign (="00123"), the cell itself where it is no formula of one value.

    Args:
        cell: of a table.
    """
    found = _value(cell) if cell.startswith("=") else cell
    return cell if found is None else found


def _signs(words: pa.StringArray) -> pa.Array:
    import pyarrow as pa

    return pa.array(["=", "'"], type=words.type)


def _value(word: str) -> str | None:
    """The value that a formula holds, None where it holds none; a word that is no formula as it stands."""
    if len(word) > LONGEST:
        return word
    if found := TEXT_VALUE.fullmatch(word):
        return found[1].replace('""', '"')
    if found := NUMBER_VALUE.fullmatch(word):
        return found[1]
    return None if FUNCTION.fullmatch(word) or EXPRESSION.fullmatch(word) else word


def _changed(
    strings: DistinctStrings, words: list[str], values: list[str | None]
) -> tuple[DistinctStrings, tuple[Note, ...]]:
    """The column with other strings, and one note on values and one on formulas without any."""
    import pyarrow as pa

    read = [place for place, value in enumerate(values) if value is not None and value != words[place]]
    gone = [place for place, value in enumerate(values) if value is None]
    notes = []
    if read:
        detail = f"{quote_examples([words[read[0]]])} as {quote_examples([values[read[0]]])}"
        notes.append(Note("wrapped", strings.name, detail, int(strings.counts[read].sum())))
    if gone:
        notes.append(strings.note("formula", gone))
    codes = pa.array(strings.codes, mask=np.asarray(strings.codes < 0))
    coded = pa.DictionaryArray.from_arrays(codes, pa.array(values, type=pa.string()))
    return encode_distinct(strings.name, coded, strings.evidence), tuple(notes)
