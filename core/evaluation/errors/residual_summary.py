"""Residuals of a regression: their quantiles, their mean, and how they change with the prediction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation.errors.held_out import Answers
from core.evaluation.errors.score_curves import FoldMean, fold_mean

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
BINS = 10


@dataclass(frozen=True)
class ResidualSummary:
    """Residuals, recorded minus predicted, in the target's unit.

    quantiles: at ``SHARES``. bias, absolute: mean residual and mean absolute residual over folds, with intervals.
    largest: the largest absolute residual. rows: how many residuals.
    """

    quantiles: tuple[float, ...]
    bias: FoldMean
    absolute: FoldMean
    largest: float
    rows: int


@dataclass(frozen=True)
class ResidualBin:
    """Residuals of ``count`` rows whose predictions lie from ``start`` to ``end``.

    predicted: mean prediction. low, middle, high: the 10th, 50th and 90th percentile of the residuals.
    """

    start: float
    end: float
    predicted: float
    low: float
    middle: float
    high: float
    count: int


def residual_summary(answers: Answers, rho: float) -> ResidualSummary:
    """Quantiles of the residuals, their mean and their mean size.

    Args:
        answers: of a regression, each row once. rho: n_test / n_train of the folds, for the intervals.

    Returns:
        In the target's unit.
    """
    residuals = answers.truth - answers.predictions
    parts = [residuals[answers.folds == fold] for fold in np.unique(answers.folds)]
    return ResidualSummary(
        tuple(float(value) for value in np.quantile(residuals, SHARES)),
        fold_mean([float(part.mean()) for part in parts], rho),
        fold_mean([float(np.abs(part).mean()) for part in parts], rho),
        float(np.abs(residuals).max()),
        len(residuals),
    )


def residuals_by_prediction(answers: Answers, bins: int = BINS) -> list[ResidualBin]:
    """Residuals in bins of equally many rows, by what was predicted: a trend or a funnel shows what is not learned.

    Args:
        answers: of a regression. bins: at most so many; fewer where predictions are equal or rows are few.

    Returns:
        From the smallest predictions to the largest; at least ten rows per bin where there are so many.
    """
    count = max(1, min(bins, len(answers) // 10))
    edges = np.unique(np.quantile(answers.predictions, np.linspace(0, 1, count + 1)))
    place = np.searchsorted(edges[1:-1], answers.predictions, side="right")
    residuals = answers.truth - answers.predictions
    return [_bin(answers.predictions[place == k], residuals[place == k]) for k in np.unique(place)]


def _bin(predictions: np.ndarray, residuals: np.ndarray) -> ResidualBin:
    low, middle, high = (float(value) for value in np.quantile(residuals, (0.1, 0.5, 0.9)))
    ends: Sequence[float] = (float(predictions.min()), float(predictions.max()))
    return ResidualBin(ends[0], ends[1], float(predictions.mean()), low, middle, high, len(predictions))
