"""Turns counts, sizes and a user's strings into words for messages, so that every sentence is short and inert."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable

from core import limits

NUMBER_WORDS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip


def shown(text: object, length: int = limits.NAME_CHARACTERS) -> str:
    """A user's string for a message: control and bidi characters as U+FFFD, cut at ``length`` characters."""
    raw = str(text)
    cut = raw[: length - 1] + "…" if len(raw) > length else raw
    return "".join("\ufffd" if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else char for char in cut)


def spell(names: Iterable[object], most: int = 5) -> str:
    """The first names in quotes, and how many more there are."""
    every = list(names)
    said = ", ".join(f"“{shown(name, 40)}”" for name in every[:most])
    return f"{said} and {len(every) - most:,} more" if len(every) > most else said


def some(count: int, noun: str, plural: str | None = None) -> str:
    """A count with its noun: ``1 row``, ``2,000 rows``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def number_word(count: int) -> str:
    """A count in words up to twenty ("twelve"), in digits beyond."""
    return NUMBER_WORDS[count] if 0 <= count < len(NUMBER_WORDS) else f"{count:,}"


def million_bytes(size: float) -> str:
    """A number of bytes in MB, or GB from 1,000 MB on."""
    return (
        f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.1f} MB" if size < 1e7 else f"{size / 1e6:,.0f} MB"
    )


def between(low: float, high: float) -> str:
    """An interval to one decimal, or that a single fold gives none."""
    return f"[{low:.1f}, {high:.1f}]" if math.isfinite(low + high) else "(one fold gives no interval)"
