"""Chance: always answers the training part's class frequencies, or its mean; whoever cannot beat it learnt nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from core.models.training.output_spec import OutputSpec
from core.schema import Attribution, Budget, Contestant, Dataset, Inputs, JsonObject, Progress, ProgressCallback, Task
from core.storage import model_archive


@dataclass(frozen=True)
class DummyModel:
    """Answers the same whatever it is asked."""

    output_spec: OutputSpec
    parameters: int
    suffix = "npz"

    def _raw(self, inputs: Inputs) -> np.ndarray:
        rows = len(next(iter(inputs.values()))) if isinstance(inputs, Mapping) else len(inputs)
        if self.output_spec.form == "regression":
            return np.zeros((rows, 1))
        logs = np.log(np.asarray(self.output_spec.prior))
        return np.tile(logs[1:] - logs[:1] if self.output_spec.form == "binary" else logs, (rows, 1))

    def predict(self, inputs: Inputs) -> np.ndarray:
        """Class frequencies (n, k) or the mean (n,)."""
        return self.output_spec.to_predictions(self._raw(inputs))

    def margin(self, inputs: Inputs) -> np.ndarray:
        """The same log-odds, centred logits or value for every row."""
        return self.output_spec.margin(self._raw(inputs))

    def explain(self, inputs: Inputs, background: Inputs, outputs: np.ndarray | None = None) -> Attribution:
        """Nothing matters: zero for every column, or for the one part "the input" where there are no columns."""
        margin = self.margin(inputs)
        if margin.ndim == 2:
            chosen = np.zeros(len(margin), dtype=int) if outputs is None else np.asarray(outputs, dtype=int)
            margin = margin[np.arange(len(margin)), chosen]
        named = getattr(inputs, "columns", inputs if isinstance(inputs, Mapping) else ("the input",))
        parts = tuple(str(name) for name in named)
        values = np.zeros((len(margin), len(parts)))
        return Attribution(parts, values, margin, "constant", margin, outputs, 0.0, 0.0)

    def saved(self) -> bytes:
        """The frequencies or the mean as a pack."""
        return model_archive.pack({"answer": asdict(self.output_spec)}, {})

    def describe(self) -> JsonObject:
        """Form and the constant answered."""
        prior = list(self.output_spec.prior)
        return {"device": "cpu", "parameters": self.parameters, "answers": prior or self.output_spec.mean}


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> DummyModel:
    """Count the classes, or average the values, of training and inner rows."""
    target = np.concatenate([train.target, valid.target])  # type: ignore[list-item]
    output_spec = OutputSpec.from_target(task.form, target, len(train.labels))
    on_progress(Progress("fit", 1, 1, score=0.0, cpu_seconds=0.0))
    return DummyModel(output_spec, max(output_spec.classes, 1))


CONTESTANT = Contestant(
    key="dummy",
    title="Chance",
    family="chance",
    modalities=("*",),
    kinds=("classification", "regression", "anomaly"),
    about="Always answers the class frequencies or the mean of the training rows. Skill 0 by definition.",
    reference="The zero of the skill score (Murphy 1988)",
    fit=fit,
    explainer="none",
)
