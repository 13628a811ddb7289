"""Hand-made features of clips: where blocks of pixels move to from frame to frame, and the edges in the frames.

Reference: Laptev, Marszalek, Schmid & Rozenfeld 2008 (histograms of gradients and of flow); Jain & Jain 1981 (block
matching).
"""

from __future__ import annotations

import numpy as np

from core.features.image_features import oriented_gradients
from core.workers import work_clock

BLOCK, SEARCH = 8, 3
DIRECTIONS, TIMES, PLACES = 8, 3, 2
# A block moves only where that explains its pixels better than resting does, by so many grey levels a pixel and step.
RESTING = 0.5
SLOWEST = 0.25
CHUNK = 32
HOG_FRAMES = 6
# What a number of a clip costs beside one of a picture (``reference_costs``): measured on clips of 40 x 40 pixels.
FLOW_WORK, HOG_WORK = 2.0, 0.7
EACH = DIRECTIONS + 1
CELLS = TIMES * PLACES * PLACES
FLOW_WIDTH = (EACH + 2) * (CELLS + 1)


def flow_features(clips: np.ndarray) -> np.ndarray:
    """Histograms of the directions in which blocks move, weighted by how far, the share at rest, and the mean motion.

    Args:
        clips: uint8 (n, t, h, w, 1 or 3).

    Returns:
        float32 (n, 143): eight directions and rest, in each quarter of the picture in each third of the clip, then in
        the whole clip; behind them the mean motion in each, in which a shaking camera cancels.
    """
    work_clock.charge("picture_pixel", FLOW_WORK * clips.size)
    parts = [_histograms(block_motion(clips[begin : begin + CHUNK])) for begin in range(0, len(clips), CHUNK)]
    return np.concatenate(parts) if parts else np.zeros((0, FLOW_WIDTH), dtype=np.float32)


def block_motion(clips: np.ndarray) -> np.ndarray:
    """How far each block of pixels moves from each frame to the next.

    The displacement with the least sum of absolute differences, to a fraction of a pixel by a parabola.

    Args:
        clips: uint8 (n, t, h, w, c).

    Returns:
        float32 (n, t - 1, rows, columns, 2): pixels down and to the right.
    """
    grey = clips.mean(axis=4, dtype=np.float32)
    before, after = grey[:, :-1], grey[:, 1:]
    edges = [_block_edges(side) for side in grey.shape[2:]]
    steps = np.arange(-SEARCH, SEARCH + 1)
    padded = np.pad(after, ((0, 0), (0, 0), (SEARCH, SEARCH), (SEARCH, SEARCH)), mode="edge")
    high, wide = grey.shape[2:]
    costs = np.empty((len(steps), len(steps), *before.shape[:2], len(edges[0]), len(edges[1])), dtype=np.float32)
    area = np.outer(np.diff(np.r_[edges[0], high]), np.diff(np.r_[edges[1], wide])).astype(np.float32)
    for i, down in enumerate(steps):
        for j, right in enumerate(steps):
            moved = padded[:, :, SEARCH + down : SEARCH + down + high, SEARCH + right : SEARCH + right + wide]
            apart = np.abs(moved - before)
            sums = np.add.reduceat(np.add.reduceat(apart, edges[0], axis=2), edges[1], axis=3)
            costs[i, j] = sums / area + RESTING * np.hypot(down, right)
    return _best_steps(costs)


