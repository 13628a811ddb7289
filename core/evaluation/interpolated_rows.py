"""Rows of a table that lie exactly between two others of their class, as oversampling by interpolation makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.schema import Dataset, Finding, Task
from core.wording import count_of

if TYPE_CHECKING:
    import pandas as pd

FACT = "interpolated"
NEIGHBOURS = 48
SAMPLE = 300
MOST_ROWS = 20_000
BLOCK = 200
FEW_VALUES = 20
# Accidents: how many of the rows may lie between two of their neighbours by chance; and the widest angle that counts.
ACCIDENTS, WIDEST = 0.002, 3e-3
# In a class that holds such rows, rounded ones are further off their line.
ROUNDED = 0.02
SMALLEST_SHARE = 0.03
# So many times more often than between two rows of another class.
MORE_OFTEN = 4.0


def drop_interpolated_rows(dataset: Dataset, task: Task) -> Dataset:
    """The data without rows made by interpolation (SMOTE and its kin), itself where there are none.

    Such a row is no observation: it repeats two others, and would tell their answers wherever it stands.

    Args:
        dataset: n prepared rows of a table, with their classes. task: other than classification is left alone.

    Returns:
        The rows that are left; ``facts["interpolated"]`` counts the others by class.

    Reference:
        Chawla, Bowyer, Hall & Kegelmeyer 2002, "SMOTE: synthetic minority over-sampling technique".
    """
    table = dataset.modality == "table" and dataset.target is not None and hasattr(dataset.inputs, "columns")
    if not table or task.kind not in ("classification", "anomaly") or len(dataset) > MOST_ROWS:
        return dataset
    made = interpolated_rows(dataset.inputs, np.asarray(dataset.target, dtype=np.int64))
    if not made.any():
        return dataset
    from dataclasses import replace

    counts = np.bincount(dataset.target[made], minlength=len(dataset.labels))
    told = {label: int(count) for label, count in zip(dataset.labels, counts, strict=True) if count}
    kept = dataset.take(np.flatnonzero(~made))
    return replace(kept, facts={**dataset.facts, FACT: {"rows": len(dataset), "classes": told}})


def interpolation_findings(dataset: Dataset) -> list[Finding]:
    """A finding that counts the rows left out as interpolated.

    Args:
        dataset: after ``drop_interpolated_rows``.
    """
    told = dataset.facts.get(FACT)
    if not told:
        return []
    classes = ", ".join(f"{count:,} of “{label}”" for label, count in told["classes"].items())
    rows = sum(told["classes"].values())
    what = (
        f"{count_of(rows, 'row')} of {told['rows']:,} lie exactly between two others of their class ({classes}): "
        "they were made by interpolation (oversampling such as SMOTE) and were left out."
    )
    how = "Test on rows that were observed. Oversample inside the training part of each fold, if at all."
    return [Finding("interpolated", "danger", what, (), how)]


def interpolated_rows(frame: pd.DataFrame, target: np.ndarray) -> np.ndarray:
    """bool (n,): rows that lie on the straight line between two near rows of their class.

    A class is only searched through when a sample of it has far more such rows than between rows of other classes.

    Args:
        frame: n rows. target: int (n,) class codes.
    """
    found = np.zeros(len(frame), dtype=bool)
    values, usable, lone = _continuous_values(frame)
    angle = _angle(values)
    if angle is None:
        return found
    rng = np.random.default_rng(0)
    for code in np.unique(target):
        own = np.flatnonzero((target == code) & usable)
        asked = own[lone[own]]
        if len(own) < 10 or len(asked) < 3:
            continue
        others = np.flatnonzero((target != code) & usable)
        sample = rng.permutation(asked)[:SAMPLE]
        inside = _between(values, sample, own, angle).mean()
        outside = _between(values, sample, others, angle).mean() if len(others) >= 10 else 0.0
        if inside >= SMALLEST_SHARE and inside > MORE_OFTEN * outside:
            found[asked] = _between(values, asked, own, _angle(values, ROUNDED) or angle)
    return found


def _continuous_values(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """float64 (n, d) standardised numbers; bool (n,) where all of them are known; bool (n,) where two or more are of
    no coarse scale, on which points often lie in line: they occur once and, with fewer than five columns, are no
    multiple of a usual step."""
    columns, lone = [], np.zeros((2, len(frame)), dtype=np.int64)
    for place in range(frame.shape[1]):
        column = frame.iloc[:, place]
        if column.dtype.kind != "f":
            continue
        values = column.to_numpy(dtype=float)
        known = np.isfinite(values)
        distinct, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
        spread = values[known].std() if known.any() else 0.0
        if spread > 0 and known.mean() > 0.5 and len(distinct) > FEW_VALUES:
            columns.append((values - values[known].mean()) / spread)
            once = (counts[inverse] == 1) & known
            lone += np.stack([once, once & ~_on_scale(values)])
    alone = lone[0 if len(columns) >= 5 else 1] > 1
    if len(columns) < 2:
        return np.zeros((len(frame), 0)), np.zeros(len(frame), dtype=bool), alone
    made = np.stack(columns, axis=1)
    usable = np.isfinite(made).all(axis=1)
    return np.where(np.isfinite(made), made, 0.0), usable, alone


def _on_scale(values: np.ndarray) -> np.ndarray:
    """bool (n,): whether a value is a multiple of 0.001 or of a larger power of ten, as most recorded ones are."""
    known = np.where(np.isfinite(values), values, 0.0)
    return np.asarray(np.isclose(known * 1000, np.rint(known * 1000), rtol=0, atol=1e-6))


def _angle(values: np.ndarray, widest: float = WIDEST) -> float | None:
    """The angle, in radians, below which a row counts as being on a line: accidents are rarer in more dimensions."""
    if values.shape[1] < 2:
        return None
    spread = np.linalg.eigvalsh(np.cov(values.T))
    dimensions = float(spread.sum() ** 2 / (spread**2).sum())
    if dimensions < 1.3:
        return None
    pairs = NEIGHBOURS * (NEIGHBOURS - 1) / 2
    return float(min(widest, (ACCIDENTS / pairs) ** (1.0 / max(1.0, min(dimensions, values.shape[1]) - 1.0))))


def _between(values: np.ndarray, rows: np.ndarray, ends: np.ndarray, angle: float) -> np.ndarray:
    """bool (m,): whether each of the rows lies between two of its neighbours among ``ends``."""
    found = np.zeros(len(rows), dtype=bool)
    pool = values[ends]
    squares = (pool**2).sum(axis=1)
    for start in range(0, len(rows), BLOCK):
        part = values[rows[start : start + BLOCK]]
        far = squares[None, :] - 2 * part @ pool.T
        near = np.argpartition(far, min(NEIGHBOURS, len(ends) - 1), axis=1)[:, : NEIGHBOURS + 1]
        ways = pool[near] - part[:, None, :]
        length = np.linalg.norm(ways, axis=2)
        apart = length > 1e-9
        ways = ways / np.maximum(length, 1e-9)[..., None]
        # The length of a + b for unit vectors that point in opposite directions is the angle between -a and b.
        cosine = ways @ ways.transpose(0, 2, 1)
        opposite = (cosine < -0.999) & apart[:, :, None] & apart[:, None, :]
        row, left, right = np.nonzero(opposite)
        gap = np.linalg.norm(ways[row, left] + ways[row, right], axis=1)
        found[start + row[gap < angle]] = True
    return found
