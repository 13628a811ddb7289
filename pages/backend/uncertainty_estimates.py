"""Means of scores over folds with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

from core.evaluation import uncertainty
from core.evaluation.uncertainty import INTERVAL, Posterior
from core.verdicts import metric_scales

__all__ = ["INTERVAL", "Posterior", "corrected_interval", "fold_correlation", "higher_is_better", "score_interval"]


def corrected_interval(values: Sequence[float], rho: float, margin: float = 0.0) -> Posterior:
    """Mean and interval of values from overlapping training sets (corrected resampled t).

    Args:
        values: (J,) one a fold, J >= 2.
        rho: n_test / n_train of the folds; 0 where the values are independent.
        margin: what counts as practically equal, in the unit of the values.
    """
    return uncertainty.corrected_t(values, rho, margin)


def score_interval(values: Sequence[float], rho: float, metric: str) -> Posterior:
    """Mean and interval of one contestant's scores on a metric; the interval ends where the metric's scale does.

    Args:
        values: (J,) one per fold, J >= 2. rho: as in ``corrected_interval``. metric: "skill" or the name of a score.
    """
    found = uncertainty.corrected_t(values, rho, 0.0)
    least, most = metric_scales.bounds(metric)
    return found._replace(low=max(found.low, least), high=min(found.high, most))


def higher_is_better(metric: str) -> bool:
    """Whether more of a metric is better; of errors and times less is."""
    return metric_scales.scale_of(metric).better == "higher"


def fold_correlation(folds: int) -> float:
    """n_test / n_train of a cut into ``folds`` folds (at least 2)."""
    return uncertainty.fold_rho(max(folds, 2))
