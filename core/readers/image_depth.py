"""Deep pictures (more than 8 bits a channel) brought to 8 bits by one scale for the whole archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.wording import count_of, format_number, quote_names

FULL = 65_535
# Below this, 14 of 16 bits, a division by the whole range would leave fewer than 64 of 256 levels.
PARTLY_USED = 1 << 14
USED = 0.999
SAMPLED = 2_000_000
# More pixels than this at 0 or at 65,535, apart from all others, are a margin, a mask or a label, and no brightness.
SET_APART = 1 - USED
FEWEST_LEVELS = 3
FEWEST_DARK = 3


@dataclass(frozen=True)
class DepthScale:
    """The values that become 0 and 255 in all deep pictures of an archive.

    whole: of pictures of whole numbers. fractions: of the others. told: which of the two were taken from the pixels.
    """

    whole: tuple[float, float] = (0.0, FULL)
    fractions: tuple[float, float] | None = None
    told: tuple[str, ...] = ()

    def to_bytes(self, pixels: np.ndarray) -> np.ndarray:
        """A picture (h, w, c) as uint8.

        Args:
            pixels: uint8, uint16 or float32.
        """
        if pixels.dtype == np.uint8:
            return pixels
        if pixels.dtype == np.uint16:
            low, high = self.whole
        else:
            low, high = self.fractions or (0.0, 1.0 if pixels.max() <= 1 else 255.0)
        values = (pixels.astype(np.float64) - low) * (255 / (high - low))
        return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def scale_of(facts: Mapping[str, object]) -> DepthScale:
    """The scale that was kept with a data set; the one of whole ranges where none was.

    Args:
        facts: "depth" has it, as {"whole": [low, high], "fractions": [low, high] or []}.
    """
    kept = facts.get("depth")
    if not isinstance(kept, Mapping):
        return DepthScale()
    spans = {key: tuple(float(value) for value in kept.get(key) or ()) for key in ("whole", "fractions")}
    usable = {key: (span[0], span[1]) for key, span in spans.items() if len(span) == 2 and span[0] < span[1]}
    return DepthScale(usable.get("whole", (0.0, float(FULL))), usable.get("fractions"))


def find_scale(pictures: Sequence[np.ndarray]) -> DepthScale:
    """One scale for the deep pictures of an archive.

    Whole numbers are divided by 257, as 16 bits promise, unless 99.9 % of all pixels lie within a quarter of that range
    (10, 12 or 14 bits in files of 16, or a narrow band such as that of a thermal camera): then by that point, or
    between the 0.1 % and the 99.9 % point. Margins and labels at 0 or 65,535, far from all others, do not count.
    Fractions from 0 to 1 are multiplied by 255, values from 0 to 255 stay, all others are scaled between those points.

    Args:
        pictures: uint8, or deep: uint16 or float32, each (h, w, 1 or 3).
    """
    deep = [pixels for pixels in pictures if pixels.dtype == np.uint16]
    floats = [pixels for pixels in pictures if pixels.dtype == np.float32]
    whole = _used(deep) if deep else (0.0, float(FULL))
    told = ["whole"] if whole != (0, FULL) else []
    fractions = None
    if floats:
        low, high, stretched = _range(floats)
        fractions = (low, high)
        told += ["fractions"] if stretched else []
    return DepthScale(whole, fractions, tuple(told))


def describe_scale(scale: DepthScale, pictures: Sequence[np.ndarray], names: Sequence[str]) -> list[str]:
    """Sentences on scales that were taken from the pictures themselves.

    Args:
        scale: from ``find_scale``. pictures: of the archive. names: one for each.
    """
    said = []
    for kind, dtype in (("whole", np.uint16), ("fractions", np.float32)):
        rows = [row for row, pixels in enumerate(pictures) if pixels.dtype == dtype]
        span = scale.whole if kind == "whole" else scale.fractions
        if kind not in scale.told or span is None:
            continue
        low, high = (f"{value:,.0f}" if kind == "whole" else format_number(value) for value in span)
        of = f" of {FULL:,}" if kind == "whole" else ""
        shown = f"{count_of(len(rows), 'picture')} such as {quote_names([names[rows[0]]])}"
        by = high if kind == "whole" and span[0] == 0 else f"{low} to {high}"
        said.append(
            f"{shown} use the values {low} to {high}{of} (99.9 % of all pixels): brightness is scaled by {by}, "
            "the same for all."
        )
    deep = [row for row, pixels in enumerate(pictures) if pixels.dtype == np.uint16]
    dark = [row for row in deep if pictures[row].max() < FULL / 8]
    if scale.whole == (0, FULL) and FEWEST_DARK <= len(dark) <= len(deep) - FEWEST_DARK:
        said.append(
            f"{count_of(len(dark), 'picture')} of {len(deep):,} such as {quote_names([names[dark[0]]])} stay below an "
            "eighth of the brightness of the others; if they were stored with fewer bits, store all alike."
        )
    return said


def _used(pictures: Sequence[np.ndarray]) -> tuple[float, float]:
    """The values that become 0 and 255: the ends of the range, or of the part of it that is used."""
    counts = np.zeros(FULL + 1, dtype=np.int64)
    for pixels in pictures:
        counts += np.bincount(pixels.ravel(), minlength=FULL + 1)
    inner = counts.copy()
    inner[[0, FULL]] = 0
    if (inner > 0).sum() < FEWEST_LEVELS:
        low, high = _points(counts)
        return (0.0, high) if high < PARTLY_USED else (0.0, float(FULL))
    low, high = _points(inner)
    if high - low >= PARTLY_USED:
        return 0.0, float(FULL)
    if 4 * (high - low) < high:
        # A shade at 0 that is no margin counts as the darkest one.
        return (low, high) if high - low >= FEWEST_LEVELS - 1 else (0.0, float(FULL))
    shades = counts.copy()
    if counts[FULL] > SET_APART * counts.sum():
        shades[FULL] = 0
    return 0.0, _points(shades)[1]


def _points(counts: np.ndarray) -> tuple[float, float]:
    """The values between which 99.8 % of all pixels lie; the largest one where the upper is 0."""
    reached = np.cumsum(counts)
    low = int(np.searchsorted(reached, (1 - USED) * reached[-1], side="right"))
    high = int(np.searchsorted(reached, USED * reached[-1])) or int(np.flatnonzero(counts)[-1]) or FULL
    return float(low), float(high)


def _range(pictures: Sequence[np.ndarray]) -> tuple[float, float, bool]:
    """Values that become 0 and 255, and whether they were taken from the pixels."""
    low, high = min(float(p.min()) for p in pictures), max(float(p.max()) for p in pictures)
    if low >= 0 and high <= 255:
        return 0.0, 1.0 if high <= 1 else 255.0, False
    step = max(1, sum(pixels.size for pixels in pictures) // SAMPLED)
    values = np.concatenate([pixels.ravel()[::step] for pixels in pictures])
    low, high = (float(value) for value in np.quantile(values, (1 - USED, USED)))
    return low, max(high, low + 1e-12), True
