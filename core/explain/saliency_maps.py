"""Captum's maps for pictures: the pixels, feature-map places and covered patches that moved the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core.explain.captum_network import as_margin
from core.schema import JsonObject

if TYPE_CHECKING:
    import torch
    from torch import nn

MAPS = ("integrated gradients", "Grad-CAM", "occlusion")
KEYS = dict(zip(("ig", "gradcam", "occlusion"), MAPS, strict=True))
SIDE = 32
STEPS, COARSE_STEPS = 32, 8
PLACES = 5


def picture_maps(
    module: nn.Module,
    pictures: torch.Tensor,
    background: torch.Tensor,
    layer: nn.Module,
    outputs: np.ndarray | None = None,
    coarse: bool = False,
) -> Mapping[str, np.ndarray]:
    """All three maps of the same explained output, signed, in pixels of the network's own input.

    Args:
        module: torch module, (m, c, h, w) float32 -> (m,), (m, 1), (m, 2) or (m, k) logits.
        pictures: (n, c, h, w) tensor as the network sees it.
        background: (b, c, h, w) tensor; its mean is what a covered or absent pixel shows.
        layer: the module's last convolutional block, for Grad-CAM.
        outputs: (n,) class explained per row for three or more classes.
        coarse: for a slow network, a quarter of the steps and windows that do not overlap.

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
        MAPS[0]: lambda: integrated_gradients(module, rows, mean, target, COARSE_STEPS if coarse else STEPS),
        MAPS[1]: lambda: grad_cam(module, rows, layer, target),
        MAPS[2]: lambda: occlusion(module, rows, mean, target, coarse),
    }
    try:
        return {name: make() for name, make in makers.items()}
    finally:
        module.train(trained)


def saliency_maps(
    parts: tuple[Any, Any, Any],
    pictures: np.ndarray,
    background: np.ndarray,
    outputs: np.ndarray | None = None,
    scale: float = 1.0,
    coarse: bool = False,
) -> JsonObject:
    """The three maps of a trained network as a page draws them: JSON-able and small.

    Args:
        parts: (torch module, its layers from first to last, pictures -> (n, c, h, w) tensor).
        pictures, background: (n, h, w, c) and (b, h, w, c) as the contestant takes them.
        outputs: (n,) class explained per row for three or more classes.
        scale: units of the answer in one of the network's outputs (for numbers; 1 for classes).
        coarse: as in ``picture_maps``.

    Returns:
        ig, gradcam, occlusion: lists n x H x W with H, W <= 32, rounded to thousandths of the largest value, positive
        where the picture speaks for the explained answer; note: what they are, and how exactly the first adds up.
    """
    module, layers, tensors = parts
    rows, base = tensors(pictures), tensors(background)
    layer, places = _layer_for_maps(module, layers, rows[:1])
    found = picture_maps(module, rows, base, layer, outputs, coarse)
    drawn: JsonObject = {}
    for key, name in KEYS.items():
        values = _downscale(found[name] * scale, mean=key != "ig")
        top = float(np.abs(values).max())
        drawn[key] = np.round(values, 3 - int(np.floor(np.log10(top))) if top > 0 else 3).tolist()
    missed = _completeness_gap(module, (rows, base), outputs, found[MAPS[0]])
    drawn["note"] = (
        "Captum on the network itself, against the mean background picture: integrated gradients "
        f"({COARSE_STEPS if coarse else STEPS} steps; their sum misses the change of the answer by {100 * missed:.1f} "
        "% of its size), Grad-CAM with its sign kept "
        f"({places} x {places} places, stretched), and what the answer loses where a window is covered."
    )
    return drawn


def _layer_for_maps(module: nn.Module, layers: Sequence[nn.Module], one: torch.Tensor) -> tuple[Any, int]:
    """The last layer whose maps still have five places a side, and how many it has: deeper ones hardly say where."""
    import torch

    sides: dict[int, int] = {}
    hooks = [
        layer.register_forward_hook(lambda _, __, out, at=at: sides.__setitem__(at, min(out.shape[2:])))
        for at, layer in enumerate(layers)
    ]
    with torch.no_grad():
        module(one)
    for hook in hooks:
        hook.remove()
    fine = [at for at, side in sides.items() if side >= PLACES] or [max(sides, key=lambda at: sides[at])]
    return layers[fine[-1]], sides[fine[-1]]


