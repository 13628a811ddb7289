"""Skill over rolling origins on one scale: losses against what the seasonal naive loses at an origin on average."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.schema import Fit, Run


@dataclass(frozen=True)
class OriginLosses:
    """Quantile losses of one contestant. losses, naive: float (origins, series), the latter of the seasonal naive."""

    losses: np.ndarray
    naive: np.ndarray


def origin_losses(fits: Sequence[Fit]) -> OriginLosses | None:
    """The losses by origin and series that fits of forecasts keep.

    Args:
        fits: of one contestant on origins that test the same series.

    Returns:
        None where one of them kept none.
    """
    kept = [None if fit.units is None else np.asarray(fit.units, dtype=float) for fit in fits]
    if not kept or any(one is None or one.ndim != 2 or one.shape[1:] != (2,) for one in kept):
        return None
    there = [one for one in kept if one is not None]
    if len({len(one) for one in there}) != 1:
        return None
    whole = np.stack(there)
    return OriginLosses(-whole[:, :, 0], whole[:, :, 1])


def pool_skill(runs: Sequence[Run]) -> list[Run]:
    """The runs with every fold's skill on one scale: 100 (1 - loss / mean loss of the seasonal naive over the origins).

    An origin at which the naive forecast happens to be nearly right then weighs no more than the others, the mean over
    the folds is the skill of all origins together, and a difference of two contestants is a difference of losses.

    Args:
        runs: of one contest on forecasts, as far as it has come.
    """
    naive: dict[int, float] = {}
    for run in runs:
        for fit in run.fits:
            if (found := origin_losses([fit])) is not None:
                naive[fit.fold] = float(found.naive.sum())
    mean = float(np.mean(list(naive.values()))) if naive else 0.0
    if mean <= 0:
        return list(runs)
    return [replace(run, fits=tuple(_pooled(fit, mean) for fit in run.fits)) for run in runs]


def _pooled(fit: Fit, mean: float) -> Fit:
    found = origin_losses([fit])
    if found is None or fit.skill is None:
        return fit
    return replace(fit, skill=100.0 * (1.0 - float(found.losses.sum()) / mean))
