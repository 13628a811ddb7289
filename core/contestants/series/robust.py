"""Series, classical, without labels: how far the farthest reading or step lies from the usual, in robust spreads."""

from __future__ import annotations

import time

import numpy as np

from core.models.composed_model import ComposedModel
from core.models.series.series_networks import default_masker
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, Inputs, Progress, ProgressCallback, Task

NORMAL = 1.4826


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Learns median and median absolute deviation of every channel's readings and steps; labels are not looked at."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    began = time.process_time()
    own = _readings(train.inputs)
    middle = np.median(own, axis=(0, 1))
    spread = NORMAL * np.median(np.abs(own - middle), axis=(0, 1))
    # A channel that hardly moves has no median deviation; its standard deviation keeps the ratio finite.
    spread = np.where(spread > 1e-9, spread, np.maximum(own.std(axis=(0, 1)), 1e-6))

    def raw(inputs: Inputs) -> np.ndarray:
        far = np.abs(_readings(inputs) - middle) / spread
        return np.log1p(far.max(axis=(1, 2)))[:, None]

    odd = output_spec.skill(output_spec.to_predictions(raw(valid.inputs)), valid.target) if len(valid) else 0.0
    on_progress(Progress("fit", 1, 1, score=odd, cpu_seconds=time.process_time() - began))
    return ComposedModel(
        raw_outputs=raw,
        output_spec=output_spec,
        masker=default_masker,
        arrays=lambda: {"middle": middle, "spread": spread},
        parameters=int(middle.size + spread.size),
        facts={"kind": "robust distances", "channels": int(train.inputs.shape[2]), "labels_used": False},
    )


def _readings(series: np.ndarray) -> np.ndarray:
    """Readings and their steps side by side, float64 (n, t, 2 c); the first step of a window is 0."""
    x = np.asarray(series, dtype=np.float64)
    return np.concatenate([x, np.diff(x, axis=1, prepend=x[:, :1])], axis=2)


CONTESTANT = Contestant(
    key="series_robust",
    title="Robust distances",
    family="classical",
    modalities=("series",),
    kinds=("anomaly",),
    about="Median and median absolute deviation per channel; the farthest reading or step is the oddness. No labels.",
    reference="Hampel 1974; Rousseeuw & Hubert 2011",
    fit=fit,
    default=False,
    explainer="Shapley values over stretches of time in each channel",
)
