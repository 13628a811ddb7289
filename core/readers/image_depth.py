"""Deep pictures (more than 8 bits a channel) brought to 8 bits by one scale for the whole archive."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.wording import count_of, format_number, quote_names

FULL = 65_535
# Below this, 14 of 16 bits, a division by the whole range would leave fewer than 64 of 256 levels.
PARTLY_USED = 1 << 14
USED = 0.999
SAMPLED = 2_000_000


def scale_to_bytes(pictures: Sequence[np.ndarray], names: Sequence[str]) -> tuple[list[np.ndarray], list[str]]:
    """Every picture as uint8, and sentences on scales that were taken from the pictures themselves.

    Whole numbers are divided by 257, as 16 bits promise, unless 99.9 % of all pixels of the archive stay below a
    quarter of that range (10, 12 or 14 bits in files of 16): then by that point. Fractions from 0 to 1 are
    multiplied by 255, values from 0 to 255 stay, all others are scaled between the 0.1 % and the 99.9 % point.

    Args:
        pictures: uint8, or deep: uint16 or float32, each (h, w, 1 or 3). names: one for each, for messages.
    """
    deep = [row for row, pixels in enumerate(pictures) if pixels.dtype == np.uint16]
    floats = [row for row, pixels in enumerate(pictures) if pixels.dtype == np.float32]
    made, told = list(pictures), []
    if deep:
        top = _used([pictures[row] for row in deep])
        scale = 255 / top if top < PARTLY_USED else 255 / FULL
        for row in deep:
            made[row] = _bytes(pictures[row] * np.float64(scale))
        if top < PARTLY_USED:
            told.append(_tell(deep, names, f"use the values 0 to {top:,} of {FULL:,}", f"{top:,}"))
    if floats:
        low, high, stretched = _range([pictures[row] for row in floats])
        for row in floats:
            made[row] = _bytes((pictures[row].astype(np.float64) - low) * (255 / (high - low)))
        if stretched:
            span = f"{format_number(low)} to {format_number(high)}"
            told.append(_tell(floats, names, f"use the values {span}", span))
    return made, told


def _tell(rows: Sequence[int], names: Sequence[str], what: str, scale: str) -> str:
    shown = f"{count_of(len(rows), 'picture')} such as {quote_names([names[rows[0]]])}"
    return f"{shown} {what} (99.9 % of all pixels): brightness is scaled by {scale}, the same for all."


def _used(pictures: Sequence[np.ndarray]) -> int:
    """The value below which 99.9 % of all pixels lie; the largest one where that is 0."""
    counts = np.zeros(FULL + 1, dtype=np.int64)
    for pixels in pictures:
        counts += np.bincount(pixels.ravel(), minlength=FULL + 1)
    reached = np.cumsum(counts)
    return int(np.searchsorted(reached, USED * reached[-1])) or int(np.flatnonzero(counts)[-1]) or FULL


def _range(pictures: Sequence[np.ndarray]) -> tuple[float, float, bool]:
    """Values that become 0 and 255, and whether they were taken from the pixels."""
    low, high = min(float(p.min()) for p in pictures), max(float(p.max()) for p in pictures)
    if low >= 0 and high <= 255:
        return 0.0, 1.0 if high <= 1 else 255.0, False
    step = max(1, sum(pixels.size for pixels in pictures) // SAMPLED)
    values = np.concatenate([pixels.ravel()[::step] for pixels in pictures])
    low, high = (float(value) for value in np.quantile(values, (1 - USED, USED)))
    return low, max(high, low + 1e-12), True


def _bytes(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
