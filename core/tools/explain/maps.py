"""Captum's maps for pictures: the pixels, feature-map places and covered patches that moved the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from core.tools.explain.network import as_margin

MAPS = ("integrated gradients", "Grad-CAM", "occlusion")


def picture_maps(
    module: Any,
    pictures: Any,
    background: Any,
    layer: Any,
    outputs: np.ndarray | None = None,
) -> Mapping[str, np.ndarray]:
    """All three maps of the same explained output, signed, in pixels of the network's own input.

    Args:
        module: torch module, (m, c, h, w) float32 -> (m,), (m, 1), (m, 2) or (m, k) logits.
        pictures: (n, c, h, w) tensor as the network sees it.
        background: (b, c, h, w) tensor; its mean is what a covered or absent pixel shows.
        layer: the module's last convolutional block, for Grad-CAM.
        outputs: (n,) class explained per row for three or more classes.

    Returns:
        {"integrated gradients" | "Grad-CAM" | "occlusion": (n, h, w)}.
    """
    import torch

    where = next(iter(module.parameters())).device
    rows = torch.as_tensor(pictures, dtype=torch.float32, device=where)
    mean = torch.as_tensor(background, dtype=torch.float32, device=where).mean(dim=0, keepdim=True)
    target = None if outputs is None else torch.as_tensor(np.asarray(outputs), dtype=torch.long, device=where)
    trained = module.training
    module.eval()
    makers: dict[str, Callable[[], np.ndarray]] = {
        MAPS[0]: lambda: integrated_gradients(module, rows, mean, target),
        MAPS[1]: lambda: grad_cam(module, rows, layer, target),
        MAPS[2]: lambda: occlusion(module, rows, mean, target),
    }
    try:
        return {name: make() for name, make in makers.items()}
    finally:
        module.train(trained)


def integrated_gradients(module: Any, rows: Any, mean: Any, target: Any = None, steps: int = 32) -> np.ndarray:
    """Path integral of gradients from the mean picture, channels summed: (n, h, w). Sundararajan et al. (2017)."""
    from captum.attr import IntegratedGradients

    explainer = IntegratedGradients(as_margin(module, target is not None))
    found = explainer.attribute(
        rows, mean, target=target, n_steps=steps, method="gausslegendre", internal_batch_size=max(256, len(rows))
    )
    return found.detach().sum(dim=1).cpu().numpy().astype(float)


def grad_cam(module: Any, rows: Any, layer: Any, target: Any = None) -> np.ndarray:
    """Grad-CAM without its final ReLU, stretched to (n, h, w). Selvaraju et al. (2017).

    Signed, because with a single logit the ReLU hides all evidence for the other class.
    """
    from captum.attr import LayerAttribution, LayerGradCam

    found = LayerGradCam(as_margin(module, target is not None), layer).attribute(
        rows, target=target, relu_attributions=False
    )
    wide = LayerAttribution.interpolate(found.detach(), tuple(rows.shape[2:]), interpolate_mode="bilinear")
    return wide.sum(dim=1).cpu().numpy().astype(float)


def occlusion(module: Any, rows: Any, mean: Any, target: Any = None) -> np.ndarray:
    """What the answer loses when a window shows the mean picture instead: (n, h, w). Zeiler & Fergus (2014)."""
    import torch
    from captum.attr import Occlusion

    channels, high, wide = rows.shape[1:]
    window = (channels, max(1, high // 6), max(1, wide // 6))
    stride = (channels, max(1, window[1] // 2), max(1, window[2] // 2))
    with torch.no_grad():
        found = Occlusion(as_margin(module, target is not None)).attribute(
            rows, window, stride, baselines=mean.expand_as(rows), target=target, perturbations_per_eval=8
        )
    return found.mean(dim=1).cpu().numpy().astype(float)
