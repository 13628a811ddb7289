"""Turns counts, sizes and a user's strings into words for messages, so that every sentence is short and inert."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence

from core import limits
from core.schema import ColumnReading, TaskForm

NUMBER_WORDS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip

# What is predicted, in the words of the field.
FORM_TITLES: dict[TaskForm, str] = {
    "binary": "Binary classification",
    "multiclass": "Multiclass classification",
    "regression": "Regression (a number)",
    "anomaly": "Anomaly detection",
    "ranking": "Ranking",
    "generation": "Text generation",
    "control": "Control",
    "forecast": "Forecast (the next values)",
}


def printable(text: object, length: int = limits.NAME_CHARACTERS) -> str:
    """A user's string for a message: control and bidi characters as U+FFFD, cut at ``length`` characters."""
    raw = str(text)
    cut = raw[: length - 1] + "…" if len(raw) > length else raw
    return "".join("\ufffd" if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else char for char in cut)


def quote_names(names: Iterable[object], most: int = 5) -> str:
    """The first names in quotes, and how many more there are."""
    every = list(names)
    said = ", ".join(f"“{printable(name, 40)}”" for name in every[:most])
    return f"{said} and {len(every) - most:,} more" if len(every) > most else said


def count_of(count: int, noun: str, plural: str | None = None) -> str:
    """A count with its noun: ``1 row``, ``2,000 rows``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def describe_changes(reading: ColumnReading) -> str:
    """What was done to one column, with counts and examples, and between which readings its values do not decide.

    Args:
        reading: of the column.
    """
    said = []
    for one in reading.changes:
        count = count_of(one.count, "value") if one.count else ""
        inside = ", ".join(part for part in (count, one.example) if part)
        said.append(one.what + (f": {inside}" if inside else ""))
    for doubt in reading.doubts:
        meant = f"{printable(doubt.example, 40)} is {doubt.taken_value} or {doubt.other_value}"
        said.append(f"in doubt: {doubt.taken} or {doubt.other}" + (f" ({meant})" if doubt.example else ""))
    return "; ".join(said)


def number_word(count: int) -> str:
    """A count in words up to twenty ("twelve"), in digits beyond."""
    return NUMBER_WORDS[count] if 0 <= count < len(NUMBER_WORDS) else f"{count:,}"


def format_duration(seconds: float) -> str:
    """A planned duration in words: "45 s", "2 min", "1 h 30 min"."""
    if seconds < 60:
        return f"{seconds:g} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min".removesuffix(" 0 min")


def join_words(words: Sequence[str]) -> str:
    """Words as a list in a sentence: "1", "1 and 2", "1, 2 and 3"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def format_bytes(size: float) -> str:
    """A number of bytes in MB, or GB from 1,000 MB on."""
    return (
        f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.1f} MB" if size < 1e7 else f"{size / 1e6:,.0f} MB"
    )


def format_interval(low: float, high: float) -> str:
    """An interval to one decimal, or that a single fold gives none."""
    return f"[{low:.1f}, {high:.1f}]" if math.isfinite(low + high) else "(one fold gives no interval)"


def format_number(value: float, tenths: bool = False) -> str:
    """A number for a sentence, never more digits than the eye needs: 1,234 or 12.3 or 0.0012.

    Args:
        tenths: from 0.1 to 100 always with one decimal, so that the figures of a sentence line up (5.0, not 5), and
            with an exponent below a ten-thousandth, which is otherwise only called so.
    """
    size = abs(value)
    if not math.isfinite(value):
        return "unknown"
    if size == 0:
        return "0.0" if tenths else "0"
    if size >= 100:
        return f"{value:,.0f}"
    if tenths and size >= 0.1:
        return f"{value:.1f}"
    if not tenths and size < 1e-4:
        return "under 0.0001"
    return f"{value:.3g}" if size >= 10 else f"{value:.2g}"


def format_share(share: float) -> str:
    """A counted share in percent that is only called 0 or 100 where it is: 18 %, 0.4 %, 99.6 %, under 0.1 %.

    Args:
        share: from 0 to 1.
    """
    if not 0 < share < 1:
        return f"{100 * share:.0f} %"
    if share < 0.001 or share > 0.999:
        return "under 0.1 %" if share < 0.5 else "over 99.9 %"
    return f"{100 * share:.1f} %" if share < 0.01 or share > 0.99 else f"{100 * share:.0f} %"


def format_significant(value: float | None, digits: int = 3) -> str:
    """A number for a table with so many significant digits: 1,234 or 0.00123 or 4.57e+04; a dash for none."""
    if value is None or not math.isfinite(value):
        return "-"
    if value and (abs(value) >= 10_000 or abs(value) < 1e-3):
        return f"{value:.{digits - 1}e}"
    return f"{value:,.{max(0, digits - 1 - math.floor(math.log10(abs(value))))}f}" if value else "0"
