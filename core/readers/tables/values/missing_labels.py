"""Which words among labels mean missing, and which are labels that happen to be spelled like them, as a party "Nat"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.readers.tables.read_warnings import Note, quote_examples
from core.readers.tables.total_rows import names_total
from core.readers.tables.values.file_evidence import FileEvidence
from core.readers.tables.values.missing_values import BLANKS, MISSING, UNUSUAL, WORDS_AS_CLASS, YES_NO
from core.schema import ReadingDoubt
from core.wording import printable

# A word is as frequent as the labels beside it from this share of their usual count, up to so many times the largest.
FREQUENT, MOST = 0.5, 1.5
# Codes of regions are drawn very unevenly.
FREQUENT_CODE = 0.1
SAME_CASE = 0.8
SAMPLE = 2_000
LONGEST_CODE, MOST_BLANKS = 5, 2.0
# Beside a word for the total this sign stands for all values; elsewhere it stands for a missing one.
ALL = frozenset({"*"})
TOTALS = frozenset({"all", "any", "alle", "tous", "todos"})
FLAGS = frozenset(word for pair in YES_NO for word in pair)


@dataclass(frozen=True)
class MissingLabels:
    """Places of words that mean missing, what is told of them and of those kept, and whether the file may say more."""

    gone: frozenset[int] = frozenset()
    notes: tuple[Note, ...] = ()
    open: bool = False


def find_missing_labels(
    name: str, words: Sequence[str], counts: np.ndarray, blanks: int, evidence: FileEvidence
) -> MissingLabels:
    """The words of a column of labels that mean missing.

    Args:
        name: of the column. words: its different strings. counts: how often each occurs (k,). blanks: empty cells.
        evidence: of the file; words that stand among its numbers mean missing.
    """
    lowered = [word.lower() for word in words]
    places = [place for place, low in enumerate(lowered) if low in MISSING or low in UNUSUAL]
    if not places:
        return MissingLabels()
    known = set(places)
    others = [word for place, word in enumerate(words) if place not in known]
    beside = _Labels(others, np.delete(np.asarray(counts), places), blanks)
    several = (
        sum(low in MISSING and low.isalpha() and low != "none" for low in (lowered[place] for place in places)) > 1
    )
    gone, notes = [], []
    signs = _are_signs(lowered, np.asarray(counts))
    for place in places:
        low, count = lowered[place], int(counts[place])
        settled = words[place] in evidence.missing
        if low in UNUSUAL:
            keep, said = bool(others) and ((low in WORDS_AS_CLASS and low.isalpha()) or " " in low), "spelling"
            keep = keep or (signs and count >= FREQUENT_CODE * counts.max()) or (low in ALL and beside.all())
        else:
            keep = beside.hold(words[place], count, settled, several)
            # What stands among the numbers of the file and is rare here is no surprise.
            said = "absent" if settled and not beside.frequent(count) else "missing"
        if not keep:
            gone.append(place)
        if not keep or low in MISSING or (low in ALL and beside.all()) or signs:
            doubt = (
                None
                if low in UNUSUAL or not beside.doubtful(words[place], count, settled)
                else _doubt(words[place], keep)
            )
            notes.append(Note("kept" if keep else said, name, quote_examples([words[place]]), count, doubt))
    return MissingLabels(frozenset(gone), tuple(notes), any(lowered[place] in MISSING for place in places))


def _are_signs(words: Sequence[str], counts: np.ndarray) -> bool:
    """Whether signs are labels, as plus and minus are: a frequent one never means missing, or all labels are signs."""
    signs = [place for place, word in enumerate(words) if not any(map(str.isalnum, word))]
    least = FREQUENT_CODE * counts.max()
    return any(words[place] not in BLANKS and counts[place] >= least for place in signs) or 2 < len(words) == len(signs)


def _doubt(word: str, kept: bool) -> ReadingDoubt:
    shown = printable(word, 24)
    if kept:
        return ReadingDoubt("a label", "a missing value", shown, shown, "missing", settle="category")
    return ReadingDoubt("a missing value", "a label", shown, "missing", shown, change="category")


class _Labels:
    """The labels beside words that may mean missing."""

    def __init__(self, words: Sequence[str], counts: np.ndarray, blanks: int) -> None:
        self.words, self.blanks = words, blanks
        self.usual = float(np.median(counts)) if len(counts) else 0.0
        self.largest = float(counts.max()) if len(counts) else 0.0
        self.sample = words[:SAMPLE]

    def hold(self, word: str, count: int, settled: bool, several: bool) -> bool:
        """Whether a word that often means missing is one more label. Programs write "nan" whatever the labels are."""
        low = word.lower()
        if not self.words:
            return False
        if low == "none":
            return not settled or self.frequent(count)
        if settled or several:
            return False
        if low == "na" and self._codes() and count >= FREQUENT_CODE * self.usual:
            return True
        return self._could_be(word, count) and (self.blanks > 0 or (word != "nan" and self._fits(word)))

    def doubtful(self, word: str, count: int, settled: bool) -> bool:
        """Whether a word is as frequent as the labels and spelled like one, so that both readings are likely."""
        region = word.lower() == "na" and self._codes()
        return not settled and word.lower() != "none" and not region and self._could_be(word, count)

    def all(self) -> bool:
        """Whether a sign for all values is one more label: a word such as "Total" stands beside it."""
        return any(names_total(one) or one.casefold() in TOTALS for one in self.sample)

    def frequent(self, count: int) -> bool:
        """Whether a word is about as frequent as the labels."""
        return bool(self.words) and FREQUENT * self.usual <= count <= MOST * self.largest

    def _could_be(self, word: str, count: int) -> bool:
        """Programs write NaN, NaT and <NA>, which no label is; beside yes and no a third word means missing."""
        spelled = word.isalpha() and bool(_cases(word))
        flags = all(one.casefold() in FLAGS for one in self.sample)
        return spelled and len(self.words) > 1 and not flags and self.frequent(count)

    def _codes(self) -> bool:
        codes = sum(len(one) <= LONGEST_CODE and one.isupper() and one.isalpha() for one in self.words)
        return bool(self.words) and codes >= SAME_CASE * len(self.words)

    def _fits(self, word: str) -> bool:
        """Whether the labels are words written in the same case."""
        blanks = sum(one.count(" ") for one in self.sample) / len(self.sample)
        alike = sum(bool(_cases(one) & _cases(word)) for one in self.sample)
        return blanks <= MOST_BLANKS and alike >= SAME_CASE * len(self.sample)


def _cases(word: str) -> set[str]:
    """In which case a word is written; a single capital letter may be two of them, "NaN" is none."""
    if not any(map(str.isalpha, word)) or any(map(str.isdigit, word)):
        return set()
    cases = {name for name, yes in (("small", word.islower()), ("large", word.isupper())) if yes}
    return cases | ({"title"} if word == word.capitalize() or word.istitle() else set())
