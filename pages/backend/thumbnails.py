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


def split_words(text: str) -> list[str]:
    """The words of a text as the explanations count them: cut at blanks, letter pairs in scripts without blanks."""
    return text_features.split_words(text)
