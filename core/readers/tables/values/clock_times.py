"""Times of day as people write them ("6am", "11 p.m.", "06:00", "14h30", "noon"), read as hours after midnight."""

from __future__ import annotations

import re

import numpy as np

from core.readers.tables.read_warnings import Note, quote_examples
from core.readers.tables.typed_column import TypedColumn
from core.readers.tables.values.duration_parser import parse_duration
from core.readers.tables.values.missing_values import BLANKS, DistinctStrings, parse_each, to_rows
from core.schema import Column

SHARE = 0.98
FEWEST = 3
LONGEST = 24
EXAMPLES = 3
MORNING, AFTERNOON = ("上午", "午前", "오전", "凌晨"), ("下午", "午後", "오후")
NAMED = {"noon": 12.0, "midday": 12.0, "12 noon": 12.0, "midnight": 0.0, "12 midnight": 0.0}
NAMED |= {"mittag": 12.0, "mitternacht": 0.0, "midi": 12.0, "minuit": 0.0, "mediodía": 12.0, "medianoche": 0.0}
HALVES = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:[.,]\d{1,9})?)?)?\s*"
    r"(?P<half>[ap])\.?\s?m\.?",
    re.IGNORECASE,
)
COLONS = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:[.,]\d{1,9})?)?\s*(?:uhr|hrs?|h)?", re.IGNORECASE
)
NAMED_HOURS = re.compile(
    r"(?P<hour>\d{1,2})(?:\s?h\s?(?P<minute>[0-5]\d)?|[.]?(?P<minutes>[0-5]\d)?\s?uhr(?:\s?(?P<after>[0-5]\d))?|\s?o['’]?\s?clock)",
    re.IGNORECASE,
)
EASTERN = re.compile(r"(?P<prefix>\D{2})\s?(?P<hour>\d{1,2})(?:[:時时시点點]\s?(?:(?P<minute>[0-5]\d)分?)?)?")


def infer_clock_times(strings: DistinctStrings) -> TypedColumn | None:
    """A column of times of day as a number, hours after midnight.

    Args:
        strings: distinct strings of the column.

    Returns:
        The numeric column; None where fewer than 98 % of the values are times, or fewer than three differ: two labels
        such as "6am" and "6pm" stay labels. Where the rest are lengths such as "27:10:00", all are lengths.
    """
    words = strings.words.to_pylist()
    sample = [word for word in words[:200] if word.lower() not in BLANKS]
    if sum(parse_clock_time(word) is not None for word in sample) < max(0.5 * len(sample), FEWEST):
        return None
    hours = parse_each(words, parse_clock_time)
    known = ~np.isnan(hours)
    odd = ~known & ~strings.blanks
    good, wrong = int(strings.counts[known].sum()), int(strings.counts[odd].sum()) if len(odd) else 0
    distinct = len(np.unique(hours[known]))
    if distinct < FEWEST or good < SHARE * (good + wrong):
        return None
    if wrong and all(parse_duration(words[place]) is not None for place in np.flatnonzero(odd)):
        return None
    notes = [clock_note(strings, known)]
    if wrong:
        notes.append(strings.note("word", np.flatnonzero(odd)))
    values = to_rows(strings, hours, np.nan)
    missing = int(np.isnan(values).sum())
    shown = tuple(f"{value:.10g}" for value in values[~np.isnan(values)][:EXAMPLES])
    return TypedColumn(Column(strings.name, "numeric", missing, distinct, "", shown), values, tuple(notes))


def clock_note(strings: DistinctStrings, known: np.ndarray) -> Note:
    """How many cells were read as times of day, with one of them and what became of it.

    Args:
        strings: distinct strings of the column. known: bool (k,), which of them are times of day.
    """
    first = strings.words[int(np.argmax(known))].as_py()
    detail = f"{quote_examples([first])} as {parse_clock_time(first):.10g}"
    return Note("clock", strings.name, detail, int(strings.counts[known].sum()))


def parse_clock_time(word: str) -> float | None:
    """Hours after midnight of one string.

    Args:
        word: such as "6am", "11:30 PM", "06:00", "14h30", "12 noon".

    Returns:
        0 to 24, or None where it is no time of day.
    """
    plain = " ".join(word.split()).lower()
    if not plain or len(plain) > LONGEST:
        return None
    if plain in NAMED:
        return NAMED[plain]
    found = HALVES.fullmatch(plain) or COLONS.fullmatch(plain) or NAMED_HOURS.fullmatch(plain)
    half = ""
    if found is None:
        found = EASTERN.fullmatch(plain)
        half = "" if found is None else _eastern_half(found["prefix"])
        if found is None or not half:
            return None
    parts = found.groupdict()
    half = half or (parts.get("half") or "")
    hour, minute = int(parts["hour"]), int(parts.get("minute") or parts.get("minutes") or parts.get("after") or 0)
    if half:
        if not 0 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    total = hour + minute / 60 + int(parts.get("second") or 0) / 3600
    return total if total <= 24 else None


def _eastern_half(prefix: str) -> str:
    return "a" if prefix in MORNING else "p" if prefix in AFTERNOON else ""
