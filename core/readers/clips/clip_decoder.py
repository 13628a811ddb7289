"""Decodes clips nobody vouches for into a few small frames: animations here, films in ``film_decoder``."""

from __future__ import annotations

import io
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core import limits
from core.readers import image_decoder
from core.readers.clips import film_decoder, frame_count
from core.readers.clips.clip_frames import DecodedClip, UndecodableClip, check_size, frame_numbers, small_frame

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True)
class ClipLimits:
    """What decoding one clip may take: frames, pixels of all frames, seconds of a processor."""

    frames: int = limits.CLIP_FRAMES
    pixels: int = limits.CLIP_PIXELS
    seconds: float = limits.CLIP_SECONDS


def decode(data: bytes, allowed: ClipLimits | None = None) -> DecodedClip:
    """Decodes one clip by what its bytes say it is.

    Args:
        data: of a whole file: an animated GIF, WebP, PNG or AVIF, or a film. allowed: the usual limits where None.

    Returns:
        At most 16 frames, evenly spaced.

    Raises:
        UndecodableClip: a still picture, no picture at all, damaged, or over a limit; says which.
    """
    allowed = allowed or ClipLimits()
    if film_decoder.film_format(data):
        return film_decoder.decode_film(data, allowed.frames, allowed.pixels, allowed.seconds)
    found = frame_count.animation_format(data)
    if not found:
        if image_decoder.image_format(data):
            raise UndecodableClip("a still picture, no clip")
        raise UndecodableClip(f"no clip but {image_decoder.describe_unknown(data)}")
    _check_count(frame_count.count_frames(data, allowed.frames + 1), allowed)
    return _animation(data, found, allowed)


def _check_count(frames: int, allowed: ClipLimits) -> None:
    if frames < 2:
        raise UndecodableClip("a still picture, no clip")
    if frames > allowed.frames:
        raise UndecodableClip(f"more than {allowed.frames:,} frames")


def _animation(data: bytes, found: str, allowed: ClipLimits) -> DecodedClip:
    from PIL import Image

    with warnings.catch_warnings():
        # Pillow warns of large pictures and odd metadata; both are judged here by our own ceilings.
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=[found]) as picture:
                check_size(picture.width, picture.height)
                total = min(int(getattr(picture, "n_frames", 1)), allowed.frames + 1)
                # The decoder may see another number of frames than the list of parts says.
                _check_count(total, allowed)
                pixels = total * picture.width * picture.height
                if pixels > allowed.pixels:
                    raise UndecodableClip(f"its frames hold more than {allowed.pixels / 1e6:.0f} million pixels")
                return DecodedClip(_frames(picture, total, allowed.seconds), total, pixels)
        except Image.DecompressionBombError:
            raise UndecodableClip("its frames are too large") from None
        except UndecodableClip:
            raise
        except Exception as error:
            raise UndecodableClip("damaged or cut short") from error


def _frames(picture: Image.Image, total: int, seconds: float) -> Sequence[np.ndarray]:
    """The wanted frames, reached one after another as each stands on those before it."""
    until, wanted, kept = time.process_time() + seconds, frame_numbers(total), []
    for number in range(int(wanted[-1]) + 1):
        if time.process_time() > until:
            raise UndecodableClip(f"takes longer than {seconds:.0f} s to decode")
        picture.seek(number)
        check_size(picture.width, picture.height)
        if number in wanted:
            kept.append(small_frame(picture))
    return kept


def decode_frames(files: Sequence[bytes]) -> DecodedClip:
    """A clip whose frames are pictures of their own.

    Args:
        files: of the frames to be used, in order; at least two.

    Returns:
        The same frames, small.

    Raises:
        UndecodableClip: one of them is damaged, no picture, or too large.
    """
    kept, pixels = [], 0
    for data in files:
        try:
            frame, held = image_decoder.decode(data, limits.CLIP_SIDE)
        except image_decoder.UndecodableImage as error:
            raise UndecodableClip(f"a frame is {error}") from error
        if frame.dtype != np.uint8:
            raise UndecodableClip("a frame has more than 8 bits a colour")
        kept.append(frame)
        pixels += held
    return DecodedClip(kept, len(files), pixels)
