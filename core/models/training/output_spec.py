"""What a model must answer: the width of its output layer, its loss, and the way from raw outputs to scored answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.evaluation import metrics
from core.schema import Dataset, Task

if TYPE_CHECKING:
    import torch


def predictions_from_raw(raw: np.ndarray, form: str, mean: float = 0.0, scale: float = 1.0) -> np.ndarray:
    """Predictions from raw outputs.

    Args:
        raw: float (n, width). form: of the task. mean, scale: of a number that comes standardised.

    Returns:
        Class probabilities (n, k), or values (n,).
    """
    raw = np.asarray(raw, dtype=np.float64)
    if form == "regression":
        return raw[:, 0] * scale + mean
    if form == "anomaly":
        return raw[:, 0]
    if form == "binary":
        positive = 0.5 * (1 + np.tanh(0.5 * raw[:, 0]))
        return np.stack([1 - positive, positive], axis=1)
    shifted = np.exp(raw - raw.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class OutputSpec:
    """The target's shape, fitted on training rows only.

    form: "binary" (one logit), "anomaly" (one score, higher is odder), "multiclass" (one logit a class) or
    "regression" (one standardised value).
    classes: number of classes (0 for regression). prior: class frequencies (k,) in training, smoothed by one row.
    mean, scale: of the training target, for regression.
    """

    form: str
    classes: int
    prior: tuple[float, ...]
    mean: float = 0.0
    scale: float = 1.0

    @classmethod
    def from_target(cls, form: str, target: np.ndarray, classes: int = 0) -> OutputSpec:
        """Learn the shape of a training target (n,): class codes (``classes`` of them) or values.

        Raises:
            ValueError: there is nothing to learn from (no rows, or values that are all the same or not finite).
        """
        target = np.asarray(target)
        if not len(target):
            raise ValueError("the training part has no rows")
        if form == "regression":
            values = target.astype(np.float64)
            if not np.isfinite(values).all():
                raise ValueError("the target has values that are missing or infinite")
            return cls(form, 0, (), float(values.mean()), float(values.std()) or 1.0)
        count = max(classes, int(target.max()) + 1, 2)
        if form in ("binary", "anomaly") and count > 2:
            raise ValueError(f"a two-class task was given {count} classes")
        frequencies = np.bincount(target.astype(int), minlength=count) + 1.0 / count
        return cls(form, count, tuple(float(share) for share in frequencies / frequencies.sum()))

    @classmethod
    def from_dataset(cls, dataset: Dataset, task: Task) -> OutputSpec:
        """The output specification of a prepared training part.

        Args:
            dataset: with its target. task: of the contest.

        Returns:
            The specification.
        """
        return cls.from_target(task.form, target_of(dataset), len(dataset.labels))

    @property
    def width(self) -> int:
        """The number of raw outputs.

        Returns:
            1 for two classes and numbers, k for k classes.
        """
        return self.classes if self.form == "multiclass" else 1

    def loss(self, smoothing: float = 0.0) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
        """The torch loss of the target.

        Args:
            smoothing: of the labels.

        Returns:
            (raw outputs (n, width), encoded target) -> scalar tensor.
        """
        from torch.nn import functional

        if self.form == "regression":
            return lambda raw, target: functional.mse_loss(raw[:, 0].float(), target)
        if self.form in ("binary", "anomaly"):
            return lambda raw, target: functional.binary_cross_entropy_with_logits(
                raw[:, 0].float(), target * (1 - smoothing) + smoothing / 2
            )
        return lambda raw, target: functional.cross_entropy(raw.float(), target, label_smoothing=smoothing)

    def encode(self, target: np.ndarray) -> torch.Tensor:
        """The target as the tensor that ``loss`` takes.

        Args:
            target: class codes or values (n,).

        Returns:
            A tensor (n,).
        """
        import torch

        if self.form == "multiclass":
            return torch.as_tensor(np.asarray(target, dtype=np.int64))
        values = np.asarray(target, dtype=np.float64)
        if self.form == "regression":
            values = (values - self.mean) / self.scale
        return torch.as_tensor(values.astype(np.float32))

    def answers(self, target: np.ndarray) -> np.ndarray:
        """The target as numbers whose means can be compared.

        Args:
            target: class codes or values (n,).

        Returns:
            float (n, 1): standardised values, or 0 and 1; (n, k), one column a class, for k classes.
        """
        if self.form == "regression":
            return (np.asarray(target, dtype=np.float64)[:, None] - self.mean) / self.scale
        hot = np.eye(self.classes)[np.asarray(target, dtype=np.int64)]
        return hot if self.form == "multiclass" else hot[:, 1:]

    def to_predictions(self, raw: np.ndarray) -> np.ndarray:
        """Predictions from raw outputs.

        Args:
            raw: float (n, width).

        Returns:
            Class probabilities (n, k), or values (n,) in the target's unit.
        """
        return predictions_from_raw(raw, self.form, self.mean, self.scale)

    def margin(self, raw: np.ndarray) -> np.ndarray:
        """Raw outputs -> the explained output: log-odds (n,), logits minus their mean (n, k), or values (n,)."""
        raw = np.asarray(raw, dtype=np.float64)
        if self.form == "regression":
            return raw[:, 0] * self.scale + self.mean
        return raw[:, 0] if self.form in ("binary", "anomaly") else raw - raw.mean(axis=1, keepdims=True)

    def skill(self, answers: np.ndarray, target: np.ndarray) -> float:
        """Skill against predicting the training prior, 100 * (1 - loss / loss of the prior).

        Brier score for classes, squared error for numbers; for anomalies 2 AUC - 1.

        Args:
            answers: predictions (n, k) or (n,). target: (n,).

        Returns:
            Points; 0 is chance, 100 is perfect.
        """
        target = np.asarray(target)
        if self.form == "regression":
            error, chance = (answers - target) ** 2, (self.mean - target) ** 2
        elif self.form == "anomaly":
            area = metrics.auc(target, answers)
            return 100 * (2 * area - 1) if np.isfinite(area) else 0.0
        else:
            truth = np.eye(self.classes)[target.astype(int)]
            error = ((answers - truth) ** 2).sum(axis=1)
            chance = ((np.asarray(self.prior) - truth) ** 2).sum(axis=1)
        return float(100 * (1 - error.mean() / max(chance.mean(), 1e-12)))


def target_of(dataset: Dataset) -> np.ndarray:
    """The target of a prepared data set.

    Args:
        dataset: a part of a fold.

    Returns:
        (n,) class codes or values.

    Raises:
        ValueError: it has none.
    """
    if dataset.target is None:
        raise ValueError("these rows have no target")
    return dataset.target
