"""Calibrated probabilities, and sets or intervals that hold 90 of 100 answers, from out-of-fold predictions.

References: Vovk, Gammerman & Shafer 2005 (conformal prediction); Sadinle, Lei & Wasserman 2019 (least ambiguous sets);
Lei et al. 2018 (residuals); Vovk 2015 (cross-conformal prediction); Guo et al. 2017 (temperature).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEVEL = 0.9
TEMPERATURES = np.exp(np.linspace(np.log(0.25), np.log(8.0), 61))
# Fewer out-of-fold rows than this give no quantile of the wanted level.
FEWEST_ROWS = 20
TINY = 1e-12


@dataclass(frozen=True)
class Coverage:
    """How often sets or intervals held the answer on rows that gave no quantile, fold by fold.

    share: over all folds; lowest, highest: of single folds. rows: how many rows it rests on. size: mean number of
    classes in a set, or mean width of an interval. level: the coverage that was wanted.
    """

    level: float
    share: float
    lowest: float
    highest: float
    rows: int
    size: float


@dataclass(frozen=True)
class Conformal:
    """What turns predictions into sets or intervals.

    quantile: largest score that an answer may have: 1 less its probability, or its distance from the prediction; None
    where there are too few rows. temperature: what log-probabilities are divided by (1: they were right as they are).
    coverage: None where it could not be checked.
    """

    quantile: float | None
    temperature: float = 1.0
    coverage: Coverage | None = None


def calibrate(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities with their log divided by a temperature.

    Args:
        probabilities: (n, k). temperature: above 1 makes them less sure.

    Returns:
        (n, k), each row adding up to 1.
    """
    if temperature == 1.0:
        return probabilities
    logits = np.log(np.maximum(probabilities, TINY)) / temperature
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def fit_temperature(probabilities: np.ndarray, truth: np.ndarray) -> float:
    """The temperature with the least log loss.

    Args:
        probabilities: (n, k) of rows that no training saw. truth: int (n,).

    Returns:
        The best of 61 temperatures between 1/4 and 8.

    Reference: Guo et al. 2017.
    """
    rows = np.arange(len(truth))
    losses = [-np.log(np.maximum(calibrate(probabilities, t)[rows, truth], TINY)).mean() for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def scores_of(predictions: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """How badly each answer agrees with its prediction.

    Args:
        predictions: (n, k) probabilities or (n,) values. truth: class codes or values (n,).

    Returns:
        (n,): 1 less the probability of the true class, or the distance from the true value.
    """
    if predictions.ndim == 2:
        return 1.0 - predictions[np.arange(len(truth)), np.asarray(truth, dtype=int)]
    return np.abs(predictions - truth)


def upper_quantile(scores: np.ndarray, level: float = LEVEL) -> float | None:
    """The score that a new one does not pass with probability ``level``.

    Args:
        scores: (n,) of rows like the new one. level: the probability.

    Returns:
        The ceil((n + 1) level)-th smallest; None where there are not so many.
    """
    place = int(np.ceil((len(scores) + 1) * level))
    return None if place > len(scores) or len(scores) < FEWEST_ROWS else float(np.sort(scores)[place - 1])


def fit_conformal(predictions: Sequence[np.ndarray], truths: Sequence[np.ndarray]) -> Conformal:
    """Temperature and quantile from all folds, and the coverage of each fold under those of the others.

    Args:
        predictions: a fold each, of its test rows: (n, k) or (n,). truths: the answers to them.

    Returns:
        The ``Conformal``.
    """
    whole, answers = np.concatenate(predictions), np.concatenate(truths)
    temperature = fit_temperature(whole, answers) if whole.ndim == 2 else 1.0
    tempered = calibrate(whole, temperature) if whole.ndim == 2 else whole
    quantile = upper_quantile(scores_of(tempered, answers))
    return Conformal(quantile, temperature, _coverage(predictions, truths))


def _coverage(predictions: Sequence[np.ndarray], truths: Sequence[np.ndarray]) -> Coverage | None:
    held: list[np.ndarray] = []
    sizes: list[float] = []
    for fold in range(len(predictions)):
        others = [place for place in range(len(predictions)) if place != fold]
        if not others:
            return None
        seen = np.concatenate([predictions[place] for place in others])
        answers = np.concatenate([truths[place] for place in others])
        own = predictions[fold]
        if own.ndim == 2:
            temperature = fit_temperature(seen, answers)
            seen, own = calibrate(seen, temperature), calibrate(own, temperature)
        quantile = upper_quantile(scores_of(seen, answers))
        if quantile is None:
            return None
        held.append(scores_of(own, truths[fold]) <= quantile)
        sizes.append(float((1.0 - own <= quantile).sum(axis=1).mean()) if own.ndim == 2 else 2.0 * quantile)
    shares = [float(one.mean()) for one in held]
    joined = np.concatenate(held)
    weights = [len(one) for one in held]
    size = float(np.average(sizes, weights=weights))
    return Coverage(LEVEL, float(joined.mean()), min(shares), max(shares), len(joined), size)


def prediction_sets(probabilities: np.ndarray, quantile: float) -> np.ndarray:
    """Which classes stand in the set of each row.

    Args:
        probabilities: calibrated (n, k). quantile: of ``Conformal``.

    Returns:
        bool (n, k); a row without any is one for which no class is likely enough at this level.
    """
    return 1.0 - probabilities <= quantile


def intervals(values: np.ndarray, quantile: float) -> np.ndarray:
    """Lower and upper end around each predicted value.

    Args:
        values: (n,). quantile: of ``Conformal``.

    Returns:
        (n, 2).
    """
    return np.stack([values - quantile, values + quantile], axis=1)


def quantile_rows(levels: Sequence[float], found: np.ndarray) -> list[dict[str, float]]:
    """Forecasts as plain rows: each quantile by its step ahead and level.

    Args:
        levels: of the quantiles. found: float (n, horizon, levels).

    Returns:
        One mapping a window.
    """
    return [
        {
            f"{step + 1} ahead, {level:g}": float(value)
            for step, values in enumerate(window)
            for level, value in zip(levels, values, strict=True)
        }
        for window in found
    ]
