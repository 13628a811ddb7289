"""The frozen picture network over the frames of clips as a torch Module, for export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.encoders import frozen_clips
from core.features.torch_modules import image

if TYPE_CHECKING:
    import torch
    from torch import nn


def embedding_module(network: nn.Module, side: int, frames: int) -> nn.Module:
    """What ``frozen_clips.joined_frames`` gives, as a torch Module that starts from pixels.

    Args:
        network: the torch Module without its last layer. side: pixels of the pictures that it takes. frames: of a clip.

    Returns:
        A Module, (n, t, h, w, c) -> (n, 3 d).
    """
    import torch

    places = [int(place) for place in frozen_clips.frame_places(frames)]

    class FrameEmbedding(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.front = image.embedding_module(network, side)

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            each = torch.stack([self.front(pixels[:, place]) for place in places], dim=1)
            change = (each[:, 1:] - each[:, :-1]).abs().mean(dim=1)
            return torch.cat([each.mean(dim=1), each[:, -1] - each[:, 0], change], dim=1)

    return FrameEmbedding().eval()
