"""Turns text of any language into units: cleaned strings, tokens without assuming blanks, and sparse counts of them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from core import limits
from core.workers import work_clock

if TYPE_CHECKING:
    from scipy.sparse import csr_array

# Scripts that write words without blanks between them; their letters are tokens of their own.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff"
)
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+(?:['’][^\W{_UNSPACED}]+)?|[!?$€£%]", re.UNICODE)
_WORDS = re.compile(rf"[{_UNSPACED}]{{1,2}}|[^\s{_UNSPACED}]+")
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


def has_content(text: str) -> bool:
    """Whether a text holds at least one letter or digit.

    Args:
        text: any text.

    Returns:
        True or False.
    """
    return any(letter.isalnum() for letter in text)


def tokens(text: str) -> list[str]:
    """The tokens of a text: lower-case words, single letters of scripts without blanks, ! ? and currency signs.

    Args:
        text: any text.

    Returns:
        Tokens in the order of the text.
    """
    return _TOKEN.findall(text.lower())


def split_words(text: str) -> list[str]:
    """A text cut at its blanks, as it is written; runs of scripts without blanks are cut into pairs of letters.

    Args:
        text: any text.

    Returns:
        Parts in the order of the text.
    """
    return _WORDS.findall(text)


def char_ngrams(text: str) -> list[str]:
    """Character runs of 3 to 5 within words, with words marked by blanks at both ends.

    Args:
        text: any text.

    Returns:
        Runs, repeated ones included; runs of 1 and 2 are left to the words.
    """
    found = []
    for word in tokens(text):
        marked = f" {word} "
        for size in (3, 4, 5):
            found += [marked[i : i + size] for i in range(len(marked) - size + 1)]
    return found


def word_ngrams(text: str) -> list[str]:
    """Words and pairs of neighbouring words; for scripts without blanks letters and pairs of letters.

    Args:
        text: any text.

    Returns:
        Terms, repeated ones included.
    """
    row = tokens(text)
    return row + [f"{left} {right}" for left, right in pairwise(row)]


@dataclass(frozen=True)
class TfidfVocabulary:
    """A fitted vocabulary: texts -> sparse rows. index: term -> column; weight (d,) of each; split: text -> terms."""

    index: dict[str, int]
    weight: np.ndarray
    split: Callable[[str], list[str]]
    sublinear: bool = True

    def transform(self, texts: Sequence[str]) -> csr_array:
        """TF-IDF rows: term counts (logarithmic if sublinear) times weights, scaled to unit length.

        Args:
            texts: n texts.

        Returns:
            scipy CSR float32 (n, d).
        """
        from scipy.sparse import csr_array

        _charge(texts, self.split)
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


def fit_tfidf(
    texts: Sequence[str], split: Callable[[str], list[str]], min_documents: int = 2, max_terms: int = 60_000
) -> TfidfVocabulary:
    """A TF-IDF vocabulary fitted on training texts.

    Weights are smoothed inverse document frequencies, log((1 + n) / (1 + df)) + 1.

    Args:
        texts: n training texts. split: text -> its terms. min_documents: texts that a term must occur in.
        max_terms: terms kept, the most frequent first.

    Returns:
        The vocabulary of d terms with their weights.

    Reference: Sparck Jones 1972.
    """
    _charge(texts, split)
    seen = count_documents(split(text) for text in texts)
    kept = [term for term, held in seen.most_common(max_terms) if held >= min_documents] or [
        term for term, _ in seen.most_common(max_terms)
    ]
    weight = inverse_document_frequencies([seen[term] for term in kept], len(texts))
    return TfidfVocabulary({term: place for place, term in enumerate(kept)}, weight.astype(np.float32), split)


def _charge(texts: Sequence[str], split: Callable[[str], list[str]]) -> None:
    work_clock.charge("text_run_letter" if split is char_ngrams else "text_letter", sum(map(len, texts)))


def count_documents(documents: Iterable[Iterable[str]]) -> Counter[str]:
    """Document frequency: how many documents hold each term.

    Args:
        documents: one iterable of terms a document.

    Returns:
        term -> number of documents.
    """
    seen: Counter[str] = Counter()
    for found in documents:
        seen.update(set(found))
    return seen


def count_known_terms(texts: Iterable[str], index: Mapping[str, int]) -> Counter[int]:
    """How often each term of a vocabulary occurs among the terms of one text.

    Args:
        texts: terms of the text; unknown ones are passed over. index: term -> column.

    Returns:
        column -> count.
    """
    return Counter(column for term in texts if (column := index.get(term)) is not None)


def inverse_document_frequencies(document_counts: Sequence[int], documents: int) -> np.ndarray:
    """Smoothed inverse document frequencies, log((1 + n) / (1 + df)) + 1.

    Args:
        document_counts: df, documents that hold each of d terms. documents: n.

    Returns:
        float (d,).
    """
    return np.log((1 + documents) / (1 + np.asarray(document_counts, dtype=np.float64))) + 1