def _downscale(values: np.ndarray, mean: bool) -> np.ndarray:
    """Maps (n, h, w) of at most 32 places a side; neighbours are averaged, or summed so that totals stay."""
    step = max(1, -(-max(values.shape[1:]) // SIDE))
    high, wide = (-(-side // step) for side in values.shape[1:])
    room = np.zeros((len(values), high * step, wide * step))
    room[:, : values.shape[1], : values.shape[2]] = values
    cells = room.reshape(len(values), high, step, wide, step)
    return cells.mean(axis=(2, 4)) if mean else cells.sum(axis=(2, 4))


def _completeness_gap(
    module: nn.Module, sides: tuple[Any, Any], outputs: np.ndarray | None, found: np.ndarray
) -> float:
    """Mean |f(x) - f(mean picture) - sum of the map| over mean |f(x) - f(mean picture)|."""
    import torch

    rows, base = sides
    explained = as_margin(module, outputs is not None)
    with torch.no_grad():
        after, before = explained(rows), explained(base.mean(dim=0, keepdim=True))
    change = (after - before).numpy().astype(float)
    if outputs is not None:
        change = change[np.arange(len(change)), np.asarray(outputs, dtype=int)]
    size = float(np.abs(change).mean())
    return float(np.abs(change - found.sum(axis=(1, 2))).mean()) / size if size > 0 else 0.0


def integrated_gradients(
    module: nn.Module, rows: torch.Tensor, mean: torch.Tensor, target: torch.Tensor | None = None, steps: int = STEPS
) -> np.ndarray:
    """Integrated gradients from the mean image, channels summed.

    Args:
        module: a torch Module, images -> outputs. rows: images (n, c, h, w). mean: the baseline image (c, h, w).
        target: output explained in each row, or None for the only one. steps: of the path.

    Returns:
        float (n, h, w), on the scale of the output.

    Reference: Sundararajan, Taly & Yan 2017.
    """
    from captum.attr import IntegratedGradients

    explainer = IntegratedGradients(as_margin(module, target is not None))
    found = explainer.attribute(
        rows, mean, target=target, n_steps=steps, method="gausslegendre", internal_batch_size=max(256, len(rows))
    )
    return found.detach().sum(dim=1).cpu().numpy().astype(float)


def grad_cam(module: nn.Module, rows: torch.Tensor, layer: nn.Module, target: torch.Tensor | None = None) -> np.ndarray:
    """Grad-CAM without its final ReLU, stretched to the image.

    The map is signed, because with a single logit the ReLU hides all evidence for the other class.

    Args:
        module: a torch Module, images -> outputs. rows: images (n, c, h, w). layer: its last convolution.
        target: output explained in each row, or None for the only one.

    Returns:
        float (n, h, w).

    Reference: Selvaraju et al. 2017.
    """
    from captum.attr import LayerAttribution, LayerGradCam

    found = LayerGradCam(as_margin(module, target is not None), layer).attribute(
        rows, target=target, relu_attributions=False
    )
    wide = LayerAttribution.interpolate(found.detach(), tuple(rows.shape[2:]), interpolate_mode="bilinear")
    return wide.sum(dim=1).cpu().numpy().astype(float)


def occlusion(
    module: nn.Module,
    rows: torch.Tensor,
    mean: torch.Tensor,
    target: torch.Tensor | None = None,
    coarse: bool = False,
) -> np.ndarray:
    """What the output loses when a window shows the mean image instead.

    Args:
        module: a torch Module, images -> outputs. rows: images (n, c, h, w). mean: the image shown instead (c, h, w).
        target: output explained in each row, or None for the only one. coarse: windows that do not overlap.

    Returns:
        float (n, h, w), on the scale of the output.

    Reference: Zeiler & Fergus 2014.
    """
    import torch
    from captum.attr import Occlusion

    channels, high, wide = rows.shape[1:]
    window = (channels, max(1, high // 6), max(1, wide // 6))
    stride = (channels, *(max(1, side if coarse else side // 2) for side in window[1:]))
    with torch.no_grad():
        found = Occlusion(as_margin(module, target is not None)).attribute(
            rows, window, stride, baselines=mean.expand_as(rows), target=target, perturbations_per_eval=8
        )
    return found.mean(dim=1).cpu().numpy().astype(float)
