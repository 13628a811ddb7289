"""The small copies of explained items that a contest keeps, as arrays and words."""

from __future__ import annotations

import numpy as np

from core.explain import item_thumbnails
from core.features import text_features


def decode_thumbnail(text: str, shape: tuple[int, ...]) -> np.ndarray:
    """The bytes of a stored picture, clip or spectrogram.

    Returns:
        array of ``shape``, unsigned bytes.
    """
    return item_thumbnails.unpack_array(text, shape)


def wave_envelope(samples: np.ndarray, most: int) -> item_thumbnails.WaveEnvelope:
    """The outline of a sound in at most ``most`` stretches.

    Args:
        samples: float (n,) in any unit around zero, n > 0.
    """
    return item_thumbnails.wave_envelope(samples, most)


def split_words(text: str) -> list[str]:
    """The words of a text as the explanations count them: cut at blanks, letter pairs in scripts without blanks."""
    return text_features.split_words(text)
