"""Targets that follow from a few columns: sums, differences, products, ratios, bands, classes told by two columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.evaluation import metrics, row_features

if TYPE_CHECKING:
    import pandas as pd

EXACT_R2 = 0.999
CLEAR_AUC, EXACT_AUC = 0.998, 0.9999
MOST_COLUMNS = 120
MOST_TERMS = 12
MOST_PAIR = 3
MOST_BANDS = 50
MOST_CLASSES = 10
FEWEST_ROWS = 40
NEAR_WHOLE = 0.02
IMPLIES, COVERS = 0.98, 0.95


@dataclass(frozen=True)
class DerivedTarget:
    """One way in which the target follows from columns; ``formula`` in words or signs, ``score`` R2 or AUC."""

    kind: Literal["copy", "sum", "product", "bands", "pair", "any"]
    columns: tuple[str, ...]
    formula: str
    score: float


@dataclass(frozen=True)
class NumberTable:
    """Columns as numbers: ``values`` float (n, d) with NaN for missing, under their ``names``."""

    names: tuple[str, ...]
    values: np.ndarray

    def subset(self, kept: Sequence[int]) -> NumberTable:
        """Some of the columns.

        Args:
            kept: their places.
        """
        return NumberTable(tuple(self.names[k] for k in kept), self.values[:, list(kept)])


def find_derivations(frame: pd.DataFrame, target: np.ndarray, classes: int, name: str) -> tuple[DerivedTarget, ...]:
    """How the target follows from the columns, if it does: no more than one formula and one set of bands.

    Numbers: least squares on the columns, then on their logarithms, from which the weakest column is taken away as long
    as R2 stays at .999 on rows not fitted. Classes: the same for each class against the rest, while two or three
    columns keep an AUC of .998; and yes-or-no columns of which any one makes the class.

    Args:
        frame: n rows of inputs. target: (n,) class codes or values. classes: how many; 0 for a regression.
        name: of the target, for the formula.
    """
    table = to_numbers(frame)
    if len(target) < FEWEST_ROWS or not len(table.names):
        return ()
    if classes:
        found = _any_of(table, target, classes, name) or _told_by_few(table, target, classes)
        return (found,) if found else ()
    formula = _linear(table, target, name) or _product(table, target, name)
    bands = _bands(table, target)
    return tuple(one for one in (formula, bands) if one)


def to_numbers(frame: pd.DataFrame) -> NumberTable:
    """The numbers, dates (in days) and yes-or-no columns of a table; at most 120 that hold two values.

    Args:
        frame: n rows.
    """
    names: list[str] = []
    columns: list[np.ndarray] = []
    for place, name in enumerate(frame.columns):
        values = _as_numbers(frame.iloc[:, place])
        if values is not None and np.isfinite(values).mean() > 0.5 and np.nanstd(values) > 0:
            names.append(str(name))
            columns.append(values)
        if len(names) == MOST_COLUMNS:
            break
    return NumberTable(tuple(names), np.stack(columns, axis=1) if columns else np.zeros((len(frame), 0)))


def _as_numbers(column: pd.Series) -> np.ndarray | None:
    if column.dtype.kind in "fiubM":
        return row_features.column_floats(column)
    if str(column.dtype) == "category" and len(column.cat.categories) == 2:
        codes = column.cat.codes.to_numpy().astype(float)
        return np.where(codes < 0, np.nan, codes)
    return None


def _linear(table: NumberTable, target: np.ndarray, name: str) -> DerivedTarget | None:
    kept = _eliminated(table, target, MOST_TERMS)
    if not kept:
        return None
    score, weights = _held_out(table.subset(kept), target)
    if score < EXACT_R2:
        return None
    names = [table.names[k] for k in kept]
    if len(kept) == 1:
        return DerivedTarget("copy", tuple(names), f"{name} is {names[0]} on another scale", score)
    terms = " ".join(_term(weight, one) for weight, one in zip(weights, names, strict=True)).removeprefix("+ ")
    return DerivedTarget("sum", tuple(names), f"{name} = {terms}", score)


def _term(weight: float, name: str) -> str:
    sign, size = ("-" if weight < 0 else "+"), abs(weight)
    return f"{sign} {name}" if abs(size - 1) < NEAR_WHOLE else f"{sign} {size:.3g} × {name}"


def _product(table: NumberTable, target: np.ndarray, name: str) -> DerivedTarget | None:
    """A product or ratio of columns, found as a sum of logarithms; powers must be whole or halves."""
    if (target > 0).mean() < 0.99:
        return None
    logs = _logarithms(table)
    logged = np.where(target > 0, np.log(np.maximum(target, 1e-300)), np.nan)
    rows = np.isfinite(logged)
    logs, logged = NumberTable(logs.names, logs.values[rows]), logged[rows]
    kept = _eliminated(logs, logged, MOST_PAIR + 1)
    if not kept:
        return None
    score, powers = _held_out(logs.subset(kept), logged)
    if score < EXACT_R2 or np.abs(2 * powers - np.round(2 * powers)).max() > 2 * NEAR_WHOLE:
        return None
    parts = [(logs.names[k], round(2 * power) / 2) for k, power in zip(kept, powers, strict=True)]
    above = " × ".join(_power(one, power) for one, power in parts if power > 0) or "1"
    below = " / ".join(_power(one, -power) for one, power in parts if power < 0)
    names = tuple(one for one, _ in parts)
    return DerivedTarget("product", names, f"{name} is in proportion to {above}{' / ' if below else ''}{below}", score)


def _power(name: str, power: float) -> str:
    return name if power == 1 else f"{name}^{power:g}"


def _logarithms(table: NumberTable) -> NumberTable:
    """Logarithms of the columns that are positive almost throughout."""
    kept = [k for k in range(len(table.names)) if (table.values[:, k] > 0).mean() > 0.95]
    chosen = table.subset(kept)
    positive = chosen.values > 0
    return NumberTable(chosen.names, np.where(positive, np.log(np.where(positive, chosen.values, 1.0)), np.nan))


def _eliminated(table: NumberTable, target: np.ndarray, most: int) -> list[int]:
    """Places of the fewest columns, at most ``most``, whose least-squares fit keeps R2 at .999; [] if none do."""
    n, d = table.values.shape
    if d == 0 or n < 2 * d + 20 or np.std(target) == 0:
        return []
    order = _elimination_order(table.values, target)
    if _r2(table.values, target) < EXACT_R2:
        return []
    for count in range(1, min(most, d) + 1):
        kept = order[-count:]
        if _r2(table.values[:, kept], target) >= EXACT_R2:
            return sorted(kept)
    return []


def _elimination_order(values: np.ndarray, target: np.ndarray) -> list[int]:
    """Places of all columns, the first to go first: each time that which adds least to the fit (backward elimination).

    Removing column j from a least-squares fit raises the squared error by b_j^2 / (G^-1)_jj.
    """
    x, y = _standardised(values), (target - target.mean()) / np.std(target)
    inverse = np.linalg.inv(x.T @ x + 1e-8 * len(x) * np.eye(x.shape[1]))
    there, moments, gone = list(range(x.shape[1])), x.T @ y, []
    while there:
        weights = inverse @ moments[there]
        worst = int(np.argmin(weights**2 / np.diag(inverse)))
        rest = np.delete(np.arange(len(there)), worst)
        inverse = (
            inverse[np.ix_(rest, rest)] - np.outer(inverse[rest, worst], inverse[worst, rest]) / (inverse[worst, worst])
        )
        gone.append(there.pop(worst))
    return gone


def _standardised(values: np.ndarray) -> np.ndarray:
    """Columns with mean 0 and spread 1, missing values at the mean."""
    middle, spread = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
    return np.asarray(np.nan_to_num((values - middle) / np.where(spread > 0, spread, 1.0)))


def _r2(values: np.ndarray, target: np.ndarray) -> float:
    x = np.column_stack([_standardised(values), np.ones(len(values))])
    left = target - x @ np.linalg.lstsq(x, target, rcond=None)[0]
    return 1.0 - float(np.mean(left**2)) / float(np.var(target))


def _held_out(table: NumberTable, target: np.ndarray) -> tuple[float, np.ndarray]:
    """R2 on the odd rows of a fit on the even ones, of rows without a gap; and the weights in the columns' units."""
    whole = np.isfinite(table.values).all(axis=1)
    values, known = table.values[whole], target[whole]
    if len(known) < FEWEST_ROWS // 2:
        return 0.0, np.zeros(len(table.names))
    x = np.column_stack([values, np.ones(len(values))])
    size = np.abs(x).max(axis=0)
    fitted = np.linalg.lstsq(x[::2] / size, known[::2], rcond=None)[0] / size
    left, spread = known[1::2] - x[1::2] @ fitted, float(np.var(known[1::2]))
    return (1.0 - float(np.mean(left**2)) / spread if spread > 0 else 0.0), fitted[:-1]


