"""Calibration: whether what is said with 80 % is right in 80 % of cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.evaluation import uncertainty

BINS = 10


@dataclass(frozen=True)
class CalibrationBin:
    """Rows with a predicted probability from ``start`` to ``end``.

    predicted: their mean probability. observed: the share that came true, with its interval from ``low`` to ``high``.
    """

    start: float
    end: float
    predicted: float
    observed: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Calibration:
    """The bins that hold rows, and the expected calibration error over them.

    error: mean distance of predicted and observed, weighted by rows. by_chance: what a perfectly calibrated model would
    show on as many rows in the same bins. bins_in_all: with those that are empty. rows: in all bins.
    """

    bins: tuple[CalibrationBin, ...]
    error: float
    by_chance: float
    bins_in_all: int
    rows: int


def calibration(truth: np.ndarray, probabilities: np.ndarray, bins: int = BINS) -> Calibration:
    """Observed shares against predicted probabilities in bins of equal width.

    Args:
        truth: bool (n,), whether it came true. probabilities: float (n,) from 0 to 1, that it would.
        bins: how many.

    Returns:
        Every bin with rows, with a Wilson interval; the error is 0 without rows.

    Reference:
        Naeini, Cooper & Hauskrecht 2015, "Obtaining well calibrated probabilities using Bayesian binning", AAAI;
        Broecker & Smith 2007, "Increasing the reliability of reliability diagrams" (the error by chance).
    """
    edges = np.linspace(0.0, 1.0, bins + 1)
    place = np.searchsorted(edges[1:-1], probabilities)
    found, error, chance = [], 0.0, 0.0
    for k in range(bins):
        inside = place == k
        count = int(inside.sum())
        if not count:
            continue
        said, hits = probabilities[inside], int(truth[inside].sum())
        low, high = uncertainty.share_interval(hits, count)
        found.append(CalibrationBin(edges[k], edges[k + 1], float(said.mean()), hits / count, low, high, count))
        error += count / len(truth) * abs(float(said.mean()) - hits / count)
        # The mean distance of a share from its own probability: sqrt(2 / pi) standard errors.
        chance += count / len(truth) * np.sqrt(2 / np.pi * float((said * (1 - said)).sum())) / count
    return Calibration(tuple(found), error, float(chance), bins, len(truth))


def top_answers(codes: np.ndarray, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether the most probable class is the recorded one, and how probable it was called.

    Args:
        codes: int (n,) recorded classes. probabilities: float (n, k).

    Returns:
        bool (n,) and float (n,), as ``calibration`` takes them.

    Reference:
        Guo, Pleiss, Sun & Weinberger 2017, "On calibration of modern neural networks", ICML.
    """
    return probabilities.argmax(axis=1) == codes, np.clip(probabilities.max(axis=1), 0.0, 1.0)
