"""What networks of clips take, as tensors and as torch Modules: pixels centred and scaled, and coarse clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch

COARSE = "clips averaged over 4 stretches of 6 x 6 cells"
STUDENT_TIMES, STUDENT_SIDE = 4, 6


@dataclass(frozen=True)
class ClipScaling:
    """How pixels are brought to numbers: mean of each channel and spread of all, in shares of 255, and ``shrink``, the
    side of the squares that are averaged."""

    centre: tuple[float, ...]
    spread: float
    shrink: int


def fit_scaling(clips: np.ndarray, shrink: int) -> ClipScaling:
    """The scaling of training clips.

    Args:
        clips: uint8 (n, t, h, w, c). shrink: side of the squares that are averaged.
    """
    some = clips[:: max(1, len(clips) // 200)].astype(np.float32) / 255.0
    return ClipScaling(
        tuple(float(mean) for mean in some.mean(axis=(0, 1, 2, 3))), max(float(some.std()), 0.05), shrink
    )


def to_tensor(clips: np.ndarray, scaling: ClipScaling) -> torch.Tensor:
    """What a network of clips takes.

    Args:
        clips: uint8 (n, t, h, w, c). scaling: of the training clips.

    Returns:
        A float32 tensor (n, c, t, h // shrink, w // shrink).
    """
    import torch

    with torch.no_grad():
        return input_module(scaling)(torch.from_numpy(np.ascontiguousarray(clips)).float())


def input_module(scaling: ClipScaling) -> torch.nn.Module:
    """Pixels -> what a network of clips takes, as a torch Module.

    Args:
        scaling: of the training clips.

    Returns:
        A Module, (n, t, h, w, c) -> (n, c, t, h', w').
    """
    import torch

    class ClipInput(torch.nn.Module):
        centre: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            middle = torch.as_tensor(list(scaling.centre), dtype=torch.float32)
            self.register_buffer("centre", middle.reshape(1, -1, 1, 1, 1))

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            maps = pixels.permute(0, 4, 1, 2, 3)
            if scaling.shrink > 1:
                window = (1, scaling.shrink, scaling.shrink)
                maps = torch.nn.functional.avg_pool3d(maps, window, window)
            return (maps / 255.0 - self.centre) / scaling.spread

    return ClipInput()


def coarse_module(shape: Sequence[int]) -> torch.nn.Module:
    """Clips averaged over stretches of time and cells, as a torch Module: the features of a distilled student.

    Args:
        shape: (t, h, w, c) of the clips.

    Returns:
        A Module, (n, t, h, w, c) -> (n, features).
    """
    import torch

    sizes = [min(most, side) for most, side in zip((STUDENT_TIMES, STUDENT_SIDE, STUDENT_SIDE), shape[:3], strict=True)]

    class CoarseClips(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            for name, side, cells in zip(("time", "down", "across"), shape[:3], sizes, strict=True):
                inside = np.equal.outer(np.arange(side) * cells // side, np.arange(cells)).astype(np.float32)
                self.register_buffer(name, torch.from_numpy(inside / inside.sum(axis=0)))

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            maps = pixels.permute(0, 4, 1, 2, 3) / 255.0 @ self.get_buffer("across")
            maps = maps.transpose(3, 4) @ self.get_buffer("down")
            return (maps.transpose(2, 4) @ self.get_buffer("time")).flatten(1)

    return CoarseClips().eval()
