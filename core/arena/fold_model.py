"""The model of one fold, as it answers live questions: predictions, explanations, counterfactuals, written text."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from core.arena import forecast_record
from core.evaluation import tasks
from core.explain import counterfactuals
from core.panels.panel_layout import middle_step
from core.profiling import latency
from core.schema import Dataset, Facts, JsonObject, Model, Split, Task


@dataclass(frozen=True)
class FoldData:
    """The three parts of one fold, cut from the prepared data."""

    train: Dataset
    valid: Dataset
    test: Dataset

    @staticmethod
    def of(dataset: Dataset, split: Split) -> FoldData:
        """The parts of a prepared data set that a split names."""
        return FoldData(*(dataset.take(rows) for rows in (split.train, split.valid, split.test)))

    def known_targets(self) -> np.ndarray:
        """The targets (n,) a contestant was allowed to see, from which the dummy's loss follows."""
        known = [part.target for part in (self.train, self.valid) if part.target is not None]
        return np.concatenate(known) if known else np.zeros(0)


@dataclass
class FoldModel:
    """A fitted model with the data of its fold. Every answer is JSON-able; {"trouble": reason} where there is none."""

    model: Model
    task: Task
    data: FoldData

    def predict(self, items: Dataset) -> JsonObject:
        """Predictions for a few items: {"probabilities" or "value" per item, "ms" for the first}.

        A forecast comes as "bands": for each item and step both ends of the 95 % and 80 % bands and the median, rising.
        An anomaly score comes with the share of normal test items that look less odd. The first item is predicted
        twice and the second time counts, as in a service that runs.
        """
        if items.facts.get("chat"):
            return self._reply(str(items.inputs[0]), items.facts["chat"])
        if items.facts.get("write") and hasattr(self.model, "write"):
            return self._write_text(str(items.inputs[0]), items.facts["write"])
        try:
            first = latency.deployable(items.inputs, np.array([0]))
            self.model.predict(first)
            began = time.perf_counter_ns()
            self.model.predict(first)
            milliseconds = (time.perf_counter_ns() - began) / 1e6
            predictions = tasks.predict(self.task, self.model, items)
        except Exception as error:
            return {"trouble": describe_error(error)}
        if self.task.kind == "forecast":
            kept = forecast_record.next_values(predictions)
            return {
                "bands": kept.tolist(),
                "value": kept[:, middle_step(kept.shape[1]), 2].tolist(),
                "ms": milliseconds,
            }
        if predictions.ndim == 2:
            return {"probabilities": predictions.tolist(), "ms": milliseconds}
        answer = {"value": predictions.tolist(), "ms": milliseconds}
        if self.task.kind == "anomaly":
            answer["odder_than"] = [float((self._normal_scores < value).mean()) for value in predictions]
        return answer

    def _write_text(self, prompt: str, options: Facts) -> JsonObject:
        """A prompt continued by a language model: {"text", "value": bits per character of the prompt, "ms"}."""
        model: Any = self.model
        try:
            began = time.perf_counter_ns()
            text = model.write(prompt, int(options["length"]), float(options["temperature"]), int(options["seed"]))
            milliseconds = (time.perf_counter_ns() - began) / 1e6
            return {"text": text, "value": [float(model.predict([prompt])[0])], "ms": milliseconds}
        except Exception as error:
            return {"trouble": describe_error(error)}

    def _reply(self, message: str, options: Facts) -> JsonObject:
        """A reply of a language model and what it took; a reason from models that do not write."""
        chat = getattr(self.model, "chat", None)
        if chat is None:
            return {"trouble": "does not write"}
        try:
            return dict(chat(message, options))
        except Exception as error:
            return {"trouble": describe_error(error)}

    @cached_property
    def _normal_scores(self) -> np.ndarray:
        """The anomaly scores of the normal test items."""
        test = self.data.test
        return np.asarray(self.model.predict(test.inputs))[np.asarray(test.target) == 0]

    def explain(self, item: Dataset, background: Dataset, outputs: np.ndarray | None) -> JsonObject:
        """The model's own explanation of one item: {"method", "parts", "values", "base"}."""
        try:
            found = self.model.explain(item.inputs, background.inputs, outputs)
        except Exception as error:
            return {"trouble": describe_error(error)}
        base = float(np.ravel(found.base_value)[0])
        return {"method": found.method, "parts": list(found.parts), "values": found.values[0].tolist(), "base": base}

    def counterfactual(self, item: Dataset, fixed: Sequence[str]) -> JsonObject:
        """The smallest change of one or two columns of a row that turns its two-class answer.

        Args:
            fixed: columns that must stay as they are.
        """
        try:
            found = counterfactuals.counterfactual(self.model, item.inputs, self.data.train.inputs, fixed)
        except Exception as error:
            return {"trouble": describe_error(error)}
        return {"flips": found.flips, "changes": [list(one) for one in found.changes], "size": found.size,
                "chance": found.risk}  # fmt: skip


def describe_error(error: BaseException) -> str:
    """An exception in one line of words for the table of contestants."""
    words = " ".join(str(error).split()) or type(error).__name__
    name = type(error).__name__
    prefix = "" if name in ("ValueError", "RuntimeError", "LoadError", "Exception") else f"{name}: "
    return (prefix + words)[:300]
