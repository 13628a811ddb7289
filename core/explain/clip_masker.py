"""The players of clips: patches of the picture during a stretch of time, and what an absent one shows."""

from __future__ import annotations

import numpy as np

from core.explain.maskers import BATCH, BATCH_BYTES, Masker

TIMES, GRID = 4, 3


def clip_patch_masker(clips: np.ndarray, background: np.ndarray, times: int = TIMES, grid: int = GRID) -> Masker:
    """Space-time patches as players; an absent one shows what the mean background clip shows there and then.

    The clip itself is changed, never features computed from it, so that flow histograms and a network play alike.

    Args:
        clips: (n, t, h, w, c) uint8. background: (b, t, h, w, c). times: stretches of the clip. grid: patches per side.
    """
    own = np.asarray(clips)
    stand_in = np.asarray(background, dtype=np.float32).mean(axis=0).astype(own.dtype)
    owner = patch_numbers(own.shape[1:4], times, grid)

    def build(rows: np.ndarray, mask: np.ndarray, background_index: np.ndarray) -> np.ndarray:
        return np.where(mask[:, owner][..., None], own[rows], stand_in)

    names = patch_names(own.shape[1], times, grid)
    batch = int(np.clip(BATCH_BYTES // max(int(np.prod(own.shape[1:])), 1), 16, BATCH))
    return Masker(names, len(own), 1, build, lambda row: np.arange(len(names)), batch)


def patch_numbers(shape: tuple[int, ...], times: int = TIMES, grid: int = GRID) -> np.ndarray:
    """Which player owns each pixel of each frame.

    Args:
        shape: (t, h, w). times, grid: as in ``clip_patch_masker``.

    Returns:
        int (t, h, w).
    """
    when, down, across = (
        np.arange(side) * parts // side for side, parts in zip(shape, (times, grid, grid), strict=True)
    )
    return (when[:, None, None] * grid + down[:, None]) * grid + across


def patch_names(frames: int, times: int = TIMES, grid: int = GRID) -> tuple[str, ...]:
    """What each player is called: its frames, counted from 1, and its place.

    Args:
        frames: of the clip. times, grid: as in ``clip_patch_masker``.
    """
    when = np.arange(frames) * times // frames
    spans = [np.flatnonzero(when == part) + 1 for part in range(times)]
    return tuple(
        f"frames {span[0]}-{span[-1]}, row {i + 1}, column {j + 1}"
        for span in spans
        for i in range(grid)
        for j in range(grid)
    )
