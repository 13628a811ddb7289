"""Picture features as torch modules: gradients, levels, colours, hues and textures of pixels (n, h, w, c), 0 to 255.

The same arithmetic as ``core.features.image_features``, as sums and products that an ONNX graph can hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core.features import image_features
from core.features.torch_modules.concatenate import concatenate

if TYPE_CHECKING:
    import torch
    from torch import nn

STUDENT_SIDE = 12
COARSE = f"pixels averaged over {STUDENT_SIDE} x {STUDENT_SIDE} cells"


def feature_module(shape: Sequence[int]) -> torch.nn.Module:
    """Everything ``image_features.picture_features`` computes, in its order, as a torch Module.

    Args:
        shape: (h, w, c) of the images.

    Returns:
        A Module, uint8 or float (n, h, w, c) -> (n, d).
    """
    high, wide, channels = shape
    parts = [_gradients(high, wide, channels), _levels(high, wide)]
    if channels > 1:
        hues = 2 * image_features.HUES + image_features.GREYS
        parts += [_codes(high, wide, 64, _colour_codes), _codes(high, wide, hues, _hue_codes), _textures()]
    return concatenate(parts)


def _assigned(side: int, cells: int) -> np.ndarray:
    """(cells, side): 1 where a pixel belongs to a cell."""
    return (np.arange(side) * cells // side == np.arange(cells)[:, None]).astype(np.float32)


def _pooling(rows: np.ndarray, columns: np.ndarray) -> nn.Module:
    """Sums over cells: (..., h, w) -> (..., rows, columns), with the cells given as (cells, side)."""
    import torch

    class Pooling(torch.nn.Module):
        rows: torch.Tensor
        columns: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("rows", torch.as_tensor(rows))
            self.register_buffer("columns", torch.as_tensor(np.ascontiguousarray(columns.T)))

        def forward(self, maps: torch.Tensor) -> torch.Tensor:
            return torch.matmul(torch.matmul(self.rows, maps), self.columns)

    return Pooling()


def _gradients(high: int, wide: int, channels: int) -> nn.Module:
    import torch
    from torch.nn import functional

    turns = image_features.ORIENTATIONS
    rows, columns = (max(2, min(image_features.CELLS, side // 2)) for side in (high, wide))

    class Gradients(torch.nn.Module):
        turns: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.pool = _pooling(_assigned(high, rows), _assigned(wide, columns))
            self.register_buffer("turns", torch.arange(turns, dtype=torch.float32).reshape(1, turns, 1, 1))

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            scaled = pixels / 255.0
            down = functional.pad(scaled[:, 2:] - scaled[:, :-2], (0, 0, 0, 0, 1, 1))
            across = functional.pad(scaled[:, :, 2:] - scaled[:, :, :-2], (0, 0, 1, 1, 0, 0))
            if channels > 1:
                pick = (down * down + across * across).argmax(dim=3, keepdim=True)
                down, across = down.gather(3, pick), across.gather(3, pick)
            down, across = down[..., 0], across[..., 0]
            steep = torch.sqrt(down * down + across * across)
            turn = torch.remainder(torch.atan2(down, across) * (turns / torch.pi), turns)
            apart = torch.abs(turn[:, None] - self.turns)
            share = torch.clamp(1 - torch.minimum(apart, turns - apart), min=0.0)
            cells = self.pool(share * steep[:, None]).permute(0, 2, 3, 1)
            near = [cells[:, :-1, :-1], cells[:, 1:, :-1], cells[:, :-1, 1:], cells[:, 1:, 1:]]
            blocks = torch.cat(near, dim=3)
            for _ in range(2):
                length = torch.sqrt((blocks * blocks).sum(dim=3, keepdim=True) + 1e-3)
                blocks = torch.clamp(blocks / length, max=0.2)
            return blocks.flatten(1) * 5.0

    return Gradients()


def _levels(high: int, wide: int) -> nn.Module:
    import torch

    def cells(side: int) -> np.ndarray:
        starts = np.unique(np.arange(min(7, side)) * side // min(7, side))
        inside = (np.arange(side) >= starts[:, None]) & (np.arange(side) < np.r_[starts[1:], side][:, None])
        return (inside / inside.sum(axis=1, keepdims=True)).astype(np.float32)

    class Levels(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.pool = _pooling(cells(high), cells(wide))

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            return self.pool(pixels.permute(0, 3, 1, 2) / 255.0).permute(0, 2, 3, 1).flatten(1)

    return Levels()


def _codes(high: int, wide: int, bins: int, code: Callable[[torch.Tensor], torch.Tensor]) -> nn.Module:
    """Square roots of the share of each code in the quarters and in the whole; code: pixels -> (n, h, w)."""
    import torch

    class Codes(torch.nn.Module):
        bins: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.pool = _pooling(_assigned(high, 2), _assigned(wide, 2))
            self.register_buffer("bins", torch.arange(bins, dtype=torch.float32).reshape(1, bins, 1, 1))

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            counts = self.pool((code(pixels)[:, None] == self.bins).float()).flatten(2).permute(0, 2, 1)
            shares = torch.cat([counts, counts.sum(dim=1, keepdim=True)], dim=1)
            return torch.sqrt(shares / torch.clamp(shares.sum(dim=2, keepdim=True), min=1.0)).flatten(1)

    return Codes()


def _colour_codes(pixels: torch.Tensor) -> torch.Tensor:
    import torch

    level = torch.clamp(torch.floor(pixels / 255.0 * 4), max=3.0)
    return level[..., 0] * 16 + level[..., 1] * 4 + level[..., 2]


def _hue_codes(pixels: torch.Tensor) -> torch.Tensor:
    import torch

    hues, places = image_features.HUES, image_features.HUES // 6
    whole = torch.round(pixels[..., :3])
    red, green, blue = whole[..., 0], whole[..., 1], whole[..., 2]
    top, low = torch.maximum(torch.maximum(red, green), blue), torch.minimum(torch.minimum(red, green), blue)
    spread = torch.clamp(top - low, min=1.0)
    turn = torch.where(
        top == red,
        torch.floor(places * (green - blue) / spread),
        torch.where(
            top == green,
            2 * places + torch.floor(places * (blue - red) / spread),
            4 * places + torch.floor(places * (red - green) / spread),
        ),
    )
    turn = torch.where(turn < 0, turn + hues, turn)
    strength = torch.clamp(torch.floor(3 * (top - low) / torch.clamp(top, min=1.0)), max=2.0)
    grey = 2 * hues + torch.clamp(torch.floor(top / 86), max=image_features.GREYS - 1.0)
    return torch.where(strength == 0, grey, 2 * turn + strength - 1)


def _textures() -> nn.Module:
    import torch

    class Textures(torch.nn.Module):
        bins: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("bins", torch.arange(256, dtype=torch.float32).reshape(1, 256, 1, 1))

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            bright = torch.round(pixels).sum(dim=3)
            high, wide = bright.shape[1:]
            middle = bright[:, 1:-1, 1:-1]
            code = torch.zeros_like(middle)
            for bit, (down, right) in enumerate(image_features.NEIGHBOURS):
                beside = bright[:, 1 + down : high - 1 + down, 1 + right : wide - 1 + right]
                code = code + 2.0**bit * (beside > middle).float()
            counts = (code[:, None] == self.bins).float().sum(dim=(2, 3))
            return torch.sqrt(counts / torch.clamp(counts.sum(dim=1, keepdim=True), min=1.0))

    return Textures()


def input_module(centre: Sequence[float], spread: float, shrink: int) -> torch.nn.Module:
    """What an image network takes, as a torch Module: pixels averaged over squares, centred and scaled.

    Args:
        centre: mean of each channel. spread: standard deviation of all. shrink: side of the squares in pixels.

    Returns:
        A Module, (n, h, w, c) -> (n, c, h', w').
    """
    import torch

    class ImageInput(torch.nn.Module):
        centre: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("centre", torch.as_tensor(list(centre), dtype=torch.float32).reshape(1, -1, 1, 1))

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            maps = pixels.permute(0, 3, 1, 2)
            if shrink > 1:
                maps = torch.round(torch.nn.functional.avg_pool2d(maps, shrink))
            return (maps / 255.0 - self.centre) / spread

    return ImageInput()


def coarse_module(shape: Sequence[int]) -> torch.nn.Module:
    """Pixels averaged over at most 12 x 12 cells, as a torch Module: the features of a distilled student.

    Args:
        shape: (h, w, c) of the images.

    Returns:
        A Module, (n, h, w, c) -> (n, cells * c).
    """
    import torch

    def cells(side: int) -> np.ndarray:
        inside = _assigned(side, min(STUDENT_SIDE, side))
        return inside / inside.sum(axis=1, keepdims=True)

    class CoarsePixels(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.pool = _pooling(cells(shape[0]), cells(shape[1]))

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            return self.pool(pixels.permute(0, 3, 1, 2) / 255.0).flatten(1)

    return CoarsePixels().eval()


def embedding_module(network: nn.Module, side: int) -> torch.nn.Module:
    """Features of a frozen image network, as a torch Module that starts from pixels.

    Args:
        network: the torch Module without its last layer. side: pixels of the square images that it takes.

    Returns:
        A Module, (n, h, w, c) -> (n, d).
    """
    import torch
    from torch.nn import functional

    class Embedding(torch.nn.Module):
        network: Any

        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            maps = pixels.permute(0, 3, 1, 2)
            if maps.shape[1] == 1:
                maps = torch.cat([maps, maps, maps], dim=1)
            maps = functional.interpolate(maps, size=(side, side), mode="bilinear", align_corners=False)
            return self.network.extract_features((maps - 127.0) / 128.0).mean(dim=(2, 3))

    return Embedding().eval()
