"""Heads as torch modules over features: linear maps and Gaussian kernel machines with their calibration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.models.heads import Head

if TYPE_CHECKING:
    import torch
    from torch import nn


def head_module(head: Head, scales: dict[str, np.ndarray] | None = None) -> nn.Module:
    """A linear or kernel head as a torch Module, features (n, d) -> raw outputs (n, width).

    Args:
        scales: ``arrays`` of a ``Standardisation``, where the head stands on standardised features.

    Raises:
        ValueError: a head of another kind.
    """
    import torch

    steps = [] if scales is None else [scaling_module(scales["middle"], scales["scale"])]
    held = head.arrays
    if "components" in held:
        steps.append(_linear(held["components"], -held["shift"]))
        if "landmarks" in held:
            steps += [_gaussian(held["landmarks"], head.portable["gamma"]), _linear(held["turn"], None)]
            steps.append(_linear(held["weights"], held["bias"]))
        else:
            steps.append(_gaussian(held["vectors"], head.portable["gamma"]))
            steps += [_linear(held["duals"], held["bias"]), torch.nn.Tanh()]
            steps.append(_linear(*_gathered(head.portable["gather"], held["calibration"], head.portable["width"])))
    elif "weights" in held and held["weights"].ndim == 2:
        steps.append(_linear(held["weights"], held["bias"]))
    else:
        raise ValueError("this head has no form that can be part of a graph")
    return torch.nn.Sequential(*steps).eval()


def _gathered(gather: np.ndarray, calibration: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairwise decisions -> calibrated raw outputs, as one linear map."""
    slope, shift = (float(value) for value in calibration)
    turned = gather[:, 1:2] - gather[:, :1] if width == 1 else gather
    return slope * turned, np.full(turned.shape[1], shift)


def _linear(weights: np.ndarray, offsets: np.ndarray | None) -> nn.Module:
    """Rows @ weights + offsets as a Linear layer."""
    import torch

    layer = torch.nn.Linear(weights.shape[0], weights.shape[1], bias=offsets is not None)
    with torch.no_grad():
        layer.weight.copy_(torch.as_tensor(np.ascontiguousarray(weights.T), dtype=torch.float32))
        if offsets is not None:
            layer.bias.copy_(torch.as_tensor(offsets, dtype=torch.float32))
    return layer


def scaling_module(middle: np.ndarray, scale: np.ndarray, most: float = 5.0) -> torch.nn.Module:
    """Centred and scaled rows, clipped, as a torch Module.

    Args:
        middle, scale: float (d,). most: largest absolute value afterwards.

    Returns:
        A Module, (n, d) -> (n, d).
    """
    import torch

    class Scaling(torch.nn.Module):
        middle: torch.Tensor
        scale: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("middle", torch.as_tensor(middle, dtype=torch.float32))
            self.register_buffer("scale", torch.as_tensor(scale, dtype=torch.float32))

        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            return torch.clamp((rows - self.middle) / self.scale, -most, most)

    return Scaling()


def _gaussian(vectors: np.ndarray, gamma: float) -> nn.Module:
    """Rows (n, d) -> exp(-gamma * squared distance) to each vector (n, v)."""
    import torch

    class Gaussian(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.product = _linear(-2 * vectors.T, (vectors**2).sum(axis=1))

        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            apart = (rows * rows).sum(dim=1, keepdim=True) + self.product(rows)
            return torch.exp(-gamma * torch.clamp(apart, min=0.0))

    return Gaussian()
