"""Pictures, sounds and clips that a visitor records or chooses, as items like those that a model was trained on."""

from __future__ import annotations

import base64
import binascii

import numpy as np

from core.features import audio_features
from core.readers import audio_decoder, image_decoder, image_depth
from core.readers.clips import clip_decoder, clip_frames, film_decoder
from core.schema import LoadError

# Parts of a question that hold a recording as base64; they have a limit of their own and are not sent back.
RECORDED = ("photo", "recording", "clip")
SILENCE = 1e-4


def picture_from(photo: object, like: np.ndarray) -> np.ndarray:
    """A photo at the size of the data's pictures, cut in the middle to their shape as pictures of training are.

    Args:
        photo: base64 of a picture file. like: uint8 (n, h, w, c), pictures of the data.

    Returns:
        uint8 (1, h, w, c).

    Raises:
        LoadError: it is no picture that can be read.
    """
    try:
        pixels, _ = image_decoder.decode(_bytes(photo))
        high, wide, channels = like.shape[1:]
        plain = image_depth.DepthScale().to_bytes(pixels)
        return image_decoder.fit_to_size(plain, (high, wide), channels)[None]
    except (image_decoder.UndecodableImage, ValueError) as error:
        raise LoadError(f"The picture cannot be read: {error}.", "", "Give a PNG or JPEG.") from error


def sound_from(recording: object, like: np.ndarray) -> np.ndarray:
    """A recording at the length of the data's sounds: its loudest part, or padded with silence.

    Args:
        recording: base64 of a sound file. like: float32 (n, t), sounds of the data.

    Returns:
        float32 (1, t).

    Raises:
        LoadError: it is no sound that can be read, or nothing is to be heard in it.
    """
    try:
        samples = audio_decoder.decode(_bytes(recording))
    except (audio_decoder.UndecodableAudio, ValueError) as error:
        raise LoadError(f"The recording cannot be read: {error}.", "", "Give a WAV, FLAC or OGG file.") from error
    if not len(samples) or float(np.abs(samples).max()) < SILENCE:
        raise LoadError("The recording is silent.", "", "Check the microphone and record again.")
    return audio_features.fit_length(samples, like.shape[1]).astype(like.dtype)[None]


def clip_from(film: object, like: np.ndarray) -> np.ndarray:
    """An animated picture at the size and length of the data's clips, read as clips of training are.

    Args:
        film: base64 of an animated GIF, WebP, PNG or AVIF. like: uint8 (n, t, h, w, c), clips of the data.

    Returns:
        uint8 (1, t, h, w, c).

    Raises:
        LoadError: it is no animation that can be read. A film is one of them: it is decoded in the process for
            uploads only.
    """
    content = _bytes(film)
    advice = "Give an animated GIF, WebP or PNG."
    if film_decoder.film_format(content):
        raise LoadError("A film is read as part of an upload only.", "", advice)
    try:
        decoded = clip_decoder.decode(content)
        high, wide, channels = like.shape[2:]
        return clip_frames.fit_clip(decoded, (high, wide), channels)[None]
    except (clip_frames.UndecodableClip, ValueError) as error:
        raise LoadError(f"The clip cannot be read: {error}.", "", advice) from error


def _bytes(told: object) -> bytes:
    if not isinstance(told, str):
        raise LoadError("The recording is no file.")
    try:
        return base64.b64decode(told, validate=True)
    except (binascii.Error, ValueError) as error:
        raise LoadError("The recording was damaged on its way.", "", "Record it again.") from error
