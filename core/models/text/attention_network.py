"""A small text network from scratch: learned token vectors, neighbouring tokens, attention over the text.

Reference: Kim 2014 (convolutions over words); Yang et al. 2016 (attention); Joulin et al. 2017 (mean of vectors).
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.features.text_features import tokens

if TYPE_CHECKING:
    import torch
    from torch import nn

LENGTH = 160
BUCKETS = 512
PAD = 0


@dataclass(frozen=True)
class Lexicon:
    """Token -> number. 0 is padding, 1..BUCKETS are shared by rare and unknown tokens, the rest have their own."""

    index: dict[str, int]
    length: int

    @property
    def size(self) -> int:
        """The number of token numbers in use.

        Returns:
            Known tokens, buckets and padding together.
        """
        return len(self.index) + BUCKETS + 1

    def codes(self, texts: Sequence[str]) -> np.ndarray:
        """Token numbers of texts, padded with 0; of longer texts the beginning and the end are kept.

        Args:
            texts: n texts.

        Returns:
            int64 (n, length).
        """
        made = np.full((len(texts), self.length), PAD, dtype=np.int64)
        for row, text in enumerate(texts):
            found = tokens(text)
            if len(found) > self.length:
                tail = self.length // 4
                found = found[: self.length - tail] + found[-tail:]
            made[row, : len(found)] = [self.code(token) for token in found]
        return made

    def code(self, token: str) -> int:
        """The number of a token; unknown tokens share BUCKETS numbers.

        Args:
            token: any token.

        Returns:
            A number below ``size``.
        """
        known = self.index.get(token)
        return 1 + zlib.crc32(token.encode()) % BUCKETS if known is None else known


def build_lexicon(texts: Sequence[str], most: int = 20_000) -> Lexicon:
    """The tokens that occur at least twice in training texts, the most frequent first.

    Args:
        texts: n training texts. most: tokens at most.

    Returns:
        The lexicon, with the length that 95 % of the texts need.
    """
    seen: Counter[str] = Counter()
    lengths = []
    for text in texts:
        found = tokens(text)
        lengths.append(len(found))
        seen.update(found)
    kept = [token for token, held in seen.most_common(most) if held > 1]
    length = int(np.clip(np.quantile(lengths, 0.95), 8, LENGTH)) if lengths else 8
    return Lexicon({token: BUCKETS + 1 + place for place, token in enumerate(kept)}, length)


def build_reader(vocabulary: int, width: int, depth: int = 48, channels: int = 64) -> nn.Module:
    """A torch Module, int64 (n, t) -> (n, width): vectors, a convolution over three tokens, three poolings.

    Args:
        vocabulary: numbers in use. width: outputs. depth: of a token's vector. breadth: convolution channels.
    """
    import torch
    from torch import nn

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.vectors = nn.Embedding(vocabulary, depth, padding_idx=PAD)
            nn.init.normal_(self.vectors.weight, std=0.3)
            self.near = nn.Linear(3 * depth, channels)
            self.bend = nn.ReLU()
            self.attend = nn.Linear(channels, 1)
            self.drop = nn.Dropout(0.3)
            self.last = nn.Linear(depth + 2 * channels, width)

        def features(self, codes: torch.Tensor) -> torch.Tensor:
            there = (codes != PAD).unsqueeze(2).to(self.vectors.weight.dtype)  # (n, t, 1)
            vectors = self.vectors(codes) * there
            # A convolution over three neighbours, written as one product: several times faster on a processor.
            around = nn.functional.pad(vectors, (0, 0, 1, 1))
            near = torch.cat([around[:, :-2], vectors, around[:, 2:]], dim=2)
            near = self.bend(self.near(near)) * there  # (n, t, breadth)
            pull = torch.softmax(self.attend(near) + (there - 1) * 1e4, dim=1)
            count = there.sum(dim=1).clamp(min=1)
            return torch.cat([vectors.sum(dim=1) / count.sqrt(), (near * pull).sum(dim=1), near.amax(dim=1)], dim=1)

        def forward(self, codes: torch.Tensor) -> torch.Tensor:
            return self.last(self.drop(self.features(codes)))

    return Reader()


def token_dropout(share: float = 0.15) -> Callable[..., Sequence[Any]]:
    """Augmentation that masks tokens at random.

    Args:
        share: probability of each token.

    Returns:
        (batch, generator) -> batch.
    """

    def augment(batch: Sequence[Any], generator: torch.Generator) -> Sequence[Any]:
        import torch

        codes, *rest = batch
        kept = torch.rand(codes.shape, generator=generator) >= share
        return [codes * kept, *rest]

    return augment
