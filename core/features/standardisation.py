"""Brings numbers of different units to one scale: centred, divided by their spread, far outliers pulled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Standardisation:
    """Level and spread of each column (d,), and how many spreads from its level a value may lie at most."""

    middle: np.ndarray
    scale: np.ndarray
    limit: float = 5.0

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """Standardised rows (n, ..., d)."""
        return np.clip((rows - self.middle) / self.scale, -self.limit, self.limit)

    def arrays(self) -> dict[str, np.ndarray]:
        """The fitted arrays by name, as they are stored with a model.

        Returns:
            name -> float array (d,).
        """
        return {"middle": self.middle, "scale": self.scale}


def fit_standardisation(
    rows: np.ndarray,
    limit: float = 5.0,
    min_spread: float = 1e-8,
    axis: int | Sequence[int] = 0,
    dtype: type[np.floating] | None = None,
) -> Standardisation:
    """Mean and standard deviation of training rows, as scikit-learn's StandardScaler finds them.

    Args:
        rows: (n, ..., d).
        limit: standardised values are clipped to plus and minus so many spreads.
        min_spread: a column with no more spread than this is centred only.
        axis: the axes that are averaged over. dtype: of the sums; that of the rows by default.
    """
    axes: int | tuple[int, ...] = axis if isinstance(axis, int) else tuple(axis)
    middle, spread = rows.mean(axis=axes, dtype=dtype), rows.std(axis=axes, dtype=dtype)
    return Standardisation(middle, usable_spread(spread, min_spread), limit)


def usable_spread(spread: np.ndarray, min_spread: float | np.ndarray = 0.0) -> np.ndarray:
    """Spreads that can be divided by: 1 in place of those not greater than ``min_spread``.

    Args:
        spread: float (d,), in the unit of each column. min_spread: one bound, or one a column (d,).

    Returns:
        float (d,).
    """
    return np.where(spread > min_spread, spread, 1.0)
