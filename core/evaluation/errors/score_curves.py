"""How well scores rank rows: ROC and precision-recall curves, a mean curve over folds with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation import metrics, uncertainty

GRID = 101


@dataclass(frozen=True)
class RankedFold:
    """Test rows of one fold: ``truth`` bool (m,), and ``scores`` (m,), higher meaning true."""

    truth: np.ndarray
    scores: np.ndarray


@dataclass(frozen=True)
class FoldMean:
    """A mean over folds with its interval; no interval (None) from fewer than two folds."""

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class CurveBand:
    """A curve averaged over folds at the places ``x`` (g,): ``mean`` (g,), and the ends of its interval, (g,).

    ``low`` and ``high`` are None from fewer than two folds. area: under the curve, a fold at a time. folds, rows: what
    the curve rests on. prevalence: share of true rows.
    """

    x: np.ndarray
    mean: np.ndarray
    low: np.ndarray | None
    high: np.ndarray | None
    area: FoldMean
    folds: int
    rows: int
    prevalence: float


def roc_points(truth: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points of the ROC curve, one per distinct score, from "nothing is called true" on.

    Args:
        truth: bool (n,), both values present. scores: float (n,), higher meaning true.

    Returns:
        False positive rates, true positive rates and thresholds, each (m + 1,); the first threshold is infinity.

    Reference:
        Fawcett 2006, "An introduction to ROC analysis", Pattern Recognition Letters 27.
    """
    hits, calls, thresholds = _counts(truth, scores)
    positives, negatives = int(truth.sum()), int((~truth).sum())
    false = np.r_[0.0, (calls - hits) / max(negatives, 1)]
    return false, np.r_[0.0, hits / max(positives, 1)], np.r_[np.inf, thresholds]


def precision_recall_points(truth: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points of the precision-recall curve, one per distinct score, from the strictest threshold on.

    Args:
        truth: bool (n,) with at least one true row. scores: float (n,), higher meaning true.

    Returns:
        Recall, precision and thresholds, each (m,), recall rising.

    Reference:
        Davis & Goadrich 2006, "The relationship between precision-recall and ROC curves".
    """
    hits, calls, thresholds = _counts(truth, scores)
    return hits / max(int(truth.sum()), 1), hits / calls, thresholds


def roc_band(folds: Sequence[RankedFold], rho: float) -> CurveBand | None:
    """The mean ROC curve over folds: true positive rate at even false positive rates.

    Args:
        folds: of one contestant; those without both kinds of rows are left out. rho: n_test / n_train of the folds.

    Returns:
        The curve with a pointwise interval; None where no fold has both kinds of rows.

    Reference:
        Fawcett 2006 (vertical averaging); Nadeau & Bengio 2003 (the variance over folds).
    """
    usable = [one for one in folds if one.truth.any() and not one.truth.all()]
    grid = np.linspace(0.0, 1.0, GRID)
    curves, areas = [], []
    for one in usable:
        false, true, _ = roc_points(one.truth, one.scores)
        places, last = np.unique(false[::-1], return_index=True)
        curves.append(np.interp(grid, places, true[::-1][last]))
        areas.append(metrics.auc(one.truth, one.scores))
    return _band(grid, curves, areas, usable, rho)


def precision_recall_band(folds: Sequence[RankedFold], rho: float) -> CurveBand | None:
    """The mean precision-recall curve over folds: precision at even recalls, as a step function.

    Args:
        folds: of one contestant; those without a true row are left out. rho: n_test / n_train of the folds.

    Returns:
        The curve with a pointwise interval; None where no fold has a true row.

    Reference:
        Davis & Goadrich 2006; Nadeau & Bengio 2003 (the variance over folds).
    """
    usable = [one for one in folds if one.truth.any() and not one.truth.all()]
    grid = np.linspace(0.01, 1.0, GRID - 1)
    curves, areas = [], []
    for one in usable:
        recall, precision, _ = precision_recall_points(one.truth, one.scores)
        reached = np.searchsorted(recall, grid - 1e-12)
        curves.append(precision[np.minimum(reached, len(precision) - 1)])
        areas.append(metrics.average_precision(one.truth, one.scores))
    return _band(grid, curves, areas, usable, rho)


def fold_mean(values: Sequence[float], rho: float) -> FoldMean:
    """The mean of one value per fold, with the interval of the corrected resampled t.

    Args:
        values: (J,), finite. rho: n_test / n_train of the folds.

    Returns:
        No interval from fewer than two values.

    Reference:
        Nadeau & Bengio 2003, Machine Learning 52.
    """
    if len(values) < 2:
        return FoldMean(float(values[0]), None, None)
    found = uncertainty.corrected_t(values, rho, 0.0)
    return FoldMean(found.gap, found.low, found.high)


def _counts(truth: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True rows and all rows at or above every distinct score, and these scores, falling."""
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.r_[np.diff(scores[order]) != 0, True])
    return np.cumsum(truth[order])[ends], ends + 1, scores[order][ends]


def _band(
    grid: np.ndarray, curves: Sequence[np.ndarray], areas: Sequence[float], folds: Sequence[RankedFold], rho: float
) -> CurveBand | None:
    if not curves:
        return None
    values = np.stack(curves)
    mean, low, high = values.mean(axis=0), None, None
    if len(values) > 1:
        from scipy.special import stdtrit

        error = np.sqrt((1.0 / len(values) + rho) * values.var(axis=0, ddof=1))
        reach = float(stdtrit(len(values) - 1, uncertainty.DECISION)) * error
        low, high = np.clip(mean - reach, 0.0, 1.0), np.clip(mean + reach, 0.0, 1.0)
    area = fold_mean(areas, rho)
    if area.low is not None and area.high is not None:
        area = FoldMean(area.mean, max(0.0, area.low), min(1.0, area.high))
    truth = np.concatenate([one.truth for one in folds])
    return CurveBand(grid, mean, low, high, area, len(values), len(truth), float(truth.mean()))
