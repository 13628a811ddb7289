"""A small residual network for pictures of 8 to 96 pixels, and the augmentation of its batches.

Reference: He et al. 2016 (residual blocks); Smith & Topin 2018 (one cycle).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from types import ModuleType

    import torch
    from torch import nn


def build_residual(channels: int, width: int, side: int, base: int = 16) -> torch.nn.Module:
    """A residual network: stem, two stages of one block each, mean and maximum over the picture, a linear layer.

    Args:
        channels: of the picture. width: outputs. side: shorter side in pixels; decides how often it is halved.
        base: channels of the stem; the stages have twice and four times, the last layer eight times as many.

    Returns:
        A torch Module, (n, channels, h, w) -> (n, width); ``.features`` gives the (n, 16 base) it ends on.
    """
    import torch
    from torch import nn

    class ResidualBlock(nn.Module):
        def __init__(self, size: int) -> None:
            super().__init__()
            self.one, self.two = _layer(nn, size, size), _layer(nn, size, size)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + self.two(self.one(x))

    class Residual(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            stride = 2 if side >= 32 else 1
            stem, left, size = [_layer(nn, channels, base, stride)], side // stride, base
            if left >= 16:
                stem, left = [*stem, nn.MaxPool2d(2)], left // 2
            stages = []
            for _ in range(2):
                stages += [_layer(nn, size, 2 * size), ResidualBlock(2 * size)]
                size *= 2
                if left >= 6:
                    stages, left = [*stages, nn.MaxPool2d(2)], left // 2
            self.stem, self.stages = nn.Sequential(*stem), nn.Sequential(*stages, _layer(nn, size, 2 * size))
            size *= 2
            self.drop = nn.Dropout(0.1)
            self.last = nn.Linear(2 * size, width)

        def features(self, x: torch.Tensor) -> torch.Tensor:
            x = self.stages(self.stem(x))
            return torch.cat([x.mean(dim=(2, 3)), x.amax(dim=(2, 3))], dim=1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.last(self.drop(self.features(x)))

    network: Any = Residual()
    return network.to(memory_format=torch.channels_last)


def _layer(nn: ModuleType, into: int, out: int, stride: int = 1) -> nn.Module:
    return nn.Sequential(nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out, momentum=0.2), nn.ReLU())


def to_tensor(pictures: np.ndarray, centre: Sequence[float] = (0.5,), spread: float = 0.25) -> torch.Tensor:
    """Images as a centred and scaled tensor in channels-last memory.

    Args:
        pictures: uint8 (n, h, w, c). centre: mean of each channel. spread: standard deviation.

    Returns:
        A float32 tensor (n, c, h, w).
    """
    import torch

    scaled = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float().div_(255.0)
    middle = torch.as_tensor(list(centre), dtype=torch.float32).reshape(1, -1, 1, 1)
    return scaled.sub_(middle).div_(spread).contiguous(memory_format=torch.channels_last)


def random_affine(
    mirror: bool, turn: float = 0.18, shift: float = 0.1, zoom: float = 0.1
) -> Callable[..., Sequence[Any]]:
    """Augmentation of a batch: turns, shifts, zooms and shears each picture a little, and mirrors it if sensible.

    Args:
        mirror: whether a mirrored picture still belongs to its class (photos: yes; signs and writing: no).
        turn: largest angle in radians. shift, zoom: largest share of the side.
    """

    def augment(batch: Sequence[Any], generator: torch.Generator) -> Sequence[Any]:
        import torch
        from torch.nn import functional

        pictures, *rest = batch
        count = len(pictures)
        draw = lambda most: (torch.rand(count, generator=generator) * 2 - 1) * most  # noqa: E731
        angle, scale, shear = draw(turn), 1 + draw(zoom), draw(turn)
        flip = torch.where(torch.rand(count, generator=generator) < (0.5 if mirror else 0.0), -1.0, 1.0)
        cosine, sine = torch.cos(angle) * scale, torch.sin(angle) * scale
        matrix = torch.stack(
            [
                torch.stack([cosine * flip, -sine + shear, draw(2 * shift)], dim=1),
                torch.stack([sine * flip, cosine, draw(2 * shift)], dim=1),
            ],
            dim=1,
        )
        grid = functional.affine_grid(matrix, list(pictures.shape), align_corners=False)
        moved = functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
        if mirror:
            moved = moved * (1 + draw(0.15).reshape(-1, 1, 1, 1)) + draw(0.15).reshape(-1, 1, 1, 1)
        return [moved.contiguous(memory_format=torch.channels_last), *rest]

    return augment


def extract_features(network: Any, pictures: torch.Tensor, size: int = 512) -> np.ndarray:
    """The activations before the last layer, without gradients.

    Args:
        network: a torch Module. pictures: tensor (n, c, h, w). size: images a batch.

    Returns:
        float32 (n, d).
    """
    import torch

    with torch.no_grad():
        return np.concatenate(
            [
                network.features(pictures[begin : begin + size]).float().numpy()
                for begin in range(0, len(pictures), size)
            ]
            or [np.zeros((0, 1), dtype=np.float32)]
        )