def _bands(table: NumberTable, target: np.ndarray) -> DerivedTarget | None:
    """Columns of few values that are the target cut into bands: the target's ranges under them do not overlap."""
    found = []
    for place, name in enumerate(table.names):
        column = table.values[:, place]
        known = np.isfinite(column)
        kinds, codes, counts = np.unique(column[known], return_inverse=True, return_counts=True)
        if not 3 <= len(kinds) <= min(MOST_BANDS, known.sum() / 10) or counts.min() < 2 or known.mean() < 0.9:
            continue
        low, high = np.full(len(kinds), np.inf), np.full(len(kinds), -np.inf)
        np.minimum.at(low, codes, target[known])
        np.maximum.at(high, codes, target[known])
        order = np.argsort(low)
        if (high[order][:-1] <= low[order][1:]).all() and (high > low).any():
            found.append(name)
    if not found:
        return None
    return DerivedTarget("bands", tuple(found), "the target cut into bands", 1.0)


def _any_of(table: NumberTable, target: np.ndarray, classes: int, name: str) -> DerivedTarget | None:
    """Yes-or-no columns each of which makes a class, and which together make nearly all of it."""
    if classes != 2:
        return None
    for wanted in (1, 0):
        hit = target == wanted
        held = []
        for place in range(len(table.names)):
            column = table.values[:, place]
            if not np.isin(column[np.isfinite(column)], (0.0, 1.0)).all():
                continue
            on = column == 1.0
            if on.sum() >= 2 and hit[on].mean() >= IMPLIES and hit.mean() < 0.9:
                held.append(place)
        covered = (table.values[:, held] == 1.0).any(axis=1) if held else np.zeros(len(target), dtype=bool)
        if len(held) > 1 and covered[hit].mean() >= COVERS:
            names = tuple(table.names[place] for place in held)
            return DerivedTarget("any", names, f"{name} is set whenever one of {', '.join(names)} is", 1.0)
    return None


