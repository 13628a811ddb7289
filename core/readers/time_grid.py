"""Brings readings at slightly uneven times onto even steps, so that a window always lasts as long as the next one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from core.wording import count_of

IRREGULAR = 0.1
GAP_STEPS = 5
MILD_SHARE = 0.9
MILD_STEPS = (1 / 3, 3.0)


class SensorReadings(NamedTuple):
    """n readings of c channels: times (n,), units (n,), values (n, c), labels (n,) or None."""

    times: np.ndarray
    units: np.ndarray
    values: np.ndarray
    labels: np.ndarray | None


def regularise(given: SensorReadings) -> tuple[SensorReadings, list[tuple[int, int]], list[str]]:
    """Readings at even steps where they were nearly so, unbroken runs [start, stop) of one unit, and words on both.

    Args:
        given: in order of time within each unit.
    """
    times, units = given[:2]
    steps, inside = np.diff(times), np.diff(units) == 0
    usual = float(np.median(steps[inside])) if inside.any() else 1.0
    gaps = inside & (steps > GAP_STEPS * usual)
    warnings = []
    if gaps.any():
        warnings.append(
            f"{count_of(int(gaps.sum()), 'gap')} of more than {GAP_STEPS} usual steps; no window reaches across one."
        )
    edges = np.flatnonzero(~inside | gaps) + 1
    pieces = list(pairwise([0, *edges.tolist(), len(times)]))
    whole = inside & ~gaps
    uneven = whole & (np.abs(steps - usual) > IRREGULAR * max(usual, 1e-12))
    if uneven.sum() <= 0.05 * max(int(whole.sum()), 1):
        return given, pieces, warnings
    share = f"{100 * uneven.sum() / whole.sum():.0f} % of the steps, {int(uneven.sum()):,} of {int(whole.sum()):,}"
    if not is_nearly_regular(steps[whole], usual):
        warnings.append(f"Time stamps are irregular ({share}); readings are taken one after the other.")
        return given, pieces, warnings
    again, pieces = resample(given, pieces, usual)
    warnings.append(
        f"Time stamps are irregular ({share}); {len(times):,} readings were brought onto even steps of {usual:.6g}, "
        f"the usual one, which makes {len(again[0]):,}."
    )
    return again, pieces, warnings


def is_nearly_regular(steps: np.ndarray, usual: float) -> bool:
    """Whether nearly all steps (n,) lie between a third and three times the usual one, so that lines may join them."""
    low, high = (share * usual for share in MILD_STEPS)
    return bool(len(steps)) and float(((steps >= low) & (steps <= high)).mean()) >= MILD_SHARE


def resample(
    readings: SensorReadings, pieces: Sequence[tuple[int, int]], usual: float
) -> tuple[SensorReadings, list[tuple[int, int]]]:
    """Readings on even steps within each unbroken piece: numbers by straight lines, labels from the nearest reading.

    Args:
        readings: in order of time within each unit. pieces: [start, stop) without a gap.
        usual: the step of the new times.

    Returns:
        the new readings in the same form, and their pieces. A number stays missing where its nearest reading is.
    """
    times, units, values, labels = readings
    parts: list[tuple[np.ndarray, ...]] = []
    bounds, total = [], 0
    for start, stop in pieces:
        old = times[start:stop]
        new = old[0] + usual * np.arange(int(np.floor((old[-1] - old[0]) / usual + 1e-9)) + 1)
        nearest = start + _nearest(old, new)
        made = np.stack([_joined(old, values[start:stop, channel], new) for channel in range(values.shape[1])], axis=1)
        made[~np.isfinite(values[nearest])] = np.nan
        parts.append((new, nearest, made))
        bounds.append((total, total + len(new)))
        total += len(new)
    nearest = np.concatenate([part[1] for part in parts])
    new_times, new_values = (np.concatenate([part[place] for part in parts]) for place in (0, 2))
    again = SensorReadings(new_times, units[nearest], new_values, None if labels is None else labels[nearest])
    return again, bounds


def _nearest(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    right = np.clip(np.searchsorted(old, new), 1, max(1, len(old) - 1))
    if len(old) == 1:
        return np.zeros(len(new), dtype=np.int64)
    return np.where(new - old[right - 1] <= old[right] - new, right - 1, right)


def _joined(old: np.ndarray, values: np.ndarray, new: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    return np.interp(new, old[known], values[known]) if known.any() else np.full(len(new), np.nan)
