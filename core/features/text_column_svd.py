"""A text column inside a table, as a few numbers: TF-IDF of its words, cut to its main directions (latent semantics).

Reference: Deerwester et al. 1990.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from core.features.text_features import count_documents, count_known_terms, inverse_document_frequencies
from core.workers import work_clock

WORD = re.compile(r"\w\w+")
# Of a usual word with the blank behind it: words are counted, letters are charged.
WORD_LETTERS = 6


@dataclass(frozen=True)
class TextSvd:
    """Fitted on training texts. words: the vocabulary; weights (v,): inverse document frequencies; axes (v, size)."""

    words: tuple[str, ...]
    weights: np.ndarray
    axes: np.ndarray
    places: dict[str, int] = field(default_factory=dict, compare=False)

    @property
    def size(self) -> int:
        """The number of components that a text becomes.

        Returns:
            0 where the training texts share no word.
        """
        return self.axes.shape[1]

    def transform(self, texts: Iterable[object]) -> np.ndarray:
        """Components of texts; a text without any known word is at 0.

        Args:
            texts: n texts; None is a missing one.

        Returns:
            float64 (n, size).
        """
        places = self.places or {word: place for place, word in enumerate(self.words)}
        rows = []
        for text in texts:
            counts = count_known_terms(_split(text), places)
            if not counts:
                rows.append(np.zeros(self.size))
                continue
            chosen = np.fromiter(counts, dtype=np.int64)
            strength = (1 + np.log(np.fromiter(counts.values(), dtype=np.float64))) * self.weights[chosen]
            rows.append(strength @ self.axes[chosen] / np.linalg.norm(strength))
        return np.array(rows).reshape(len(rows), self.size)


def fit_text_svd(texts: Iterable[object], size: int = 16, vocabulary: int = 3000, seed: int = 0) -> TextSvd:
    """A truncated decomposition of the TF-IDF matrix of training texts.

    Args:
        texts: n training texts; None is a missing one. Words count that occur in two texts at least.
        size: components at most; none where no word is repeated. vocabulary: words at most. seed: of the decomposition.

    Returns:
        The fitted ``TextSvd``.

    Reference: Deerwester et al. 1990 (latent semantic analysis).
    """
    from scipy import sparse
    from sklearn.utils.extmath import randomized_svd

    split = [_split(text) for text in texts]
    work_clock.charge("text_letter", WORD_LETTERS * sum(map(len, split)))
    spread = count_documents(split)
    kept = sorted(word for word, count in spread.most_common(vocabulary) if count >= 2)
    size = min(size, len(kept), max(len(split) - 1, 0))
    if size < 1:
        return TextSvd((), np.zeros(0), np.zeros((0, 0)))
    places = {word: place for place, word in enumerate(kept)}
    weights = inverse_document_frequencies([spread[word] for word in kept], len(split))
    rows, columns, values = [], [], []
    for row, words in enumerate(split):
        counts = count_known_terms(words, places)
        strength = [(1 + np.log(count)) * weights[place] for place, count in counts.items()]
        length = float(np.sqrt(sum(value**2 for value in strength)))
        rows += [row] * len(counts)
        columns += list(counts)
        values += [value / length for value in strength]
    table = sparse.csr_matrix((values, (rows, columns)), shape=(len(split), len(kept)))
    _, _, axes = randomized_svd(table, n_components=size, random_state=seed)
    return TextSvd(tuple(kept), weights, axes.T.copy(), places)


def _split(text: object) -> list[str]:
    return WORD.findall(text.lower()) if isinstance(text, str) else []
