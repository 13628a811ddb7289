"""Pictures turned, moved and made noisy by a given strength, as a camera held askew would."""

from __future__ import annotations

import numpy as np


def rotate(pictures: np.ndarray, degrees: float) -> np.ndarray:
    """Pictures (n, h, w, c) turned about their middle, anticlockwise; corners are filled with the nearest pixel."""
    if not degrees:
        return pictures
    from scipy import ndimage

    done = ndimage.rotate(pictures.astype(np.float32), degrees, axes=(2, 1), reshape=False, order=1, mode="nearest")
    return np.clip(np.rint(done), 0, 255).astype(np.uint8)


def shift(pictures: np.ndarray, share: float, seed: int = 0) -> np.ndarray:
    """Pictures (n, h, w, c), each moved by this share of the side in one of four directions; edges are repeated."""
    high, wide = pictures.shape[1:3]
    down, right = round(share * high), round(share * wide)
    if not down and not right:
        return pictures
    padded = np.pad(pictures, ((0, 0), (down, down), (right, right), (0, 0)), mode="edge")
    ways = np.random.default_rng(seed).integers(4, size=len(pictures))
    starts = [(0, right), (2 * down, right), (down, 0), (down, 2 * right)]
    cut = [padded[row, (at := starts[way])[0] : at[0] + high, at[1] : at[1] + wide] for row, way in enumerate(ways)]
    return np.stack(cut) if cut else pictures


def add_noise(pictures: np.ndarray, levels: float, seed: int = 0) -> np.ndarray:
    """Pictures (n, h, w, c) with normal noise of this many grey levels (of 255) on every pixel and channel."""
    if not levels:
        return pictures
    noise = np.random.default_rng(seed).normal(scale=levels, size=pictures.shape)
    return np.clip(np.rint(pictures + noise), 0, 255).astype(np.uint8)
