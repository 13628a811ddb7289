"""Turns text of any language into units: cleaned strings, tokens without assuming blanks, and sparse counts of them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from core import limits

# Scripts that write words without blanks between them; their letters are tokens of their own.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff"
)
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+(?:['’][^\W{_UNSPACED}]+)?|[!?$€£%]", re.UNICODE)
_SPOKEN = re.compile(rf"[{_UNSPACED}]{{1,2}}|[^\s{_UNSPACED}]+")
_MARKS = re.compile(r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{2})"
                    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+")  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_TAG = re.compile(r"<(?:script|style)\b.*?</(?:script|style)\s*>|<!--.*?-->|</?[a-zA-Z][^<>]{0,500}>", re.DOTALL)


def clean(text: str) -> tuple[str, bool]:
    """A text without control and direction marks, piled-up accents and HTML tags.

    Returns:
        (the text, at most TEXT_CHARACTERS long; whether it was cut).
    """
    cut = len(text) > limits.TEXT_CHARACTERS
    text = _CONTROL.sub(" ", text[: limits.TEXT_CHARACTERS])
    if "<" in text:
        text = _TAG.sub(" ", text)
    text = _MARKS.sub(r"\1", unicodedata.normalize("NFC", text))
    return text.strip(), cut


def says_something(text: str) -> bool:
    """Whether there is at least one letter or digit."""
    return any(letter.isalnum() for letter in text)


def tokens(text: str) -> list[str]:
    """Lower-case words; letters of scripts that use no blanks one by one; ! ? and currency signs."""
    return _TOKEN.findall(text.lower())


def spoken(text: str) -> list[str]:
    """The text as it is written, cut at blanks; runs of scripts that use none are cut into pairs of letters."""
    return _SPOKEN.findall(text)


def pieces(text: str) -> list[str]:
    """Character runs of 3 to 5 within words, words marked by blanks at both ends (all 1- and 2-runs are words)."""
    found = []
    for word in tokens(text):
        marked = f" {word} "
        for size in (3, 4, 5):
            found += [marked[i : i + size] for i in range(len(marked) - size + 1)]
    return found


def terms(text: str) -> list[str]:
    """Words and pairs of neighbouring words (for scripts without blanks: letters and pairs of letters)."""
    row = tokens(text)
    return row + [f"{left} {right}" for left, right in pairwise(row)]


@dataclass(frozen=True)
class Counted:
    """A fitted vocabulary: texts -> sparse rows. index: term -> column; weight (d,) of each; split: text -> terms."""

    index: dict[str, int]
    weight: np.ndarray
    split: Any
    sublinear: bool = True

    def rows(self, texts: Sequence[str]) -> Any:
        """scipy CSR float32 (n, d): counts (logarithmic if sublinear) times weights, rows of unit length."""
        from scipy.sparse import csr_array

        data: list[int] = []
        columns: list[int] = []
        ends = [0]
        for text in texts:
            found = count_known_terms(self.split(text), self.index)
            columns += found.keys()
            data += found.values()
            ends.append(len(columns))
        held = np.asarray(columns, dtype=np.int32)
        values = np.asarray(data, dtype=np.float32)
        values = (1 + np.log(values) if self.sublinear else np.ones_like(values)) * self.weight[held]
        sums = (
            np.add.reduceat(np.r_[values**2, 0.0], np.minimum(ends[:-1], len(values))) if len(ends) > 1 else np.zeros(0)
        )
        lengths = np.where(np.diff(ends) > 0, np.sqrt(np.maximum(sums, 1e-12)), 1.0)
        values = values / np.repeat(lengths, np.diff(ends)).astype(np.float32)
        return csr_array(
            (values.astype(np.float32), held, np.asarray(ends, dtype=np.int32)), shape=(len(texts), len(self.index))
        )


def count(texts: Sequence[str], split: Any, least: int = 2, most: int = 60_000) -> Counted:
    """Learns a TF-IDF vocabulary (Sparck Jones 1972): terms in at least ``least`` texts, the ``most`` frequent ones.

    weight: smoothed inverse document frequency, log((1 + n) / (1 + df)) + 1.
    """
    seen = count_documents(split(text) for text in texts)
    kept = [term for term, held in seen.most_common(most) if held >= least] or [
        term for term, _ in seen.most_common(most)
    ]
    weight = inverse_document_frequencies([seen[term] for term in kept], len(texts))
    return Counted({term: place for place, term in enumerate(kept)}, weight.astype(np.float32), split)


def count_documents(documents: Iterable[Iterable[str]]) -> Counter[str]:
    """How many documents, each a list of terms, every term occurs in."""
    seen: Counter[str] = Counter()
    for found in documents:
        seen.update(set(found))
    return seen


def count_known_terms(found: Iterable[str], index: Mapping[str, int]) -> Counter[int]:
    """How often each column of a vocabulary occurs among terms; terms that it does not hold are passed over."""
    return Counter(column for term in found if (column := index.get(term)) is not None)


def inverse_document_frequencies(held: Sequence[int], documents: int) -> np.ndarray:
    """Smoothed weights (d,) of terms that ``held`` of so many documents hold: log((1 + n) / (1 + df)) + 1."""
    return np.log((1 + documents) / (1 + np.asarray(held, dtype=np.float64))) + 1
