"""Says what was done to read a column of strings as numbers, each with its count and an example."""

from __future__ import annotations

import numpy as np

from core.readers.tables.read_warnings import Note, quote_examples
from core.readers.tables.values import number_parser, reading_doubts
from core.readers.tables.values.missing_values import UNUSUAL, DistinctStrings


def number_notes(
    strings: DistinctStrings, reading: number_parser.ParsedNumbers, blank: np.ndarray, odd: np.ndarray
) -> list[Note]:
    """What was done to read a column as numbers: its style, an open decimal mark, and cells set to missing.

    Args:
        strings: distinct strings of the column. reading: as what they were read. blank, odd: places of those that say
            nothing, and of those that are words.
    """
    name, notes = strings.name, []
    words = strings.words
    if reading.style:
        notes.append(style_note(strings, reading))
    if reading.doubtful:
        count = int(strings.counts[strings.hits(number_parser.OPEN_MARK)].sum())
        doubt = reading_doubts.decimal_doubt(words.to_pylist(), reading.decimal == ",")
        notes.append(Note("mark", name, reading_doubts.both_readings(doubt), count, doubt))
    unusual = [place for place in blank if words[int(place)].as_py().lower() in UNUSUAL]
    if unusual:
        notes.append(strings.note("spelling", unusual))
    if len(odd):
        notes.append(strings.note("word", odd))
    if reading.infinite.any():
        notes.append(strings.note("infinite", np.flatnonzero(reading.infinite), 1))
    return notes


def style_note(strings: DistinctStrings, reading: number_parser.ParsedNumbers) -> Note:
    """What had to be understood to read a column as numbers, in how many cells, and one of them with its number.

    Args:
        strings: distinct strings of the column. reading: what they were read as, in another style than plain numbers.
    """
    if reading.style == ("decimal commas",):
        return comma_note(strings.name, reading.values, strings.counts)
    known = np.flatnonzero(reading.ok & ~reading.infinite)
    words = [strings.words[int(place)].as_py() for place in known]
    changed = [place for place, word in zip(known, words, strict=True) if _plain_value(word) != reading.values[place]]
    detail = " and ".join(reading.style)
    if not changed:
        return Note("style", strings.name, detail)
    first = quote_examples([strings.words[int(changed[0])].as_py()])
    count = int(strings.counts[changed].sum())
    return Note("style", strings.name, f"{detail}, {first} as {reading.values[changed[0]]:.10g}", count)


def comma_note(name: str, values: np.ndarray, counts: np.ndarray | None = None) -> Note:
    """How many numbers were written with a decimal comma, with one of them.

    Args:
        name: of the column. values: float64 (n,). counts: how often each stands there (n,); None: once.
    """
    broken = np.flatnonzero(np.isfinite(values) & (values != np.floor(values)))
    count = len(broken) if counts is None else int(counts[broken].sum())
    shown = f", such as {values[broken[0]]:.10g}" if count else ""
    return Note("style", name, "decimal commas" + shown, count)


def _plain_value(word: str) -> float:
    """The number a word would be to any program, NaN where it would be none."""
    try:
        return float(word) if word.isascii() and "_" not in word else float("nan")
    except ValueError:
        return float("nan")
