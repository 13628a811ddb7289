"""A linear model that imitates a model's answers around one item."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class LinearSurrogate(NamedTuple):
    """Linear models around k answers: coefficients (k, players), and R2 of each on its own draws (k,).

    Answers over different background rows differ by themselves, which lowers R2 even for a linear model."""

    values: np.ndarray
    r2: np.ndarray


def weighted_ridge(
    features: np.ndarray, answers: np.ndarray, weights: np.ndarray, penalty: float
) -> tuple[np.ndarray, float]:
    """Coefficients (d,) of a weighted ridge regression with an intercept, and its weighted R2.

    Args:
        features: float (m, d). answers: (m,). weights: (m,), above 0. penalty: on the squared coefficients.

    Returns:
        The coefficients; R2 is 1 where the answers do not vary.

    Reference: Hoerl & Kennard 1970.
    """
    share = weights / weights.sum()
    moved = features - share @ features
    wanted = answers - float(share @ answers)
    scaled = moved * weights[:, None]
    found = np.linalg.solve(scaled.T @ moved + penalty * np.eye(features.shape[1]), scaled.T @ wanted)
    spread = float(share @ wanted**2)
    left = float(share @ (wanted - moved @ found) ** 2)
    return found, 1.0 - left / spread if spread > 0 else 1.0
