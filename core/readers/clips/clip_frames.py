"""What a decoded clip is, which of its frames are used, and how clips are brought to one shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core import limits
from core.readers import image_decoder

if TYPE_CHECKING:
    from PIL import Image

LONGEST_SIDES = 8


class UndecodableClip(Exception):
    """One clip cannot be used; the text says why, and the reader counts it and goes on."""


@dataclass(frozen=True)
class DecodedClip:
    """The frames of a clip that are used, each uint8 (h, w, 1 or 3); how many it has; pixels of all decoded ones."""

    frames: Sequence[np.ndarray]
    total: int
    pixels: int


def frame_numbers(total: int, wanted: int = limits.CLIP_FRAMES_KEPT) -> np.ndarray:
    """Which frames are used of a clip: evenly spaced from the first to the last, all where there are no more.

    Args:
        total: frames of the clip, at least 1. wanted: at most.

    Returns:
        int (k,), rising.
    """
    return np.unique(np.rint(np.linspace(0, total - 1, min(total, wanted))).astype(int))


def check_size(width: int, height: int) -> None:
    """Returns where a frame is neither empty nor too large.

    Raises:
        UndecodableClip: it is.
    """
    if min(width, height) < 1:
        raise UndecodableClip("frames without pixels")
    if width * height > limits.PICTURE_PIXELS:
        raise UndecodableClip(f"frames of more than {limits.PICTURE_PIXELS / 1e6:.0f} million pixels")


def small_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of a frame whose shorter side is at most 64 pixels and whose longer one at most eight times it.

    Args:
        width, height: of the frame as it is.
    """
    share = min(1.0, limits.CLIP_SIDE / min(width, height), LONGEST_SIDES * limits.CLIP_SIDE / max(width, height))
    return max(1, round(width * share)), max(1, round(height * share))


def small_frame(picture: Image.Image) -> np.ndarray:
    """A frame on white where it is transparent, its shorter side at most 64 pixels.

    Args:
        picture: at its current frame.

    Returns:
        uint8 (h, w, 1 or 3).
    """
    from PIL import Image

    image = picture.copy()
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        sheet = image.convert("RGBA")
        ground = Image.new("RGBA", sheet.size, (255, 255, 255, 255))
        image = Image.alpha_composite(ground, sheet).convert("RGB")
    elif image.mode != "L":
        image = image.convert("RGB")
    if (smaller := small_size(image.width, image.height)) != image.size:
        image = image.resize(smaller, Image.Resampling.BILINEAR, reducing_gap=2.0)
    array = np.asarray(image, dtype=np.uint8)
    return array[:, :, None] if array.ndim == 2 else array


def fit_clip(clip: DecodedClip, size: tuple[int, int], channels: int) -> np.ndarray:
    """A clip in the common shape; where it has fewer frames than wanted they are repeated in their order.

    Args:
        clip: decoded. size: height and width. channels: 1 or 3.

    Returns:
        uint8 (16, h, w, channels).
    """
    frames = [image_decoder.fit_to_size(frame, size, channels) for frame in clip.frames]
    places = np.arange(limits.CLIP_FRAMES_KEPT) * len(frames) // limits.CLIP_FRAMES_KEPT
    return np.stack([frames[place] for place in places])
