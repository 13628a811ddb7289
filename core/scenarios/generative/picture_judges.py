"""What is asked of drawn pictures: are they what was asked for, can they be told apart, are they copies.

Reference: Lopez-Paz & Oquab 2017 (classifier two-sample test); Phipson & Smyth 2010 (p values of permutations).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

PERMUTATIONS = 499


@dataclass(frozen=True)
class TwoSampleTest:
    """Area under the curve of a classifier on rows it has not learned from, and how rarely chance does as well."""

    area: float
    p_value: float


def tell_apart(real: np.ndarray, drawn: np.ndarray, seed: int) -> TwoSampleTest:
    """A support vector machine learns from half of the rows which are drawn, and is asked about the other half.

    The null is exact: the machine is fixed, and under equal distributions its answers' labels are exchangeable. Rows
    are dealt at random, since rows in the order of their classes would give a half that misses some.

    Args:
        real, drawn: float64 (n, d) and (m, d). seed: of the halves and the permutations.
    """
    from scipy.stats import rankdata
    from sklearn.svm import SVC

    rng = np.random.default_rng((seed, 41))
    both = np.concatenate([real, drawn])
    side = np.r_[np.zeros(len(real), dtype=int), np.ones(len(drawn), dtype=int)]
    order = rng.permutation(len(side))
    learn, ask = order[: len(order) // 2], order[len(order) // 2 :]
    ranks = rankdata(SVC(C=3.0).fit(both[learn], side[learn]).decision_function(both[ask]))
    labels = side[ask]
    area = _area(ranks, labels)
    shuffled = np.array([_area(ranks, rng.permutation(labels)) for _ in range(PERMUTATIONS)])
    return TwoSampleTest(area, float((1 + (shuffled >= area).sum()) / (1 + PERMUTATIONS)))


def _area(ranks: np.ndarray, labels: np.ndarray) -> float:
    drawn = int(labels.sum())
    return float((ranks[labels == 1].sum() - drawn * (drawn + 1) / 2) / (drawn * (len(labels) - drawn)))


def nearest_distances(rows: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Distance of each row to its nearest known one (n,).

    Args:
        rows: (n, d). known: (m, d).
    """
    squares = (rows**2).sum(axis=1)[:, None] + (known**2).sum(axis=1)[None] - 2 * rows @ known.T
    return np.sqrt(np.maximum(squares.min(axis=1), 0.0))


def copying_ratio(drawn: np.ndarray, fresh: np.ndarray, known: np.ndarray) -> float:
    """Distance to the nearest training picture as a share of that of new real ones, low tenths compared.

    A generator that copies a few of its pictures shows it in the low tenth and not in the middle.

    Args:
        drawn, fresh, known: (n, d), (m, d) and (k, d); drawn rows, real rows nobody learned from, training rows.

    Returns:
        1: as far as real ones; far below 1: copies.
    """
    near, usual = (float(np.quantile(nearest_distances(rows, known), 0.1)) for rows in (drawn, fresh))
    return near / max(usual, 1e-12)
