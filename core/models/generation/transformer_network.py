"""A small causal transformer over characters, with a short causal convolution in front of each attention.

Reference: Vaswani et al. 2017; Radford et al. 2019 (pre-norm decoder); So et al. 2021 (depthwise convolutions, Primer).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from torch import nn

KERNEL_SIZE = 4
MAX_STEPS = 32
PATIENT_SECONDS = 30.0


@dataclass(frozen=True)
class TransformerConfig:
    """The size of a writer: ``width`` numbers a character, ``layers`` blocks, ``heads``, and the longest text."""

    width: int = 64
    layers: int = 1
    heads: int = 4
    length: int = 128
    dropout: float = 0.0


def config_for(device: str, seconds: float, length: int) -> TransformerConfig:
    """The largest transformer that the budget can train.

    A processor sees some thirty thousand characters a second, a GPU millions.

    Args:
        device: "cpu" or an accelerator. seconds: of the budget. length: characters a piece.

    Returns:
        Its configuration.
    """
    if device.startswith("cuda"):
        return TransformerConfig(256, 4, 8, length, 0.2)
    return TransformerConfig(length=length) if seconds < PATIENT_SECONDS else TransformerConfig(96, 2, 4, length)


def build_transformer(size: int, config: TransformerConfig) -> torch.nn.Module:
    """A causal character transformer.

    Args:
        size: codes. config: of its layers.

    Returns:
        A torch Module, int64 (n, t) with t <= length -> raw outputs (n, t, size) for the character after each.

    Reference: Vaswani et al. 2017.
    """
    import torch
    from torch import nn

    class WriterNetwork(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tokens = nn.Embedding(size, config.width)
            self.places = nn.Parameter(torch.zeros(config.length, config.width))
            self.blocks = nn.ModuleList(_block(config) for _ in range(config.layers))
            self.norm = nn.LayerNorm(config.width)
            self.head = nn.Linear(config.width, size)
            nn.init.normal_(self.tokens.weight, std=0.3)

        def forward(self, codes: torch.Tensor) -> torch.Tensor:
            flow = self.tokens(codes) + self.places[: codes.shape[1]]  # (n, t, width)
            for block in self.blocks:
                flow = block(flow)
            return self.head(self.norm(flow))

    return WriterNetwork()


def _block(config: TransformerConfig) -> nn.Module:
    import torch
    from torch import nn

    class AttentionBlock(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.before = nn.LayerNorm(config.width)
            self.near = nn.Conv1d(config.width, config.width, KERNEL_SIZE, groups=config.width)
            self.mixed = nn.Linear(config.width, 3 * config.width)
            self.out = nn.Linear(config.width, config.width)
            self.after = nn.LayerNorm(config.width)
            self.wide = nn.Linear(config.width, 4 * config.width)
            self.narrow = nn.Linear(4 * config.width, config.width)
            self.drop = nn.Dropout(config.dropout)

        def forward(self, flow: torch.Tensor) -> torch.Tensor:
            rows, steps, width = flow.shape
            seen = self.before(flow)
            seen = seen + self.near(nn.functional.pad(seen.transpose(1, 2), (KERNEL_SIZE - 1, 0))).transpose(1, 2)
            parts = self.mixed(seen).view(rows, steps, 3, config.heads, width // config.heads).permute(2, 0, 3, 1, 4)
            mixed = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_causal=True)
            flow = flow + self.drop(self.out(mixed.transpose(1, 2).reshape(rows, steps, width)))
            return flow + self.drop(self.narrow(torch.relu(self.wide(self.after(flow))).square()))

    return AttentionBlock()


def loss(raw: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy over the characters that count.

    Args:
        raw: (n, t, size). target: int64 (n, t); -1 is padding.

    Returns:
        A scalar tensor, in nats.
    """
    from torch import nn

    return nn.functional.cross_entropy(raw.flatten(0, 1), target.flatten(), ignore_index=-1)


def steps_per_evaluation(rows: int, size: int) -> int:
    """Batches between two evaluations on the inner texts: an eighth of a pass, at most 32 on small batches.

    Args:
        rows: training texts. size: texts a batch.

    Returns:
        A number of batches.
    """
    return max(1, min(MAX_STEPS, rows // (8 * size) or 1))


def batch_stream(tensors: tuple[Any, Any], size: int, steps: int, seed: int) -> Callable[[int], Iterator[Any]]:
    """Stretches of ``steps`` batches walking over the texts in an order drawn anew for every pass."""
    import torch

    rows = len(tensors[0])
    a_pass = max(1, rows // size)

    def epoch(number: int) -> Iterator[Any]:
        for step in range((number - 1) * steps, number * steps):
            generator = torch.Generator().manual_seed(seed * 100_003 + step // a_pass)
            order = torch.randperm(rows, generator=generator)
            begin = (step % a_pass) * size
            chosen = order[begin : begin + size]
            yield [tensor[chosen] for tensor in tensors]

    return epoch
