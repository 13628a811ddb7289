"""What stands before and behind a model's ONNX graph: values to rows of numbers, and raw outputs to answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from core.deployment.graph_session import run_session
from core.models.training.output_spec import predictions_from_raw
from core.schema import Inputs

if TYPE_CHECKING:
    import onnxruntime


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

    def predict(self, session: onnxruntime.InferenceSession, inputs: Inputs) -> np.ndarray:
        """Answers of a graph.

        Args:
            session: the opened graph. inputs: n rows.

        Returns:
            Class probabilities (n, k), or values (n,).
        """
        raw = run_session(session, self.encode(inputs))
        return predictions_from_raw(raw, self.form, self.mean, self.scale)