def _block_edges(side: int) -> np.ndarray:
    """Where blocks of about eight pixels begin along a side."""
    count = max(1, round(side / BLOCK))
    return np.unique(np.arange(count) * side // count)


def _best_steps(costs: np.ndarray) -> np.ndarray:
    """The displacement of least cost, costs (2 s + 1, 2 s + 1, ...) -> (..., 2)."""
    size = len(costs)
    flat = costs.reshape(size * size, -1)
    best = flat.argmin(axis=0)
    at = (best // size, best % size)
    every = np.arange(flat.shape[1])
    cube = flat.reshape(size, size, -1)
    found = np.empty((2, flat.shape[1]), dtype=np.float32)
    for axis in (0, 1):
        inside = (at[axis] > 0) & (at[axis] < size - 1)
        low, high = (np.clip(at[axis] + side, 0, size - 1) for side in (-1, 1))
        ends = [cube[end, at[1], every] if axis == 0 else cube[at[0], end, every] for end in (low, high)]
        bend = ends[0] + ends[1] - 2 * flat[best, every]
        shift = np.where(inside & (bend > 1e-6), (ends[0] - ends[1]) / (2 * np.maximum(bend, 1e-6)), 0.0)
        found[axis] = at[axis] - size // 2 + np.clip(shift, -0.5, 0.5)
    # A block that rests best where it is has not moved by a fraction either.
    found[:, best == (size * size) // 2] = 0.0
    return np.moveaxis(found.reshape(2, *costs.shape[2:]), 0, -1)


def _histograms(motion: np.ndarray) -> np.ndarray:
    """Directions weighted by length, and rest, and mean motion, over thirds of the time and quarters."""
    count, times, rows, columns = motion.shape[:4]
    length = np.hypot(motion[..., 0], motion[..., 1])
    turn = np.mod(np.arctan2(motion[..., 0], motion[..., 1]) * (DIRECTIONS / (2 * np.pi)), DIRECTIONS)
    low = np.minimum(turn.astype(np.int64), DIRECTIONS - 1)
    share = turn - low
    moving = length >= SLOWEST
    place = (np.arange(times) * TIMES // times * PLACES)[:, None, None] + (np.arange(rows) * PLACES // rows)[:, None]
    place = place * PLACES + np.arange(columns) * PLACES // columns  # (times, rows, columns)
    cell = np.arange(count)[:, None, None, None] * CELLS + place
    base, size = cell * EACH, count * CELLS * EACH
    weight = np.where(moving, length, 0.0)
    votes = np.bincount((base + low).ravel(), (weight * (1 - share)).ravel(), size)
    votes += np.bincount((base + (low + 1) % DIRECTIONS).ravel(), (weight * share).ravel(), size)
    votes += np.bincount((base + DIRECTIONS).ravel(), (~moving).ravel().astype(float), size)
    held = np.maximum(np.bincount(place.ravel(), minlength=CELLS), 1)[None, :, None]
    shares = votes.reshape(count, CELLS, EACH) / held
    sums = [np.bincount(cell.ravel(), motion[..., axis].ravel(), count * CELLS) for axis in (0, 1)]
    means = np.stack([one.reshape(count, CELLS) for one in sums], axis=2) / held
    parts = [np.concatenate([one, one.mean(axis=1, keepdims=True)], axis=1) for one in (np.sqrt(shares), means)]
    return np.concatenate([part.reshape(count, -1) for part in parts], axis=1).astype(np.float32)


def pooled_gradients(clips: np.ndarray) -> np.ndarray:
    """Oriented gradients of six frames: their mean over the clip, and the last third's less the first third's.

    Args:
        clips: uint8 (n, t, h, w, c).

    Returns:
        float32 (n, 2 d) for d features a frame.
    """
    work_clock.charge("picture_pixel", HOG_WORK * clips.size * HOG_FRAMES / max(1, clips.shape[1]))
    parts = [_pooled(clips[begin : begin + CHUNK]) for begin in range(0, max(len(clips), 1), CHUNK)]
    return np.concatenate(parts)


def frame_places(frames: int, wanted: int) -> np.ndarray:
    """Numbers of ``wanted`` frames, evenly spaced from the first to the last.

    Args:
        frames: of the clip. wanted: how many; a short clip repeats some.
    """
    return np.rint(np.linspace(0, frames - 1, wanted)).astype(int)


def _pooled(clips: np.ndarray) -> np.ndarray:
    chosen = clips[:, frame_places(clips.shape[1], HOG_FRAMES)]
    count, frames = chosen.shape[:2]
    flat = chosen.reshape(count * frames, *chosen.shape[2:]).astype(np.float32) / 255.0
    found = oriented_gradients(flat).reshape(count, frames, -1)
    third = frames // 3
    change = found[:, -third:].mean(axis=1) - found[:, :third].mean(axis=1)
    return np.concatenate([found.mean(axis=1), change], axis=1).astype(np.float32)


def gradient_widths(clips: np.ndarray) -> tuple[int, int]:
    """How many pooled gradients of each kind a clip has.

    Args:
        clips: uint8 (n, t, h, w, c); only the shape counts.
    """
    each = oriented_gradients(clips[:1, 0].astype(np.float32) / 255.0).shape[1]
    return each, each
