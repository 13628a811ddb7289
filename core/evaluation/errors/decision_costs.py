"""Decision thresholds: what false alarms and misses cost at every threshold, and which threshold costs least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation.errors.score_curves import FoldMean, RankedFold, fold_mean

PER = 1_000
GRID = 101


@dataclass(frozen=True)
class ErrorCosts:
    """What one false alarm and one miss cost, in any unit; not negative."""

    false_alarm: float
    miss: float


@dataclass(frozen=True)
class DecisionOutcome:
    """What a threshold does to ``rows`` rows: false alarms, misses, hits, and the cost per 1,000 rows."""

    threshold: float
    false_alarms: int
    misses: int
    hits: int
    rows: int
    cost: float


@dataclass(frozen=True)
class ThresholdChoice:
    """The threshold that costs least, against the usual one.

    best, usual: on all rows together. saving: what the choice saves per 1,000 rows, measured on folds that did not
    choose: for each fold the threshold comes from the other folds of its round. None with a single fold, where nothing
    is left to check the choice on.
    """

    best: DecisionOutcome
    usual: DecisionOutcome
    saving: FoldMean | None
    folds: int


@dataclass(frozen=True)
class CostCurve:
    """Cost per 1,000 rows at the thresholds (g,): mean over folds (g,), and the ends of its interval or None."""

    thresholds: np.ndarray
    mean: np.ndarray
    low: np.ndarray | None
    high: np.ndarray | None


def outcome_at(fold: RankedFold, costs: ErrorCosts, threshold: float) -> DecisionOutcome:
    """What calling every row true whose score reaches the threshold does.

    Args:
        fold: rows with scores. costs: of both errors. threshold: on the scale of the scores.

    Returns:
        Counts, and the cost per 1,000 rows in the unit of ``costs``.
    """
    called = fold.scores >= threshold
    false, missed = int((called & ~fold.truth).sum()), int((~called & fold.truth).sum())
    cost = PER * (costs.false_alarm * false + costs.miss * missed) / max(len(fold.truth), 1)
    return DecisionOutcome(threshold, false, missed, int((called & fold.truth).sum()), len(fold.truth), cost)


def best_threshold(fold: RankedFold, costs: ErrorCosts, usual: float) -> float:
    """The threshold with the least cost, halfway between the scores that it separates.

    Args:
        fold: rows with scores from 0 to 1. costs: of both errors. usual: of equally good ones the nearest to it is
            taken.

    Returns:
        From 0 to just above 1; below the smallest score it means "always", above the largest "never".

    Reference:
        Elkan 2001, "The foundations of cost-sensitive learning", IJCAI.
    """
    order = np.argsort(fold.scores, kind="stable")
    scores, truth = fold.scores[order], fold.truth[order]
    starts = np.flatnonzero(np.r_[True, np.diff(scores) != 0])
    misses = np.r_[0, np.cumsum(truth)][np.r_[starts, len(truth)]]
    rejected = np.r_[0, np.cumsum(~truth)][np.r_[starts, len(truth)]]
    cost = costs.miss * misses + costs.false_alarm * (int((~truth).sum()) - rejected)
    distinct = scores[starts]
    highest = max((distinct[-1] + 1.0) / 2, float(np.nextafter(distinct[-1], 2.0)))
    between = np.r_[distinct[0] / 2, (distinct[1:] + distinct[:-1]) / 2, highest]
    least = np.flatnonzero(cost <= cost.min() + 1e-12)
    lower = np.r_[-np.inf, distinct][least]
    upper = np.r_[distinct, np.inf][least]
    inside = (lower < usual) & (usual <= upper)
    if inside.any():
        return usual
    return float(between[least[np.argmin(np.abs(between[least] - usual))]])


def choose_threshold(
    rounds: Sequence[Sequence[RankedFold]], costs: ErrorCosts, rho: float, usual: float = 0.5
) -> ThresholdChoice:
    """The threshold for given costs, and what it saves on rows that did not choose it.

    Args:
        rounds: the folds of every round; within a round no row stands in two folds. costs: of both errors.
        rho: n_test / n_train of the folds. usual: the threshold it is compared with.

    Returns:
        The choice on the first round, where every row counts once, and its saving over all folds with an interval.

    Reference:
        Elkan 2001, IJCAI; Nadeau & Bengio 2003 (the interval over folds).
    """
    whole = _joined(rounds[0])
    savings = []
    for folds in rounds:
        for k, held in enumerate(folds):
            others = [one for j, one in enumerate(folds) if j != k]
            if others:
                chosen = best_threshold(_joined(others), costs, usual)
                savings.append(outcome_at(held, costs, usual).cost - outcome_at(held, costs, chosen).cost)
    best = best_threshold(whole, costs, usual)
    saving = fold_mean(savings, rho) if savings else None
    return ThresholdChoice(outcome_at(whole, costs, best), outcome_at(whole, costs, usual), saving, len(savings))


def cost_curve(folds: Sequence[RankedFold], costs: ErrorCosts, rho: float) -> CostCurve:
    """Cost per 1,000 rows at even thresholds from 0 to 1.

    Args:
        folds: with scores from 0 to 1. costs: of both errors. rho: n_test / n_train of the folds.

    Returns:
        Mean over folds with a pointwise interval; none from a single fold.

    Reference:
        Nadeau & Bengio 2003 (the interval over folds).
    """
    thresholds = np.linspace(0.0, 1.0, GRID)
    values = np.array([[outcome_at(one, costs, float(t)).cost for t in thresholds] for one in folds])
    if len(values) < 2:
        return CostCurve(thresholds, values.mean(axis=0), None, None)
    bands = [fold_mean(list(column), rho) for column in values.T]
    low = np.array([max(0.0, one.low or 0.0) for one in bands])
    return CostCurve(thresholds, values.mean(axis=0), low, np.array([one.high for one in bands], dtype=float))


def _joined(folds: Sequence[RankedFold]) -> RankedFold:
    return RankedFold(np.concatenate([one.truth for one in folds]), np.concatenate([one.scores for one in folds]))
