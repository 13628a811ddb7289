"""Hand-made features for tables, as a careful person would add them: ratios, logs, gaps counted, categories by outcome.

Everything is learnt on training rows; a training row's own answer never enters its own features (out-of-fold target
encoding, Micci-Barreca 2001 with smoothing).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.schema import Dataset, Facts, Task

if TYPE_CHECKING:
    import pandas as pd

MOST_NUMBERS = 6
MOST_CLASSES = 5
FOLDS = 5
SMOOTHING = 10.0
SKEWED = 2.0


@dataclass(frozen=True)
class TableFeatures:
    """What was learnt. numbers: columns that enter ratios; skewed: columns that get a logarithm; rates: category
    column -> level -> mean outcome (k,); overall (k,): the mean outcome, for unknown levels."""

    numbers: tuple[str, ...]
    skewed: tuple[str, ...]
    rates: Mapping[str, Mapping[str, np.ndarray]]
    overall: np.ndarray

    @property
    def added(self) -> int:
        """How many columns it adds."""
        count = len(self.numbers)
        return count * (count - 1) // 2 + len(self.skewed) + len(self.rates) * len(self.overall) + 1


def fit_table_features(train: Dataset, task: Task) -> TableFeatures:
    """Chooses and fits the features on training rows.

    Args:
        train: a prepared table with its target.

    Raises:
        ValueError: the data set is no table.
    """
    frame = train.inputs
    if not hasattr(frame, "columns"):
        raise ValueError("hand-made features are added to tables only")
    outcome = _outcome(train, task)
    numbers = [name for name in frame.columns if getattr(frame[name].dtype, "kind", "O") == "f"]
    values = {name: frame[name].to_numpy(dtype=float) for name in numbers}
    ranked = sorted(numbers, key=lambda name: -_association(values[name], outcome))
    skewed = [name for name in numbers if _skew(values[name]) > SKEWED]
    categories = [name for name in frame.columns if hasattr(frame[name], "cat")]
    rates = {name: _rates(_levels(frame[name]), outcome) for name in categories}
    return TableFeatures(tuple(sorted(ranked[:MOST_NUMBERS])), tuple(skewed), rates, outcome.mean(axis=0))


def transform(features: TableFeatures, dataset: Dataset) -> Dataset:
    """The rows with the added columns; for rows that were not learned from."""
    return _extended(features, dataset, {name: features.rates[name] for name in features.rates}, None)


def transform_training(features: TableFeatures, train: Dataset, task: Task, seed: int = 0) -> Dataset:
    """The training rows with the added columns, each category's outcome taken from the other folds only."""
    outcome = _outcome(train, task)
    dealt = np.random.default_rng(seed).permutation(len(train)) % FOLDS
    encoded = {}
    for name in features.rates:
        levels = _levels(train.inputs[name])
        column = np.zeros((len(train), outcome.shape[1]))
        for fold in range(FOLDS):
            others, own = dealt != fold, dealt == fold
            column[own] = _encode_levels(
                _rates(levels[others], outcome[others]), levels[own], outcome[others].mean(axis=0)
            )
        encoded[name] = column
    return _extended(features, train, features.rates, encoded)


def _extended(features: TableFeatures, dataset: Dataset, rates: Facts, encoded: Facts | None) -> Dataset:
    frame = dataset.inputs.copy()
    added = [dataset.inputs.isna().to_numpy().sum(axis=1).astype(float)]
    values = {name: frame[name].to_numpy(dtype=float) for name in {*features.numbers, *features.skewed}}
    for place, left in enumerate(features.numbers):
        for right in features.numbers[place + 1 :]:
            below = np.where(np.abs(values[right]) < 1e-9, np.nan, values[right])
            added.append(values[left] / below)
    added += [np.sign(values[name]) * np.log1p(np.abs(values[name])) for name in features.skewed]
    for name in rates:
        found = (
            _encode_levels(rates[name], _levels(frame[name]), features.overall) if encoded is None else encoded[name]
        )
        added += list(found.T)
    for place, column in enumerate(added):
        frame[_free(frame, f"made {place + 1}")] = column
    return replace(dataset, inputs=frame)


def _free(frame: pd.DataFrame, name: str) -> str:
    while name in frame.columns:
        name += "'"
    return name


def _outcome(dataset: Dataset, task: Task) -> np.ndarray:
    """(n, k): class indicators (one for two classes, at most five for more), or the value."""
    target = np.asarray(dataset.target)
    if task.form == "regression":
        return target.astype(float)[:, None]
    if len(dataset.labels) <= 2:
        return (target == 1).astype(float)[:, None]
    common = np.argsort(-np.bincount(target))[:MOST_CLASSES]
    return (target[:, None] == np.sort(common)).astype(float)


def _association(values: np.ndarray, outcome: np.ndarray) -> float:
    known = np.isfinite(values)
    if known.sum() < 3 or np.ptp(values[known]) == 0:
        return 0.0
    ranks = np.argsort(np.argsort(values[known]))
    spread = outcome[known].std(axis=0)
    used = outcome[known][:, spread > 0]
    return max((abs(float(np.corrcoef(ranks, column)[0, 1])) for column in used.T), default=0.0)


def _skew(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    spread = known.std() if len(known) else 0.0
    return float(abs((((known - known.mean()) / spread) ** 3).mean())) if spread > 0 else 0.0


def _levels(column: pd.Series) -> np.ndarray:
    words = np.asarray(column.astype(object), dtype=object)
    return np.array(["" if word is None or word != word else str(word) for word in words], dtype=object)


def _rates(levels: np.ndarray, outcome: np.ndarray) -> dict[str, np.ndarray]:
    overall = outcome.mean(axis=0)
    names, place = np.unique(levels.astype(str), return_inverse=True)
    counts = np.bincount(place)
    sums = np.stack([np.bincount(place, weights=column) for column in outcome.T], axis=1)
    means = (sums + SMOOTHING * overall) / (counts + SMOOTHING)[:, None]
    return dict(zip(names.tolist(), means, strict=True))


def _encode_levels(rates: Mapping[str, np.ndarray], levels: np.ndarray, overall: np.ndarray) -> np.ndarray:
    return np.array([rates.get(level, overall) for level in levels]).reshape(len(levels), len(overall))
