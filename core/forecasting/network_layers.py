"""Networks that foretell all steps ahead at once, as torch modules: a linear one and one of blocks at several rates.

Reference: Zeng, Chen, Zhang & Xu 2023, "Are transformers effective for time series forecasting?" (DLinear); Challu et
al. 2023 (N-HiTS).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

HIDDEN, DROPOUT = 128, 0.1
KERNEL = 25


@dataclass(frozen=True)
class NetworkShape:
    """Sizes of a network: steps of the past, numbers known beside it and steps ahead; and the quantiles from which its
    answers start."""

    past: int
    known: int
    horizon: int
    start: tuple[float, ...]

    @property
    def quantiles(self) -> int:
        """How many quantiles it gives.

        Returns:
            A count.
        """
        return len(self.start)


def linear_network(shape: NetworkShape) -> torch.nn.Module:
    """A linear layer on the moving mean, one on what is left, one on what is known beside.

    Args:
        shape: its sizes. It takes the past (n, past) and what is known (n, known).

    Returns:
        A torch Module that gives (n, horizon, quantiles).
    """
    import torch
    from torch import nn

    width, kernel = shape.horizon * shape.quantiles, min(KERNEL, 2 * (shape.past // 8) + 1)

    class LinearForecast(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.trend = nn.Linear(shape.past, width)
            self.rest = nn.Linear(shape.past, width)
            self.known = nn.Linear(max(shape.known, 1), width)
            self.mean = nn.AvgPool1d(kernel, 1)
            for layer in (self.trend, self.rest, self.known):
                nn.init.normal_(layer.weight, std=0.01)
                nn.init.zeros_(layer.bias)
            # Outer quantiles start where they roughly belong: few rows pull at them.
            self.base = nn.Parameter(torch.tensor(shape.start).repeat(shape.horizon, 1))

        def forward(self, past: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
            padded = nn.functional.pad(past[:, None], (kernel // 2, kernel // 2), mode="replicate")
            trend = self.mean(padded)[:, 0]
            found = self.trend(trend) + self.rest(past - trend) + self.known(known)
            return found.view(-1, shape.horizon, shape.quantiles) + self.base

    return LinearForecast()


def block_network(shape: NetworkShape, rates: tuple[int, ...]) -> torch.nn.Module:
    """Blocks that look at the past through pools of falling width; each foretells at its own rate what others left.

    Args:
        shape: its sizes; inputs and output as of ``linear_network``. rates: widths of the pools, in steps.

    Returns:
        A torch Module that gives (n, horizon, quantiles).
    """
    import torch
    from torch import nn

    class RateBlock(nn.Module):
        def __init__(self, rate: int) -> None:
            super().__init__()
            self.rate = min(rate, shape.past)
            seen, ahead = -(-shape.past // self.rate), max(1, -(-shape.horizon // self.rate))
            self.body = nn.Sequential(
                nn.Linear(seen + max(shape.known, 1), HIDDEN), nn.ReLU(), nn.Dropout(DROPOUT),
                nn.Linear(HIDDEN, HIDDEN), nn.ReLU(),
            )  # fmt: skip
            self.back, self.ahead = nn.Linear(HIDDEN, seen), nn.Linear(HIDDEN, ahead * shape.quantiles)

        def forward(self, past: torch.Tensor, known: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            pooled = nn.functional.max_pool1d(past[:, None], self.rate, self.rate, ceil_mode=True)[:, 0]
            inner = self.body(torch.cat([pooled, known], dim=1))
            back = nn.functional.interpolate(self.back(inner)[:, None], size=shape.past, mode="linear")[:, 0]
            coarse = self.ahead(inner).view(len(past), shape.quantiles, -1)
            fine = nn.functional.interpolate(coarse, size=shape.horizon, mode="linear").transpose(1, 2)
            return back, fine

    class BlockForecast(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = nn.ModuleList(RateBlock(rate) for rate in rates)
            self.base = nn.Parameter(torch.tensor(shape.start).repeat(shape.horizon, 1))

        def forward(self, past: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
            total = self.base
            for block in self.blocks:
                back, fine = block(past, known)
                past, total = past - back, total + fine
            return total

    return BlockForecast()
