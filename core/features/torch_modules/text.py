"""Weighted counts of terms as a torch module: rows of (column, count) pairs -> the raw outputs of a linear head.

Cutting a text into terms and looking them up in the vocabulary stays outside the graph: it is reading, not arithmetic.
Logarithms, weights by rarity, the length of a row and the linear map are part of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from core.features.text_features import TfidfVocabulary

if TYPE_CHECKING:
    import torch
    from scipy.sparse import csr_array
    from torch import nn


OUTSIDE = "cutting the text into terms and looking them up in the vocabulary"


class TokenLexicon(Protocol):
    """The fitted lexicon of a text network, as far as its rows are written for a graph."""

    @property
    def index(self) -> Mapping[str, int]:
        """The numbers of the tokens that have one of their own.

        Returns:
            Token -> number.
        """

    def codes(self, texts: Sequence[str]) -> np.ndarray:
        """Token numbers of texts.

        Args:
            texts: n texts.

        Returns:
            int64 (n, t).
        """


def row_width(rows: csr_array) -> int:
    """Slots for the terms of one row: twice the most that any training row needs.

    Args:
        rows: scipy CSR (n, d) of training texts.

    Returns:
        A number of terms.
    """
    return int(2 * max(8, np.diff(rows.indptr).max(initial=8)))


def encode_counts(views: Sequence[TfidfVocabulary], texts: Sequence[str], room: int) -> np.ndarray:
    """Term counts of texts in fixed slots: column numbers over all views, then counts; 0 where there is nothing.

    Args:
        views: vocabularies, their columns numbered one after the other. texts: n texts.
        room: slots; of a text with more terms the first ones are kept.

    Returns:
        float32 (n, 2 * room).
    """
    made = np.zeros((len(texts), 2, room), dtype=np.float32)
    for row, text in enumerate(texts):
        start, pairs = 0, []
        for view in views:
            counted = Counter(column for term in view.split(text) if (column := view.index.get(term)) is not None)
            pairs += [(start + column, count) for column, count in counted.items()]
            start += len(view.index)
        for place, (column, count) in enumerate(pairs[:room]):
            made[row, :, place] = column, count
    return made.reshape(len(texts), -1)


def vocabulary_bytes(views: Sequence[TfidfVocabulary]) -> int:
    """Size of the words of all views, stored one a line.

    Args:
        views: vocabularies.

    Returns:
        Bytes.
    """
    return sum(len(term.encode()) + 1 for view in views for term in view.index)


def linear_module(views: Sequence[TfidfVocabulary], weights: np.ndarray, bias: np.ndarray, room: int) -> nn.Module:
    """A torch Module from rows as ``encode_counts`` makes them to raw outputs (n, width).

    Args:
        views: fitted ``texts.Counted``. weights: (d, width) over all views, side by side. bias: (width,).
    """
    import torch

    ends = np.cumsum([0, *(len(view.index) for view in views)])
    rarity = np.concatenate([view.weight for view in views]).astype(np.float32)

    class Counts(torch.nn.Module):
        rarity: torch.Tensor
        weights: torch.Tensor
        bias: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("rarity", torch.as_tensor(rarity))
            self.register_buffer("weights", torch.as_tensor(np.ascontiguousarray(weights, dtype=np.float32)))
            self.register_buffer("bias", torch.as_tensor(np.asarray(bias, dtype=np.float32)))

        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            columns, counts = rows[:, :room].long(), rows[:, room:]
            there = (counts > 0).float()
            plain, logged = there, there * (1 + torch.log(torch.clamp(counts, min=1.0)))
            total = self.bias
            for view, low, high in zip(views, ends[:-1], ends[1:], strict=True):
                inside = ((columns >= int(low)) & (columns < int(high))).float()
                values = (logged if view.sublinear else plain) * inside * self.rarity[columns]
                length = torch.sqrt(torch.clamp((values * values).sum(dim=1, keepdim=True), min=1e-12))
                total = total + ((values / length)[:, :, None] * self.weights[columns]).sum(dim=1)
            return total

    return Counts().eval()


def token_codes(lexicon: TokenLexicon, texts: Sequence[str]) -> np.ndarray:
    """Token numbers of texts, exact as float32 up to 16 million.

    Args:
        lexicon: the fitted lexicon of a text network. texts: n texts.

    Returns:
        float32 (n, t).
    """
    return lexicon.codes(texts).astype(np.float32)


def token_bytes(lexicon: TokenLexicon) -> int:
    """Size of the words of a network's lexicon, stored one a line.

    Args:
        lexicon: the fitted lexicon of a text network.

    Returns:
        Bytes.
    """
    return sum(len(token.encode()) + 1 for token in lexicon.index)


def to_int64() -> torch.nn.Module:
    """A torch Module that turns float rows into int64, in front of an embedding.

    Returns:
        A Module, float (n, t) -> int64 (n, t).
    """
    import torch

    class ToInt64(torch.nn.Module):
        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            return rows.long()

    return ToInt64()


def weighted_sum(parts: Sequence[tuple[nn.Module, int]], weights: np.ndarray) -> nn.Module:
    """Several models over neighbouring stretches of one row, their raw outputs added by weight.

    Args:
        parts: (module, width of its stretch). weights: one a model, then a shift.
    """
    import torch

    class Weighed(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.parts = torch.nn.ModuleList(module for module, _ in parts)

        def forward(self, rows: torch.Tensor) -> torch.Tensor | float:
            start = 0
            total: torch.Tensor | float = float(weights[-1])
            for place, (part, (_, width)) in enumerate(zip(self.parts, parts, strict=True)):
                total = total + float(weights[place]) * part(rows[:, start : start + width])
                start += width
            return total

    return Weighed().eval()


def hashed_counts(room: int, buckets: int = 1_024) -> torch.nn.Module:
    """Hashed counts of term or token numbers, as a torch Module: the features of a distilled student.

    Args:
        room: slots of a row that count. buckets: columns of the result.

    Returns:
        A Module, (n, >= room) -> (n, buckets), rows of unit length.

    Reference: Weinberger et al. 2009.
    """
    import torch

    class Hashed(torch.nn.Module):
        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            numbers = rows[:, :room].long()
            there = (numbers > 0).float()
            empty = torch.zeros((rows.shape[0], buckets), dtype=rows.dtype)
            counted = empty.scatter_add(1, torch.remainder(numbers, buckets), there)
            return counted / torch.sqrt(torch.clamp((counted * counted).sum(dim=1, keepdim=True), min=1.0))

    return Hashed().eval()
