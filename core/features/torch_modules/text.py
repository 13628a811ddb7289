"""Weighted counts of terms as a torch module: rows of (column, count) pairs -> the raw outputs of a linear head.

Cutting a text into terms and looking them up in the vocabulary stays outside the graph: it is reading, not arithmetic.
Logarithms, weights by rarity, the length of a row and the linear map are part of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

OUTSIDE = "cutting the text into terms and looking them up in the vocabulary"


def longest(rows: Any) -> int:
    """Room for a row's terms: twice the most of any training row. rows: scipy CSR (n, d)."""
    return int(2 * max(8, np.diff(rows.indptr).max(initial=8)))


def encode(views: Sequence[Any], found: Sequence[str], room: int) -> np.ndarray:
    """Texts -> float32 (n, 2 * room): column numbers over all views, then counts; 0 where there is nothing.

    Of a text with more terms the first ``room`` are kept.
    """
    made = np.zeros((len(found), 2, room), dtype=np.float32)
    for row, text in enumerate(found):
        start, pairs = 0, []
        for view in views:
            counted = Counter(column for term in view.split(text) if (column := view.index.get(term)) is not None)
            pairs += [(start + column, count) for column, count in counted.items()]
            start += len(view.index)
        for place, (column, count) in enumerate(pairs[:room]):
            made[row, :, place] = column, count
    return made.reshape(len(found), -1)


def vocabulary_bytes(views: Sequence[Any]) -> int:
    """What the words of all views weigh, one a line."""
    return sum(len(term.encode()) + 1 for view in views for term in view.index)


def module(views: Sequence[Any], weights: np.ndarray, bias: np.ndarray, room: int) -> Any:
    """A torch Module from rows as ``encode`` makes them to raw outputs (n, width).

    Args:
        views: fitted ``texts.Counted``. weights: (d, width) over all views, side by side. bias: (width,).
    """
    import torch

    ends = np.cumsum([0, *(len(view.index) for view in views)])
    rarity = np.concatenate([view.weight for view in views]).astype(np.float32)

    class Counts(torch.nn.Module):
        rarity: Any
        weights: Any
        bias: Any

        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("rarity", torch.as_tensor(rarity))
            self.register_buffer("weights", torch.as_tensor(np.ascontiguousarray(weights, dtype=np.float32)))
            self.register_buffer("bias", torch.as_tensor(np.asarray(bias, dtype=np.float32)))

        def forward(self, rows: Any) -> Any:
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


def codes(lexicon: Any, found: Sequence[str]) -> np.ndarray:
    """Texts -> the numbers of their tokens as float32 (n, t), exact up to 16 million."""
    return lexicon.codes(found).astype(np.float32)


def token_bytes(lexicon: Any) -> int:
    """What the words of a network's lexicon weigh, one a line."""
    return sum(len(token.encode()) + 1 for token in lexicon.index)


def whole_numbers() -> Any:
    """Float rows -> int64, as a torch Module in front of an embedding."""
    import torch

    class Whole(torch.nn.Module):
        def forward(self, rows: Any) -> Any:
            return rows.long()

    return Whole()


def weighed(parts: Sequence[tuple[Any, int]], weights: np.ndarray) -> Any:
    """Several models over neighbouring stretches of one row, their raw outputs added by weight.

    Args:
        parts: (module, width of its stretch). weights: one a model, then a shift.
    """
    import torch

    class Weighed(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.parts = torch.nn.ModuleList(module for module, _ in parts)

        def forward(self, rows: Any) -> Any:
            start, total = 0, float(weights[-1])
            for place, (part, (_, width)) in enumerate(zip(self.parts, parts, strict=True)):
                total = total + float(weights[place]) * part(rows[:, start : start + width])
                start += width
            return total

    return Weighed().eval()


def hashed(room: int, buckets: int = 1_024) -> Any:
    """Numbers of terms or tokens, the first ``room`` of a row, counted in buckets: (n, buckets) of unit length.

    The features a small student of a text model stands on (Weinberger et al. 2009), as a torch Module.
    """
    import torch

    class Hashed(torch.nn.Module):
        def forward(self, rows: Any) -> Any:
            numbers = rows[:, :room].long()
            there = (numbers > 0).float()
            empty = torch.zeros((rows.shape[0], buckets), dtype=rows.dtype)
            counted = empty.scatter_add(1, torch.remainder(numbers, buckets), there)
            return counted / torch.sqrt(torch.clamp((counted * counted).sum(dim=1, keepdim=True), min=1.0))

    return Hashed().eval()
