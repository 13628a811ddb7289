"""The networks for tables: plain torch Modules over one float tensor (n, width) of a dense encoding.

Only linear maps, element-wise scalings and ReLU modules used once: what DeepLift's rules and an export both need.
Reference: Gorishniy, Kotelnikov & Babenko 2025 (TabM); Gorishniy et al. 2022 (embeddings of numbers).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.schema import Facts, JsonObject

if TYPE_CHECKING:
    import torch
    from torch import nn

    from core.features.table_encoders import DenseEncoder

# Fields of the configuration -> their names in saved results and models, which stay.
SETTINGS = {
    "ensemble_size": "members",
    "blocks": "blocks",
    "width": "breadth",
    "depth": "depth",
    "dropout": "dropout",
}


@dataclass(frozen=True)
class TabMConfig:
    """The size of a table network. ensemble_size: sub-networks sharing weights (1: a plain MLP); blocks x width
    hidden; depth: numbers an embedded column becomes. Dropout is off: a third of a step for no gain on
    three tables."""

    ensemble_size: int = 8
    blocks: int = 2
    width: int = 128
    depth: int = 8
    dropout: float = 0.0

    @classmethod
    def from_settings(cls, settings: Facts) -> TabMConfig:
        """The configuration that settings ask for; others are left at their defaults.

        Args:
            settings: under their names in saved results.

        Returns:
            The configuration.
        """
        return cls(**{field: settings[name] for field, name in SETTINGS.items() if name in settings})

    def to_settings(self) -> JsonObject:
        """The fields under their names in saved results and models.

        Returns:
            Setting -> value.
        """
        return {name: getattr(self, field) for field, name in SETTINGS.items()}


def build_tabm(encoding: DenseEncoder, width: int, config: TabMConfig) -> nn.Module:
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
    embedding = _embedding(curved, bins, config.depth)
    chunks = [config.depth] * curved + [1] * (len(rest) - int((encoding.levels + encoding.absent).sum()))
    chunks += [int(size) for size in encoding.levels + encoding.absent if size]

    class TableNetwork(nn.Module):
        curved: torch.Tensor
        rest: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("curved", torch.as_tensor(encoding.curved))
            self.register_buffer("rest", torch.as_tensor(rest, dtype=torch.int64))
            self.embedding = embedding
            self.backbone = _backbone(chunks, config)
            self.head = _head(config, width)

        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            raw = self.head(self.represent(rows))
            if config.ensemble_size == 1:
                return raw
            return raw.flatten(0, 1) if self.training else raw.mean(1)

        def represent(self, rows: torch.Tensor) -> torch.Tensor:
            """The last hidden layer: (n, ensemble_size, width), or (n, width) with one."""
            flat = rows[:, self.rest]
            if self.embedding is not None:
                parts = rows[:, numbers : numbers + curved * bins].unflatten(1, (curved, bins))
                flat = torch.cat([self.embedding(rows[:, self.curved], parts), flat], dim=1)
            if config.ensemble_size == 1:
                return self.backbone(flat)
            return self.backbone(flat[:, None].expand(-1, config.ensemble_size, -1))

    return TableNetwork()


def _embedding(columns: int, bins: int, depth: int) -> nn.Module | None:
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

        def forward(self, values: torch.Tensor, parts: torch.Tensor) -> torch.Tensor:
            straight = values[:, :, None] * self.slope + self.shift
            bent = torch.bmm(parts.transpose(0, 1), self.curve).transpose(0, 1)
            return (straight + bent).flatten(1)

    return ColumnEmbedding()


def _backbone(chunks: list[int], config: TabMConfig) -> nn.Module:
    import tabm
    from torch import nn

    if config.ensemble_size > 1:
        return tabm.make_tabm_backbone(
            d_in=sum(chunks),
            n_blocks=config.blocks,
            d_block=config.width,
            dropout=config.dropout,
            k=config.ensemble_size,
            start_scaling_init="normal",
            start_scaling_init_chunks=chunks,
        )
    layers: list[Any] = []
    for place in range(config.blocks):
        layers += [nn.Linear(config.width if place else sum(chunks), config.width), nn.ReLU()]
        layers += [nn.Dropout(config.dropout)] if config.dropout else []
    return nn.Sequential(*layers)


def _head(config: TabMConfig, width: int) -> nn.Module:
    import tabm
    from torch import nn

    if config.ensemble_size > 1:
        return tabm.LinearEnsemble(config.width, width, k=config.ensemble_size)
    return nn.Linear(config.width, width)


def ensemble_loss(
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor], ensemble_size: int
) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    """A loss over the members of an ensemble: every member learns by itself.

    Args:
        loss: over rows, (n, width). ensemble_size: members.

    Returns:
        A loss over (n * members, width).
    """
    if ensemble_size == 1:
        return loss
    return lambda raw, target: loss(raw, target.repeat_interleave(ensemble_size, dim=0))


def layer_shapes(network: nn.Module) -> list[JsonObject]:
    """Every parameter of a network with its shape.

    Args:
        network: a torch Module.

    Returns:
        [{"name", "shape", "parameters"}].
    """
    return [
        {"name": name, "shape": list(parameter.shape), "parameters": int(parameter.numel())}
        for name, parameter in network.named_parameters()
    ]


def count_parameters(network: nn.Module) -> int:
    """Trainable parameters of a network.

    Args:
        network: a torch Module.

    Returns:
        A count.
    """
    return sum(int(parameter.numel()) for parameter in network.parameters())


def count_multiply_adds(network: nn.Module, example: torch.Tensor) -> int:
    """Multiply-adds of one prediction, counted by torch; element-wise work is left out.

    Args:
        network: a torch Module. example: one row (1, ...).

    Returns:
        A count.
    """
    from torch.utils.flop_counter import FlopCounterMode

    network.eval()
    with FlopCounterMode(display=False) as counter:
        network(example)
    return int(counter.get_total_flops() // 2)


def weight_arrays(network: nn.Module) -> dict[str, np.ndarray]:
    """Parameters and buffers as arrays, for saving.

    Args:
        network: a torch Module.

    Returns:
        name -> array.
    """
    return {name: value.detach().cpu().numpy() for name, value in network.state_dict().items()}
