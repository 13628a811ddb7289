"""Gradient maps of the frozen picture network under a linear head."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from core.encoders.efficientnet import input_tensor, load_backbone
from core.schema import JsonObject

if TYPE_CHECKING:
    import torch


def classifier_module(side: int, weights: np.ndarray, bias: np.ndarray) -> Any:
    """The frozen network with a linear layer on top, from pixels.

    Args:
        side: pixels the network takes. weights: float (d, width). bias: float (width,).

    Returns:
        A torch Module, (n, c, h, w) in 0..255 -> raw outputs (n, width).
    """
    import torch
    from torch import nn

    class Whole(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.backbone = load_backbone().to("cpu")
            self.last = nn.Linear(*weights.shape)
            with torch.no_grad():
                self.last.weight.copy_(torch.from_numpy(np.asarray(weights, dtype=np.float32).T))
                self.last.bias.copy_(torch.from_numpy(np.asarray(bias, dtype=np.float32)))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.last(self.backbone.extract_features(input_tensor(x, side)).mean(dim=(2, 3)))

    return Whole().eval()


def saliency_function(side: int, arrays: Mapping[str, np.ndarray], scale: float) -> Callable[..., JsonObject]:
    """Captum's maps of the frozen network under a linear head.

    Args:
        side: pixels the network takes. arrays: of the head. scale: of its outputs, for regression.

    Returns:
        (images, background, outputs) -> maps by method.
    """

    def drawn(inputs: np.ndarray, background: np.ndarray, outputs: np.ndarray | None) -> JsonObject:
        import torch

        from core.explain import saliency_maps

        def tensors(pictures: np.ndarray) -> torch.Tensor:
            return torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float()

        module = classifier_module(side, arrays["weights"], arrays["bias"])
        return saliency_maps.saliency_maps(
            (module, list(module.backbone._blocks), tensors), inputs, background, outputs, scale, True
        )

    return drawn
