"""A small causal transformer over characters, with a short causal convolution in front of each attention.

Reference: Vaswani et al. 2017; Radford et al. 2019 (pre-norm decoder); So et al. 2021 (depthwise convolutions, Primer).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

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
    """As large as the seconds can train: a processor sees some thirty thousand characters a second, a GPU millions."""
    if device.startswith("cuda"):
        return TransformerConfig(256, 4, 8, length, 0.2)
    return TransformerConfig(length=length) if seconds < PATIENT_SECONDS else TransformerConfig(96, 2, 4, length)


def build_transformer(size: int, shape: TransformerConfig) -> Any:
    """A torch module: codes int64 (n, t), t <= length -> raw outputs (n, t, size) for the character after each."""
    import torch
    from torch import nn

    class WriterNetwork(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tokens = nn.Embedding(size, shape.width)
            self.places = nn.Parameter(torch.zeros(shape.length, shape.width))
            self.blocks = nn.ModuleList(_block(shape) for _ in range(shape.layers))
            self.norm = nn.LayerNorm(shape.width)
            self.head = nn.Linear(shape.width, size)
            nn.init.normal_(self.tokens.weight, std=0.3)

        def forward(self, codes: Any) -> Any:
            flow = self.tokens(codes) + self.places[: codes.shape[1]]  # (n, t, width)
            for block in self.blocks:
                flow = block(flow)
            return self.head(self.norm(flow))

    return WriterNetwork()


def _block(shape: TransformerConfig) -> Any:
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.before = nn.LayerNorm(shape.width)
            self.near = nn.Conv1d(shape.width, shape.width, KERNEL_SIZE, groups=shape.width)
            self.mixed = nn.Linear(shape.width, 3 * shape.width)
            self.out = nn.Linear(shape.width, shape.width)
            self.after = nn.LayerNorm(shape.width)
            self.wide = nn.Linear(shape.width, 4 * shape.width)
            self.narrow = nn.Linear(4 * shape.width, shape.width)
            self.drop = nn.Dropout(shape.dropout)

        def forward(self, flow: Any) -> Any:
            rows, steps, width = flow.shape
            seen = self.before(flow)
            seen = seen + self.near(nn.functional.pad(seen.transpose(1, 2), (KERNEL_SIZE - 1, 0))).transpose(1, 2)
            parts = self.mixed(seen).view(rows, steps, 3, shape.heads, width // shape.heads).permute(2, 0, 3, 1, 4)
            mixed = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_causal=True)
            flow = flow + self.drop(self.out(mixed.transpose(1, 2).reshape(rows, steps, width)))
            return flow + self.drop(self.narrow(torch.relu(self.wide(self.after(flow))).square()))

    return Block()


def loss(raw: Any, target: Any) -> Any:
    """Mean cross-entropy in nats over the characters asked about; targets (n, t) of -1 are padding."""
    from torch import nn

    return nn.functional.cross_entropy(raw.flatten(0, 1), target.flatten(), ignore_index=-1)


def steps_per_evaluation(rows: int, size: int) -> int:
    """Batches between two looks at the inner texts: an eighth of a pass, at most 32 on small batches."""
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


def warm_up(network: Any, tensors: tuple[Any, Any]) -> None:
    """One throw-away pass, so that the clock of the first stretch tells how long a stretch takes."""
    found = loss(network(tensors[0][:2]), tensors[1][:2])
    found.backward()
    network.zero_grad(set_to_none=True)
