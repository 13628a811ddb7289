"""Classical picture features, whole batches at a time: oriented gradients, colour, hue, texture and coarse grey levels.

Reference: Dalal & Triggs 2005 (HOG); Ojala, Pietikainen & Maenpaa 2002 (local binary patterns).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.workers import work_clock

ORIENTATIONS = 9
CELLS = 8
CHUNK = 256
HUES, GREYS = 24, 3
# The eight neighbours of a pixel as (down, right), once around.
NEIGHBOURS = ((-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1))


def picture_features(pictures: np.ndarray) -> np.ndarray:
    """HOG, a coarse copy, and for colour pictures colours and hues over a 2 x 2 grid and local binary patterns.

    Args:
        pictures: uint8 (n, h, w, 1 or 3).

    Returns:
        float32 (n, d).
    """
    work_clock.charge("picture_pixel", pictures.size)
    parts = [_chunk(pictures[begin : begin + CHUNK]) for begin in range(0, len(pictures), CHUNK)]
    return np.concatenate(parts) if parts else np.zeros((0, 1), dtype=np.float32)


def _chunk(pictures: np.ndarray) -> np.ndarray:
    scaled = pictures.astype(np.float32) / 255.0
    return np.concatenate([kind(scaled) for kind in _kinds(pictures.shape[3])], axis=1)


def feature_widths(pictures: np.ndarray) -> tuple[int, ...]:
    """How many features of each kind an image has.

    Args:
        pictures: uint8 (n, h, w, c); only the shape counts.

    Returns:
        Columns of each kind, in the order of ``picture_features``.
    """
    one = pictures[:1].astype(np.float32) / 255.0
    return tuple(kind(one).shape[1] for kind in _kinds(pictures.shape[3]))


def _kinds(channels: int) -> tuple[Callable[[np.ndarray], np.ndarray], ...]:
    plain = (oriented_gradients, _levels)
    # Photos gain from hue and texture (7.6 points of skill on fruit); small grey pictures lost a point to the texture.
    return (*plain, _histograms, _hues, _textures) if channels > 1 else plain


def oriented_gradients(scaled: np.ndarray) -> np.ndarray:
    """Histograms of oriented gradients: cells of about an eighth of the side, blocks of 2 x 2 cells, L2-Hys normalised.

    Of several channels the one with the steepest gradient counts at each pixel.

    Args:
        scaled: float (n, h, w, c) in [0, 1].

    Returns:
        float32 (n, d).

    Reference: Dalal & Triggs 2005.
    """
    count, high, wide, channels = scaled.shape
    down, across = np.zeros_like(scaled), np.zeros_like(scaled)
    down[:, 1:-1] = scaled[:, 2:] - scaled[:, :-2]
    across[:, :, 1:-1] = scaled[:, :, 2:] - scaled[:, :, :-2]
    if channels > 1:
        pick = (down**2 + across**2).argmax(axis=3)[..., None]
        down, across = np.take_along_axis(down, pick, 3), np.take_along_axis(across, pick, 3)
    down, across = down[..., 0], across[..., 0]
    steep = np.hypot(down, across)
    turn = np.mod(np.arctan2(down, across) * (ORIENTATIONS / np.pi), ORIENTATIONS)
    low = np.minimum(turn.astype(np.int64), ORIENTATIONS - 1)
    share = turn - low
    rows, columns = (max(2, min(CELLS, side // 2)) for side in (high, wide))
    cell = np.add.outer(np.arange(high) * rows // high * columns, np.arange(wide) * columns // wide)
    place = (np.arange(count)[:, None, None] * (rows * columns) + cell) * ORIENTATIONS
    size = count * rows * columns * ORIENTATIONS
    votes = np.bincount((place + low).ravel(), (steep * (1 - share)).ravel(), size)
    votes += np.bincount((place + (low + 1) % ORIENTATIONS).ravel(), (steep * share).ravel(), size)
    cells = votes.reshape(count, rows, columns, ORIENTATIONS).astype(np.float32)
    blocks = np.concatenate([cells[:, :-1, :-1], cells[:, 1:, :-1], cells[:, :-1, 1:], cells[:, 1:, 1:]], axis=3)
    for _ in range(2):
        blocks = np.minimum(blocks / np.sqrt((blocks**2).sum(axis=3, keepdims=True) + 1e-3), 0.2)
    return blocks.reshape(count, -1) * 5.0


def _levels(scaled: np.ndarray) -> np.ndarray:
    """A coarse copy: mean of each channel in 7 x 7 cells (n, 49 c)."""
    high, wide = scaled.shape[1:3]
    rows, columns = (np.unique(np.arange(min(7, side)) * side // min(7, side)) for side in (high, wide))
    sums = np.add.reduceat(np.add.reduceat(scaled, rows, axis=1), columns, axis=2)
    area = np.outer(np.diff(np.r_[rows, high]), np.diff(np.r_[columns, wide]))[None, :, :, None]
    return (sums / area).reshape(len(scaled), -1)


def _histograms(scaled: np.ndarray) -> np.ndarray:
    """Share of 4 x 4 x 4 colours in each quarter and in the whole picture (n, 5 x 64), square-rooted."""
    level = np.minimum((scaled * 4).astype(np.int64), 3)
    return _quarter_shares(level[..., 0] * 16 + level[..., 1] * 4 + level[..., 2], 64)


def _hues(scaled: np.ndarray) -> np.ndarray:
    """Share of 24 hues in two strengths and of three greys in each quarter and in the whole (n, 5 x 51), square-rooted.

    Pixels are whole numbers from 0 to 255 here, so that every quotient has the same floor in an ONNX graph.
    """
    pixels = np.rint(scaled[..., :3] * 255.0)
    top, low = pixels.max(axis=3), pixels.min(axis=3)
    spread = np.maximum(top - low, 1.0)
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    places = HUES // 6
    turn = np.where(
        top == red,
        np.floor(places * (green - blue) / spread),
        np.where(
            top == green,
            2 * places + np.floor(places * (blue - red) / spread),
            4 * places + np.floor(places * (red - green) / spread),
        ),
    )
    strength = np.minimum(np.floor(3 * (top - low) / np.maximum(top, 1.0)), 2)
    grey = 2 * HUES + np.minimum(np.floor(top / 86), GREYS - 1)
    code = np.where(strength == 0, grey, 2 * np.mod(turn, HUES) + strength - 1)
    return _quarter_shares(code.astype(np.int64), 2 * HUES + GREYS)


def _textures(scaled: np.ndarray) -> np.ndarray:
    """Share of the 256 patterns of which neighbours of a pixel are brighter than it (n, 256), square-rooted.

    Reference: Ojala, Pietikainen & Maenpaa 2002.
    """
    bright = np.rint(scaled * 255.0).sum(axis=3)
    high, wide = bright.shape[1:]
    middle = bright[:, 1:-1, 1:-1]
    code = np.zeros(middle.shape, dtype=np.int64)
    for bit, (down, right) in enumerate(NEIGHBOURS):
        code += (bright[:, 1 + down : high - 1 + down, 1 + right : wide - 1 + right] > middle).astype(np.int64) << bit
    place = np.arange(len(code))[:, None, None] * 256 + code
    counts = np.bincount(place.ravel(), minlength=len(code) * 256).reshape(len(code), 256).astype(np.float32)
    return np.sqrt(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))


def _quarter_shares(code: np.ndarray, bins: int) -> np.ndarray:
    """Square roots of the share of each code in the quarters and in the whole: int (n, h, w) -> (n, 5 x bins)."""
    count, high, wide = code.shape
    quarter = np.add.outer(np.arange(high) * 2 // high * 2, np.arange(wide) * 2 // wide)
    place = (np.arange(count)[:, None, None] * 4 + quarter) * bins + code
    counts = np.bincount(place.ravel(), minlength=count * 4 * bins).reshape(count, 4, bins).astype(np.float32)
    shares = np.concatenate([counts, counts.sum(axis=1, keepdims=True)], axis=1)
    shares /= np.maximum(shares.sum(axis=2, keepdims=True), 1)
    return np.sqrt(shares).reshape(count, -1)
