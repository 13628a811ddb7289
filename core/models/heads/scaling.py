"""Brings features of different units to one scale before a head that measures distances."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def fit_scaling(rows: np.ndarray) -> tuple[Callable[[np.ndarray], np.ndarray], dict[str, np.ndarray]]:
    """Centres and scales each column (n, d) as in these training rows; far outliers are pulled in to five spreads."""
    middle, spread = rows.mean(axis=0), rows.std(axis=0)
    scale = np.where(spread > 1e-8, spread, 1.0)
    return (lambda other: np.clip((other - middle) / scale, -5, 5)), {"middle": middle, "scale": scale}
