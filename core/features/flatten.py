"""Rows of any modality but text as one plain float matrix: what a network without structure, or a tree, can read."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.features import table_encoders
from core.features.standardisation import fit_standardisation
from core.schema import Dataset, Inputs

MOST_WIDTH = 1_024


def fit_flatten(train: Dataset) -> Callable[[Inputs], np.ndarray]:
    """Learns, on training rows, a way from inputs to a float32 matrix (n, width), standardised and without gaps.

    Pictures, sounds and series beyond 1,024 values are thinned by averaging neighbours along the longest axis.

    Raises:
        ValueError: for texts, which have no such matrix.
    """
    if hasattr(train.inputs, "columns"):
        return table_encoders.fit_dense(train.inputs).transform
    if train.inputs.dtype == object:
        raise ValueError("this is measured on tables, pictures, sounds and series, not on texts")
    first = _thinned(train.inputs)
    scale = fit_standardisation(first, limit=8.0, min_spread=1e-6)
    return lambda inputs: scale(_thinned(inputs)).astype(np.float32)


def _thinned(inputs: np.ndarray) -> np.ndarray:
    values: np.ndarray = np.asarray(inputs, dtype=np.float32)
    while values[0].size > MOST_WIDTH:
        axis = int(np.argmax(values.shape[1:])) + 1
        half = values.shape[axis] // 2
        if half < 1:
            break
        even = np.take(values, np.arange(0, 2 * half, 2), axis=axis)
        values = (even + np.take(values, np.arange(1, 2 * half, 2), axis=axis)) / 2
    return values.reshape(len(values), -1)
