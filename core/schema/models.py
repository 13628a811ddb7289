"""What a fitted contestant answers: predictions, margins, attributions, its saved form and its description."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np


@dataclass(frozen=True)
class Attribution:
    """Why a model answered so: ``values`` (n, parts) on the output scale, so that base + row sum = the model's margin.

    base_value: (n,) mean margin over the background; outputs: (n,) which class each row explains (None: only one).
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
    """A fitted contestant. ``inputs`` are those of a Dataset of the same modality; for tables a mapping
    column name -> array serves as well as a DataFrame (that is the deployable path, without pandas)."""

    @property
    def parameters(self) -> int:
        """Numbers learnt in training."""

    def predict(self, inputs: Any) -> np.ndarray:
        """Class probabilities (n, k) or values (n,) in the target's unit."""

    def margin(self, inputs: Any) -> np.ndarray:
        """The explained output: log-odds of class 1 (n,) for two classes, logits minus their mean (n, k) for more,
        the value (n,) in the target's unit for regression."""

    def explain(self, inputs: Any, background: Any, outputs: np.ndarray | None = None) -> Attribution:
        """Attribution over the original columns (or patches, words, segments) of ``margin``."""

    def saved(self) -> bytes:
        """The model in a safe format (never a pickle): what would be shipped."""

    def describe(self) -> dict[str, Any]:
        """Facts about the structure, JSON-able: layers, parameters, trees, leaves, depth, coefficients, device."""
