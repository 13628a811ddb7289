"""Tells codes made of digits from numbers: postcodes, account numbers, shelf codes such as 5E10, version numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from core.readers.tables.read_warnings import Note, quote_examples
from core.readers.tables.values.missing_values import BLANKS, DistinctStrings, find_matches

if TYPE_CHECKING:
    import pyarrow as pa

# Programs write 5e+10, people 5.1E10: digits, E and digits alone are a code as often as a number.
EXPONENT_CODE = r"^\d+[eE]\d{1,3}$"
PLAIN_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
# V57 among 250.01: the numbers are codes too. 1.0.2 among 1.1: so are these.
LETTERED_CODE = r"^[A-Za-z]{1,3}-?\d[\w.\-]*$|^\d+(\.\d+){2,}$"
CODE_SHARE, FEWEST_CODES = 0.01, 2
EXPONENT_SHARE = 0.5
PHONE = r"^\+\d{8,15}$"


def find_codes(strings: DistinctStrings) -> Note | None:
    """A note that says why a column of digits is kept as text; None where its texts are numbers.

    Args:
        strings: distinct strings of the column.
    """
    words = strings.words
    if _leading_zeros(words):
        return strings.note("zero", np.flatnonzero(find_matches(words, r"^0\d|^\+\d|^[+-]?\d{16,}$")), 2)
    mask = find_matches(words, EXPONENT_CODE)
    written = find_matches(words, r"\.\d|[eE][+-]") & ~mask
    if mask.any() and not written.any() and mask.sum() >= EXPONENT_SHARE * find_matches(words, r"\d").sum():
        first = words[int(np.flatnonzero(mask)[0])].as_py()
        detail = f"{quote_examples([first])}, as a number {float(first):.6g}"
        return Note("exponent", strings.name, detail, int(strings.counts[mask].sum()))
    return _not_restored(strings) if strings.evidence.typed else None


def has_exponent_codes(words: pa.StringArray) -> bool:
    """Whether any string is digits, E and digits."""
    return bool(find_matches(words, EXPONENT_CODE).any())


def codes_among_numbers(words: pa.StringArray, counts: np.ndarray, odd: np.ndarray) -> bool:
    """Whether the words among a column's numbers are codes that come again, so that its numbers are codes too.

    Args:
        words: distinct strings. counts: how often each occurs. odd: places of those that are no numbers.
    """
    hits = np.array([place for place in odd if _is_code(words[int(place)].as_py())], dtype=np.int64)
    count = int(counts[hits].sum()) if len(hits) else 0
    return count >= max(FEWEST_CODES, CODE_SHARE * counts.sum()) and bool(counts[hits].max() >= FEWEST_CODES)


def _is_code(word: str) -> bool:
    return bool(re.match(LETTERED_CODE, word))


def _leading_zeros(words: pa.StringArray) -> bool:
    """Postcodes, account and phone numbers: a leading zero, a plus before many digits, or most whole numbers too long
    for a float."""
    whole = find_matches(words, r"^[+-]?\d+$")
    if not whole.any() or whole.sum() < 0.9 * len(words):
        return False
    if find_matches(words, PHONE).sum() >= 0.9 * len(words):
        return True
    return bool(find_matches(words, r"^0\d+$").any()) or bool(
        find_matches(words, r"^[+-]?\d{16,}$").sum() > 0.5 * len(words)
    )


def _not_restored(strings: DistinctStrings) -> Note | None:
    """Strings of a typed file stay strings where numbers would not give each of them back."""
    import pyarrow as pa

    head = [word for word in strings.words[: len(BLANKS) + 1].to_pylist() if word.lower() not in BLANKS]
    if not head or not re.match(PLAIN_NUMBER, head[0]):
        return None
    words = [word for word in strings.words.to_pylist() if word.lower() not in BLANKS]
    plain = pa.array(words, pa.string())
    if not words or not find_matches(plain, PLAIN_NUMBER).all():
        return None
    lost = [word for word in words if "." in word and word.endswith("0") and not word.endswith(".0")]
    same = len({len(word.partition(".")[2]) for word in words}) == 1
    twice = len({float(word) for word in words}) < len(words)
    if not twice and (same or not lost):
        return None
    return Note("typed", strings.name, quote_examples(lost[:2] or words[:2]), int(strings.counts.sum()))