def _told_by_few(table: NumberTable, target: np.ndarray, classes: int) -> DerivedTarget | None:
    """Two or three columns whose sum, difference, ratio or product tells the class.

    Of several classes at least two must be told without error by the same columns, as home and away wins are by the
    goals: that one class of three stands apart is common in honest data.
    """
    counts = np.bincount(target.astype(int), minlength=classes)
    wanted = [code for code in np.argsort(-counts)[:MOST_CLASSES] if 10 <= counts[code] <= len(target) - 10]
    hits = [(target == code).astype(float) for code in (wanted[:1] if classes == 2 else wanted)]
    for numbers, how in ((table, "sum or difference"), (_logarithms(table), "product or ratio")):
        d = len(numbers.names)
        if d < 2 or len(target) < 2 * d + 20:
            continue
        for hit in hits:
            order = _elimination_order(numbers.values, hit)
            for count in range(2, min(MOST_PAIR, d) + 1):
                kept = sorted(order[-count:])
                scores = [_held_out_auc(numbers.values[:, kept], one) for one in hits]
                enough = max(scores) >= CLEAR_AUC if classes == 2 else sum(score >= EXACT_AUC for score in scores) > 1
                if enough:
                    names = tuple(numbers.names[k] for k in kept)
                    return DerivedTarget("pair", names, f"a {how} of them", max(scores))
    return None


def _held_out_auc(values: np.ndarray, hit: np.ndarray) -> float:
    """AUC on the odd rows of a least-squares fit on the even ones; for two columns also of their plain difference,
    which least squares meets only nearly."""
    if values.shape[1] == 2:
        told = metrics.auc(hit > 0, np.nan_to_num(values[:, 0] - values[:, 1]))
        if max(told, 1 - told) >= EXACT_AUC:
            return float(max(told, 1 - told))
    x = np.column_stack([_standardised(values), np.ones(len(values))])
    fitted = np.linalg.lstsq(x[::2], hit[::2], rcond=None)[0]
    return float(metrics.auc(hit[1::2] > 0, x[1::2] @ fitted))
