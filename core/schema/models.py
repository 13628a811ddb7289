"""The interface of fitted models: predictions, margins, attributions, the saved form and a description."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core.schema.values import Inputs, JsonObject


@dataclass(frozen=True)
class Attribution:
    """The attribution of n predictions to their inputs, on the output scale: base + row sum = the model's margin.

    Attributes:
        parts: names of the p columns, patches, words or segments. values: (n, p).
        base_value: (n,) mean margin over the background. margin: (n,) of the explained rows.
        outputs: (n,) which class each row explains (None: only one).
        method: how it was computed.
        completeness_error: mean |margin - base - sum| / sd(margin). seconds_per_row: wall seconds.
    """

    parts: tuple[str, ...]
    values: np.ndarray
    base_value: np.ndarray
    method: str
    margin: np.ndarray | None = None
    outputs: np.ndarray | None = None
    completeness_error: float | None = None
    seconds_per_row: float | None = None


class Model(Protocol):
    """A fitted contestant.

    ``inputs`` are those of a Dataset of the same modality, n rows; for tables a mapping column name -> array serves as
    well as a DataFrame (that is the deployable path, without pandas).
    """

    @property
    def parameters(self) -> int:
        """How many numbers were learnt in training.

        Returns:
            A count.
        """

    def predict(self, inputs: Inputs) -> np.ndarray:
        """Predictions of n rows.

        Args:
            inputs: n rows.

        Returns:
            Class probabilities (n, k) or values (n,) in the target's unit.
        """

    def margin(self, inputs: Inputs) -> np.ndarray:
        """The output that is explained.

        Args:
            inputs: n rows.

        Returns:
            Log-odds of class 1 (n,) for two classes, logits minus their mean (n, k) for more, the value (n,) in the
            target's unit for regression.
        """

    def explain(self, inputs: Inputs, background: Inputs, outputs: np.ndarray | None = None) -> Attribution:
        """Attribution of ``margin`` to the original columns (or patches, words, segments).

        Args:
            inputs: n rows to explain. background: b training rows that stand for absent parts.
            outputs: int (n,), the class to explain in each row; None where there is one output.
        """

    def saved(self) -> bytes:
        """The model as it would be shipped, in a safe format (never a pickle).

        Returns:
            The bytes of one file.
        """

    def describe(self) -> JsonObject:
        """Facts about the structure, JSON-able: layers, parameters, trees, leaves, depth, coefficients, device.

        Returns:
            Fact -> value.
        """
