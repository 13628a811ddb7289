"""Predictive strength of single columns: depth-3 trees on binned values, cross-validated, in plain numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.evaluation import metrics

if TYPE_CHECKING:
    import pandas as pd

BINS = 64
DEPTH = 3
FOLDS = 3
SMOOTH = 0.5


def encode_column(column: pd.Series) -> tuple[np.ndarray, bool]:
    """Codes of one column, and whether their order means anything.

    Numbers and dates fall into at most 64 bins of equal weight, exact values where there are fewer; categories and
    texts become one code each.

    Args:
        column: a pandas Series of n values.

    Returns:
        Codes int (n,), 0 where the value is missing; and True for numbers and dates, False for names.
    """
    if column.dtype.kind in "fiubM":
        dated = column.dtype.kind == "M"
        values = column.to_numpy("int64" if dated else float, **({} if dated else {"na_value": np.nan})).astype(float)
        values = np.where(column.isna().to_numpy(), np.nan, values)
        known = np.isfinite(values)
        edges = np.unique(values[known])
        if len(edges) > BINS:
            edges = np.unique(np.quantile(values[known], np.linspace(0, 1, BINS + 1)[1:-1]))
        return np.where(known, np.searchsorted(edges, values) + 1, 0), True
    import pandas as pd

    return pd.factorize(column)[0].astype(np.int64) + 1, False


def leaf_targets(target: np.ndarray, classes: int) -> np.ndarray:
    """The quantities that a leaf averages: the one-hot classes, or the centred number.

    Args:
        target: (n,) class codes or values.
        classes: number of classes; 0 for a regression.

    Returns:
        float (n, classes), or (n, 1) for a regression.
    """
    if classes:
        one_hot: np.ndarray = np.eye(classes)[target.astype(int)]
        return one_hot
    centred: np.ndarray = (target - target.mean())[:, None]
    return centred


def out_of_fold(codes: np.ndarray, ordered: bool, targets: np.ndarray, seed: int = 0) -> np.ndarray:
    """Cross-validated predictions from one column: a depth-3 tree over ordered codes, a lookup table over names.

    Args:
        codes: int (n,) from ``encode_column``.
        ordered: whether the order of the codes means anything.
        targets: float (n, k) from ``leaf_targets``.
        seed: deals the rows into three folds.

    Returns:
        float (n, k) in the unit of the targets.
    """
    size = int(codes.max()) + 1
    parts = np.random.default_rng(seed).permutation(len(codes)) % FOLDS
    predicted = np.zeros(targets.shape)
    for part in range(FOLDS):
        train, test = parts != part, parts == part
        counts = np.bincount(codes[train], minlength=size).astype(float)
        sums = np.stack([np.bincount(codes[train], column, size) for column in targets[train].T], axis=1)
        centre = targets[train].mean(axis=0)
        table = _tree(counts, sums, centre, DEPTH) if ordered else _lookup(counts, sums, centre)
        predicted[test] = table[codes[test]]
    return predicted


def _lookup(counts: np.ndarray, sums: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Mean target a code (size, k), shrunk towards the overall mean for rare codes."""
    return (sums + SMOOTH * centre) / (counts + SMOOTH)[:, None]


def _tree(counts: np.ndarray, sums: np.ndarray, centre: np.ndarray, depth: int) -> np.ndarray:
    """Mean target of each bin's leaf (size, k). The cut that most lowers the squared loss is taken, greedily."""
    total, weight = sums.sum(axis=0), counts.sum()
    flat = np.tile((total + SMOOTH * centre) / (weight + SMOOTH), (len(counts), 1))
    if depth == 0 or len(counts) < 2:
        return flat
    left, left_sums = np.cumsum(counts)[:-1], np.cumsum(sums, axis=0)[:-1]
    right, right_sums = weight - left, total - left_sums
    both = (left > 0) & (right > 0)
    if not both.any():
        return flat
    gain = np.full(len(left), -np.inf)
    gain[both] = (left_sums[both] ** 2).sum(axis=1) / left[both] + (right_sums[both] ** 2).sum(axis=1) / right[both]
    cut = int(gain.argmax()) + 1
    return np.concatenate(
        [_tree(counts[:cut], sums[:cut], centre, depth - 1), _tree(counts[cut:], sums[cut:], centre, depth - 1)]
    )


def predictive_strength(predicted: np.ndarray, target: np.ndarray, classes: int) -> float:
    """How well predictions from one column match the target: AUC for classes, R2 for numbers.

    Args:
        predicted: float (n, k) from ``out_of_fold``.
        target: (n,) class codes or values.
        classes: number of classes; 0 for a regression. With more than two the AUC is one against rest, averaged.

    Returns:
        A share up to 1; nan where neither score is defined.
    """
    if classes == 2:
        return metrics.auc(target == 1, predicted[:, 1])
    if classes:
        return metrics.macro_auc(target.astype(int), predicted)
    spread = float(np.var(target))
    return 1.0 - float(np.mean((target - target.mean() - predicted[:, 0]) ** 2)) / spread if spread > 0 else np.nan


def shift_auc(columns: list[np.ndarray], ordered: list[bool], away: np.ndarray) -> tuple[float, list[float]]:
    """How well the columns tell two groups of rows apart, by one-column trees (a classifier two-sample test).

    Args:
        columns: codes int (n,) of each column.
        ordered: for each column, whether the order of its codes means anything.
        away: bool (n,), True for the rows of the second group.

    Returns:
        AUC of the summed cross-validated log-odds of all columns, and the AUC of each column alone; 0.5 means that the
        groups cannot be told apart.

    Reference:
        Lopez-Paz & Oquab 2017, "Revisiting classifier two-sample tests".
    """
    targets = leaf_targets(away.astype(int), 2)
    total, alone = np.zeros(len(away)), []
    for codes, order in zip(columns, ordered, strict=True):
        chance = np.clip(out_of_fold(codes, order, targets)[:, 1], 1e-3, 1 - 1e-3)
        odds = np.log(chance / (1 - chance))
        alone.append(metrics.auc(away, odds))
        total += odds
    return (metrics.auc(away, total) if columns else 0.5), alone
