"""Means of scores over folds with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

from core.evaluation import uncertainty
from core.evaluation.uncertainty import Posterior

__all__ = ["Posterior", "corrected_interval", "fold_correlation"]


def corrected_interval(values: Sequence[float], rho: float, margin: float = 0.0) -> Posterior:
    """Mean and 95 % interval of values from overlapping training sets (corrected resampled t).

    Args:
        values: (J,) one a fold, J >= 2.
        rho: n_test / n_train of the folds; 0 where the values are independent.
        margin: what counts as practically equal, in the unit of the values.
    """
    return uncertainty.corrected_t(values, rho, margin)


def fold_correlation(folds: int) -> float:
    """n_test / n_train of a cut into ``folds`` folds (at least 2)."""
    return uncertainty.fold_rho(max(folds, 2))
