"""The different strings of a column with their counts, and the spellings of "nothing" and of yes and no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core import limits
from core.readers.tables.read_warnings import Note, quote_examples
from core.readers.tables.values.file_evidence import UNKNOWN, FileEvidence

if TYPE_CHECKING:
    import pyarrow as pa

MISSING = {"", "na", "n/a", "#n/a", "#na", "nan", "-nan", "null", "<na>", "nat", "none"}
UNUSUAL = {
    "?", "-", "--", "---", ".", "..", "n.a.", "n.a", "nil", "missing", "(null)", "(missing)", "(blank)",
    "not available", "not applicable", "#null!", "#value!", "#ref!", "#div/0!", "#name?", "#num!", "\\n", "k.a.",
    "–", "—", "*", "#n/a n/a",
    "1.#ind", "1.#qnan", "-1.#ind", "-1.#qnan", "undefined", "no data", "blank", "unknown",
}  # fmt: skip
BLANKS = frozenset(MISSING | UNUSUAL)
ALWAYS = MISSING - {"na", "none"}
WORDS_AS_CLASS = {
    "none",
    "not applicable",
    "unknown",
    "missing",
    "no data",
    "blank",
    "nil",
    "-",
    ".",
    "*",
    "n.a.",
    "n.a",
}
YES_NO = (
    ("no", "yes"), ("n", "y"), ("false", "true"), ("f", "t"), ("0", "1"), ("off", "on"), ("nein", "ja"),
    ("non", "oui"), ("нет", "да"), ("0.0", "1.0"),
)  # fmt: skip


@dataclass
class DistinctStrings:
    """Distinct strings of a column with how often each occurs; ``codes`` (n,) points into them, -1 for missing.

    kept: notes on readings that were considered and not taken. spelled: the same column with the words that mean
    missing among numbers ("null", "Nat"), where it holds some: among labels they may be labels.
    """

    name: str
    words: pa.StringArray
    counts: np.ndarray
    codes: np.ndarray
    evidence: FileEvidence = UNKNOWN
    truncated: int = 0
    kept: tuple[Note, ...] = ()
    spelled: DistinctStrings | None = None

    @property
    def absent(self) -> frozenset[str]:
        """Words that were taken for missing."""
        words = self.spelled.words.to_pylist() if self.spelled is not None else []
        return frozenset(word for word in words if word.lower() in ALWAYS)

    @property
    def blanks(self) -> np.ndarray:
        """Which strings are a spelling of "nothing", bool (k,)."""
        return np.array([word.lower() in BLANKS for word in self.words.to_pylist()], dtype=bool)

    def hits(self, pattern: str) -> np.ndarray:
        """Which strings match an expression somewhere, bool (k,)."""
        return find_matches(self.words, pattern)

    def note(self, key: str, places: np.ndarray | Sequence[int], shown: int = 3) -> Note:
        """What was done to the strings at these places: in how many cells, with the first of them."""
        examples = quote_examples(self.words[int(place)].as_py() for place in places[:shown])
        return Note(key, self.name, examples, int(self.counts[places].sum()))

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.codes)

    @property
    def may_count(self) -> bool:
        """Whether any string holds a digit, in whatever script: without one none is a number or a date."""
        import pyarrow.compute as pc

        return bool(pc.any(pc.match_substring_regex(self.words, r"[0-9]|[^\x00-\x7F]")).as_py())


def encode_distinct(name: str, array: pa.Array, evidence: FileEvidence) -> DistinctStrings:
    """Distinct stripped strings of a pyarrow string array (n,), plain or dictionary-coded."""
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = array if pa.types.is_dictionary(array.type) else pc.utf8_trim_whitespace(array).dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries().combine_chunks()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    if pa.types.is_dictionary(array.type):
        inner = pc.utf8_trim_whitespace(encoded.dictionary.cast(pa.string())).dictionary_encode()
        again = inner.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
        codes, encoded = np.append(again, np.int32(-1))[codes], inner
    words, truncated = encoded.dictionary, 0
    long = pc.greater(pc.utf8_length(words), limits.CELL_CHARACTERS)
    if pc.any(long).as_py():
        truncated = int(np.isin(codes, np.flatnonzero(long.to_numpy(zero_copy_only=False))).sum())
        inner = pc.utf8_slice_codeunits(words, 0, limits.CELL_CHARACTERS).dictionary_encode()
        again = inner.indices.to_numpy(zero_copy_only=False).astype(np.int32)
        codes, words = np.append(again, np.int32(-1))[codes], inner.dictionary
    gone, empty = (
        pc.is_in(pc.utf8_lower(words), pa.array(blanks, type=words.type)).to_numpy(zero_copy_only=False).astype(bool)
        for blanks in (sorted(ALWAYS), [""])
    )
    strings = DistinctStrings(name, words, np.zeros(0), codes, evidence, truncated)
    found = _without(strings, gone)
    if (gone & ~empty).any():
        found.spelled = _without(strings, empty)
    return found


def _without(strings: DistinctStrings, gone: np.ndarray) -> DistinctStrings:
    """The column where the distinct strings ``gone`` (k,) are missing."""
    import pyarrow as pa

    words, codes = strings.words, strings.codes
    if gone.any():
        renumber = np.cumsum(~gone) - 1
        renumber[gone] = -1
        codes = np.where(codes < 0, -1, renumber[codes]) if len(renumber) else codes
        words = words.filter(pa.array(~gone))
    counts = np.bincount(codes[codes >= 0], minlength=len(words))
    return replace(strings, words=words, codes=codes, counts=counts)


def find_matches(words: pa.StringArray, pattern: str) -> np.ndarray:
    """Which strings match an expression somewhere.

    Args:
        words: pyarrow strings (k,) without nulls. pattern: for the RE2 of Arrow.

    Returns:
        bool (k,).
    """
    import pyarrow.compute as pc

    return np.asarray(pc.match_substring_regex(words, pattern).to_numpy(zero_copy_only=False), dtype=bool)


def to_rows(strings: DistinctStrings, values: np.ndarray, fill: float | int | np.datetime64) -> np.ndarray:
    """Values of the distinct strings (k,) put back on the rows (n,); ``fill`` where a cell is missing."""
    return np.append(values, fill)[strings.codes]


def parse_each(words: Sequence[str], parse: Callable[[str], float | None]) -> np.ndarray:
    """What a parser of single words makes of each.

    Args:
        words: n strings. parse: a string -> its value, None where it is none.

    Returns:
        float64 (n,), NaN for None.
    """
    read = [parse(word) for word in words]
    return np.array([np.nan if value is None else value for value in read], dtype=np.float64)
