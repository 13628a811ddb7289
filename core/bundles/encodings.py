"""What stands before and behind a model's ONNX graph: values to rows of numbers, and raw outputs to answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core.schema import Inputs


class RowEncoder(Protocol):
    """Turns rows of a table into numbers."""

    def transform(self, inputs: Inputs) -> np.ndarray:
        """Encoded rows float32 (n, width) of n rows.

        Args:
            inputs: n rows.
        """


@dataclass(frozen=True)
class HybridRows:
    """The rows of a table's hybrid: its network's numbers beside those of its trees.

    dense, ordinal: encodings with ``transform``.
    """

    dense: RowEncoder
    ordinal: RowEncoder

    def transform(self, inputs: Inputs) -> np.ndarray:
        """Encoded rows.

        Args:
            inputs: n rows of a table.

        Returns:
            float32 (n, width).
        """
        return np.concatenate([self.dense.transform(inputs), self.ordinal.transform(inputs)], axis=1).astype(np.float32)


@dataclass(frozen=True)
class GraphEnds:
    """The two ends of a graph.

    encode: inputs -> float32 rows that the graph takes. form: of the task. mean, scale: of a number that the graph
    gives standardised; 0 and 1 where it gives the value itself.
    """

    encode: Callable[[Inputs], np.ndarray]
    form: str
    mean: float = 0.0
    scale: float = 1.0

    def to_predictions(self, raw: np.ndarray) -> np.ndarray:
        """Answers from raw outputs.

        Args:
            raw: (n, width).

        Returns:
            Class probabilities (n, k), or values (n,).
        """
        raw = np.asarray(raw, dtype=np.float64).reshape(len(raw), -1)
        if self.form == "regression":
            return raw[:, 0] * self.scale + self.mean
        if self.form == "anomaly":
            return raw[:, 0]
        if self.form == "binary":
            positive = 0.5 * (1 + np.tanh(0.5 * raw[:, 0]))
            return np.stack([1 - positive, positive], axis=1)
        shifted = np.exp(raw - raw.max(axis=1, keepdims=True))
        return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))
