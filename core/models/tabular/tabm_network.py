"""The networks for tables: plain torch Modules over one float tensor (n, width) of a dense encoding.

Only linear maps, element-wise scalings and ReLU modules used once: what DeepLift's rules and an export both need.
Reference: Gorishniy, Kotelnikov & Babenko 2025 (TabM); Gorishniy et al. 2022 (embeddings of numbers).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class TabMConfig:
    """The size of a table network. members: sub-networks sharing weights (1: a plain MLP); blocks x breadth hidden;
    depth: numbers an embedded column becomes. Dropout is off: a third of a step for no gain on
    three tables."""

    members: int = 8
    blocks: int = 2
    breadth: int = 128
    depth: int = 8
    dropout: float = 0.0


def build_tabm(encoding: Any, width: int, shape: TabMConfig) -> Any:
    """A network from a Dense encoding's rows to ``width`` raw outputs.

    In training mode forward gives every member's answer, (n * members, width), a row's members side by side; in
    evaluation mode their mean, (n, width).
    """
    import torch
    from torch import nn

    numbers, curved = len(encoding.middle), len(encoding.curved)
    bins = encoding.slopes.shape[1]
    rest = [place for place in range(numbers) if place not in set(encoding.curved.tolist())]
    rest += list(range(numbers + curved * bins, encoding.width))
    embedding = _embedding(curved, bins, shape.depth)
    chunks = [shape.depth] * curved + [1] * (len(rest) - int((encoding.levels + encoding.absent).sum()))
    chunks += [int(size) for size in encoding.levels + encoding.absent if size]

    class TableNetwork(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("curved", torch.as_tensor(encoding.curved))
            self.register_buffer("rest", torch.as_tensor(rest, dtype=torch.int64))
            self.embedding = embedding
            self.backbone = _backbone(chunks, shape)
            self.head = _head(shape, width)

        def forward(self, rows: Any) -> Any:
            raw = self.head(self.represent(rows))
            if shape.members == 1:
                return raw
            return raw.flatten(0, 1) if self.training else raw.mean(1)

        def represent(self, rows: Any) -> Any:
            """The last hidden layer: (n, members, breadth), or (n, breadth) with one member."""
            flat = rows[:, self.rest]
            if self.embedding is not None:
                parts = rows[:, numbers : numbers + curved * bins].unflatten(1, (curved, bins))
                flat = torch.cat([self.embedding(rows[:, self.curved], parts), flat], dim=1)
            if shape.members == 1:
                return self.backbone(flat)
            return self.backbone(flat[:, None].expand(-1, shape.members, -1))

    return TableNetwork()


def _embedding(columns: int, bins: int, depth: int) -> Any:
    import torch
    from torch import nn

    if not columns:
        return None

    class ColumnEmbedding(nn.Module):
        """Each number x with its piecewise-linear parts -> ``depth`` numbers, a linear map of its own per column."""

        def __init__(self) -> None:
            super().__init__()
            bound = depth**-0.5
            self.slope = nn.Parameter(torch.empty(columns, depth).uniform_(-bound, bound))
            self.shift = nn.Parameter(torch.empty(columns, depth).uniform_(-bound, bound))
            # Zero at first: the embedding starts out linear and learns its curve (TabM's version "B").
            self.curve = nn.Parameter(torch.zeros(columns, bins, depth))

        def forward(self, values: Any, parts: Any) -> Any:
            straight = values[:, :, None] * self.slope + self.shift
            bent = torch.bmm(parts.transpose(0, 1), self.curve).transpose(0, 1)
            return (straight + bent).flatten(1)

    return ColumnEmbedding()


def _backbone(chunks: list[int], shape: TabMConfig) -> Any:
    import tabm
    from torch import nn

    if shape.members > 1:
        return tabm.make_tabm_backbone(
            d_in=sum(chunks),
            n_blocks=shape.blocks,
            d_block=shape.breadth,
            dropout=shape.dropout,
            k=shape.members,
            start_scaling_init="normal",
            start_scaling_init_chunks=chunks,
        )
    layers: list[Any] = []
    for place in range(shape.blocks):
        layers += [nn.Linear(shape.breadth if place else sum(chunks), shape.breadth), nn.ReLU()]
        layers += [nn.Dropout(shape.dropout)] if shape.dropout else []
    return nn.Sequential(*layers)


def _head(shape: TabMConfig, width: int) -> Any:
    import tabm
    from torch import nn

    if shape.members > 1:
        return tabm.LinearEnsemble(shape.breadth, width, k=shape.members)
    return nn.Linear(shape.breadth, width)


def ensemble_loss(loss: Any, members: int) -> Any:
    """A loss over members' answers (n * members, width) from one over rows: every member learns by itself."""
    if members == 1:
        return loss
    return lambda raw, target: loss(raw, target.repeat_interleave(members, dim=0))


def layer_shapes(network: Any) -> list[dict[str, Any]]:
    """Every parameter of a network with its shape: [{"name", "shape", "parameters"}]."""
    return [
        {"name": name, "shape": list(parameter.shape), "parameters": int(parameter.numel())}
        for name, parameter in network.named_parameters()
    ]


def count_parameters(network: Any) -> int:
    """Trainable parameters."""
    return sum(int(parameter.numel()) for parameter in network.parameters())


def count_multiply_adds(network: Any, example: Any) -> int:
    """Multiply-adds of one answer, counted by torch on one example row (1, ...); element-wise work is left out."""
    from torch.utils.flop_counter import FlopCounterMode

    network.eval()
    with FlopCounterMode(display=False) as counter:
        network(example)
    return int(counter.get_total_flops() // 2)


def weight_arrays(network: Any) -> dict[str, np.ndarray]:
    """Parameters and buffers as arrays, for saving."""
    return {name: value.detach().cpu().numpy() for name, value in network.state_dict().items()}
