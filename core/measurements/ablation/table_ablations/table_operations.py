"""Three operations on a table that each take away what one family may live on: noise columns, a rotation, smoothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.evaluation.refitting import Fold
from core.features.standardisation import Standardisation, usable_spread
from core.schema import Dataset, Task

if TYPE_CHECKING:
    import pandas as pd

NEIGHBOURS = 20
LEVELS = 20
CLOSE = 400


@dataclass(frozen=True)
class Operation:
    """One operation: what it does, and what it tests."""

    key: str
    title: str
    tests: str


OPERATIONS = (
    Operation("unchanged", "Your table as it is", ""),
    Operation("noise", "As many columns of pure noise added", "shows which models uninformative columns mislead"),
    Operation("rotated", "Numeric columns rotated into mixtures", "shows which models rely on single columns"),
    Operation(
        "smoothed", "Training answers smoothed over neighbours", "shows which models rely on sharp, irregular rules"
    ),
)


def apply_operation(key: str, cut: Fold, task: Task) -> Fold:
    """A cut after an operation, the same for every contestant. Whatever must be estimated comes from train and valid.

    Grinsztajn, Oyallon & Varoquaux, "Why do tree-based models still outperform deep learning on tabular data?", 2022.

    Raises:
        ValueError: where the operation means nothing for this table, in words.
    """
    if key == "noise":
        return _noise(cut)
    if key == "rotated":
        return _rotate(cut)
    if key == "smoothed":
        return _smooth(cut, task)
    return cut


def numeric_columns(frame: pd.DataFrame) -> list[str]:
    """Names of the columns of numbers."""
    return [name for name in frame.columns if frame[name].dtype.kind in "fiu"]


def _noise(cut: Fold) -> Fold:
    """As many standard normal columns as there are columns, drawn once a part."""
    parts = []
    for place, part in enumerate((cut.train, cut.valid, cut.test)):
        draw = np.random.default_rng((cut.seed, place))
        names = [_free(f"noise {k}", part.inputs) for k in range(part.inputs.shape[1])]
        extra = {name: draw.standard_normal(len(part)) for name in names}
        parts.append(replace(part, inputs=part.inputs.assign(**extra)))
    return replace(cut, train=parts[0], valid=parts[1], test=parts[2])


def _free(name: str, frame: pd.DataFrame) -> str:
    while name in frame.columns:
        name += "_"
    return name


def _rotate(cut: Fold) -> Fold:
    names = numeric_columns(cut.train.inputs)
    if len(names) < 2:
        raise ValueError("a rotation needs at least two numeric columns")
    scale = _scaling(cut, names)
    turn = np.linalg.qr(np.random.default_rng(len(names)).standard_normal((len(names), len(names))))[0]

    def turned(part: Dataset) -> Dataset:
        mixed = scale(part) @ turn
        return replace(part, inputs=part.inputs.assign(**{name: mixed[:, k] for k, name in enumerate(names)}))

    return replace(cut, train=turned(cut.train), valid=turned(cut.valid), test=turned(cut.test))


def _scaling(cut: Fold, names: list[str]) -> Any:
    """part -> standardised numbers (n, k); missing values become the median, extremes are cut at 5 deviations."""
    known = np.concatenate([part.inputs[names].to_numpy(dtype=float) for part in (cut.train, cut.valid)])
    known[~np.isfinite(known)] = np.nan
    filled = np.where(np.isnan(known).all(axis=0), 0.0, known)
    middle = np.nanmedian(filled, axis=0)
    scale = Standardisation(middle, usable_spread(np.nanstd(filled, axis=0)))

    def scaled(part: Dataset) -> np.ndarray:
        values = part.inputs[names].to_numpy(dtype=float)
        return scale(np.where(np.isfinite(values), values, middle))

    return scaled


def _smooth(cut: Fold, task: Task) -> Fold:
    """Training answers replaced by those of a Gaussian kernel over the nearest rows; test answers stay as they are.

    Classes keep their shares where there are two: the smoothed probability is cut at the quantile that does so.
    """
    places = _places(cut)
    known = np.concatenate([part.target for part in (cut.train, cut.valid)])  # type: ignore[misc]
    if task.kind == "classification":
        classes = len(cut.train.labels) or int(known.max()) + 1
        chance = _kernel(places, np.eye(classes)[known])
        if classes == 2:
            bar = np.quantile(chance[:, 1], 1 - known.mean())
            target = (chance[:, 1] > bar).astype(np.int64)
        else:
            target = chance.argmax(axis=1).astype(np.int64)
        if len(np.unique(target)) < len(np.unique(known)):
            raise ValueError("smoothing leaves no row of some class")
    else:
        target = _kernel(places, known[:, None])[:, 0]
    first = len(cut.train)
    train, valid = replace(cut.train, target=target[:first]), replace(cut.valid, target=target[first:])
    return replace(cut, train=train, valid=valid)


def _places(cut: Fold) -> np.ndarray:
    """Training and validation rows as points: standardised numbers, and indicators of the commoner categories."""
    import pandas as pd

    names = numeric_columns(cut.train.inputs)
    scale = _scaling(cut, names) if names else None
    frame = pd.concat([cut.train.inputs, cut.valid.inputs], ignore_index=True)
    blocks = [scale(part) for part in (cut.train, cut.valid)] if scale else []
    columns = [np.concatenate(blocks)] if blocks else []
    for name in frame.columns:
        if str(frame[name].dtype) == "category":
            codes = frame[name].cat.codes.to_numpy()
            common = np.argsort(-np.bincount(codes[codes >= 0], minlength=1), kind="stable")[:LEVELS]
            columns.append((codes[:, None] == common[None, :]).astype(float))
    if not columns:
        raise ValueError("there is no numeric or categorical column to find neighbours by")
    return np.concatenate(columns, axis=1)


def _kernel(places: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Gaussian-weighted mean answers (n, k); the width is the median distance to the 20th nearest row."""
    squares = (places**2).sum(axis=1)
    count = min(NEIGHBOURS, len(places) - 1)
    blocks = [np.arange(start, min(start + CLOSE, len(places))) for start in range(0, len(places), CLOSE)]
    near = [np.maximum(squares[b, None] - 2 * places[b] @ places.T + squares[None], 0) for b in blocks]
    width = float(np.median(np.concatenate([np.partition(far, count, axis=1)[:, count] for far in near])))
    smooth = []
    for far in near:
        weights = np.exp(-0.5 * far / max(width, 1e-12))
        smooth.append(weights @ answers / weights.sum(axis=1, keepdims=True))
    return np.concatenate(smooth)
