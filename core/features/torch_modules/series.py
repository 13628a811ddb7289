"""Figures of windows of readings as a torch module, in double precision like the original: (n, t, c) -> (n, d).

The same arithmetic as ``core.features.window_features.window_features``, as sums and products that an ONNX graph can
hold.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np

from core.features import window_features

if TYPE_CHECKING:
    from types import ModuleType

    import torch


def feature_module(length: int, channels: int) -> torch.nn.Module:
    """Everything ``window_features.window_features`` computes, in its order, as a torch Module.

    Args:
        length: steps a window. channels: readings a step.

    Returns:
        A Module, float (n, length, channels) -> float32 (n, d).
    """
    import torch

    class WindowFeatures(torch.nn.Module):
        when: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("when", torch.linspace(-1, 1, length, dtype=torch.float64).reshape(1, -1, 1))

        def forward(self, series: torch.Tensor) -> torch.Tensor:
            x = series.double()
            centred = x - x.mean(dim=1, keepdim=True)
            spread = _spread(torch, centred)
            safe = torch.clamp(spread, min=1e-9)[:, None]
            rows = [x.mean(dim=1), spread, x.amin(dim=1), x.amax(dim=1), *_quantiles(torch, x, length)]
            steps = x[:, 1:] - x[:, :-1]
            size = torch.abs(steps)
            rows += [size.mean(dim=1), _spread(torch, steps), size.amax(dim=1)]
            rows += [torch.sqrt((x * x).mean(dim=1)), (centred * self.when).mean(dim=1), x[:, -1] - x[:, 0]]
            unit = centred / safe
            rows += [(unit * unit * unit).mean(dim=1), (unit * unit * unit * unit).mean(dim=1)]
            below = (centred < 0).double()
            rows += [torch.abs(below[:, 1:] - below[:, :-1]).mean(dim=1)]
            for lag in (1, 2, 4, 8):
                if lag < length:
                    moved = (centred[:, lag:] * centred[:, :-lag]).mean(dim=1)
                    rows.append(moved / (safe[:, 0] * safe[:, 0]))
            rows += _spectral_features(torch, centred, length)
            if 1 < channels <= window_features.MOST_CHANNELS:
                rows += _together(torch, x, centred / (safe * length**0.5), channels)
            found = torch.cat(rows, dim=1)
            return torch.where(torch.isfinite(found), found, torch.zeros_like(found)).float()

    if length < 2:
        raise ValueError("windows of one reading have no figures that a graph holds")
    return WindowFeatures().eval()


def _spread(torch: ModuleType, rows: torch.Tensor) -> torch.Tensor:
    """Standard deviation over time."""
    apart = rows - rows.mean(dim=1, keepdim=True)
    return torch.sqrt((apart * apart).mean(dim=1))


def _quantiles(torch: ModuleType, x: torch.Tensor, length: int) -> list[torch.Tensor]:
    """Linear interpolation between the sorted readings, as NumPy does it."""
    ordered = torch.sort(x, dim=1).values
    found = []
    for share in window_features.QUANTILES:
        place = share * (length - 1)
        low = int(np.floor(place))
        high = min(low + 1, length - 1)
        found.append(ordered[:, low] + (ordered[:, high] - ordered[:, low]) * (place - low))
    return found


def _spectral_features(torch: ModuleType, centred: torch.Tensor, length: int) -> list[torch.Tensor]:
    """The spectrum by a matrix of sines and cosines: windows are short, and any length will do."""
    turns = np.outer(np.arange(length), np.arange(1, length // 2 + 1)) * (2 * np.pi / length)
    if not turns.shape[1]:
        return []
    waves = [torch.as_tensor(make(turns)) for make in (np.cos, np.sin)]
    over_time = centred.transpose(1, 2)  # (n, c, t)
    power = sum(torch.matmul(over_time, wave) ** 2 for wave in waves).transpose(1, 2)  # type: ignore[union-attr]
    whole = power.sum(dim=1) + 1e-12
    edges = np.unique(np.geomspace(1, turns.shape[1] + 1, window_features.BANDS + 1).astype(int)) - 1
    bands = [torch.log10(power[:, int(low) : int(high)].sum(dim=1) + 1e-6) for low, high in pairwise(edges)]
    share = power / whole[:, None]
    loudest = share.argmax(dim=1).double() / turns.shape[1]
    return [*bands, loudest, -(share * torch.log(share + 1e-12)).sum(dim=1)]


def _together(torch: ModuleType, x: torch.Tensor, unit: torch.Tensor, channels: int) -> list[torch.Tensor]:
    pairs = list(combinations(range(channels), 2))
    together = torch.stack([(unit[:, :, i] * unit[:, :, j]).sum(dim=1) for i, j in pairs], dim=1)
    size = torch.sqrt((x * x).sum(dim=2))
    spread = torch.sqrt(((size - size.mean(dim=1, keepdim=True)) ** 2).mean(dim=1))
    steps = torch.abs(size[:, 1:] - size[:, :-1]).mean(dim=1)
    return [together, torch.stack([size.mean(dim=1), spread, size.amin(dim=1), size.amax(dim=1), steps], dim=1)]


def input_module(middle: np.ndarray, spread: np.ndarray) -> torch.nn.Module:
    """The standardised windows that a temporal network takes, as a torch Module.

    Args:
        middle, spread: mean and standard deviation of each channel.

    Returns:
        A Module, (n, t, c) -> (n, c, t).
    """
    import torch

    class WindowInput(torch.nn.Module):
        middle: torch.Tensor
        spread: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("middle", torch.as_tensor(middle, dtype=torch.float64))
            self.register_buffer("spread", torch.as_tensor(spread, dtype=torch.float64))

        def forward(self, series: torch.Tensor) -> torch.Tensor:
            scaled = torch.clamp((series.double() - self.middle) / self.spread, -10, 10).float()
            return scaled.transpose(1, 2)

    return WindowInput().eval()
