"""Series, deep, without labels: an autoencoder; what it cannot rebuild is odd."""

from __future__ import annotations

import time

import numpy as np

from core.models.composed_model import ComposedModel, network_arrays, network_size
from core.models.series.series_networks import default_masker, fit_autoencoder
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, Inputs, Progress, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Trains the autoencoder on all training windows; labels are not looked at."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    began = time.process_time()
    fitted = fit_autoencoder(train, valid, budget, on_progress)
    usual = np.median(fitted.errors(train.inputs).mean(axis=1)) + 1e-9

    def raw(inputs: Inputs) -> np.ndarray:
        return np.log((fitted.errors(inputs).mean(axis=1, keepdims=True) + 1e-9) / usual)

    if len(valid):
        seen = output_spec.skill(output_spec.to_predictions(raw(valid.inputs)), valid.target)
        on_progress(Progress("fit", 1, 1, score=seen, cpu_seconds=time.process_time() - began))
    return ComposedModel(
        raw_outputs=raw,
        output_spec=output_spec,
        masker=default_masker,
        arrays=lambda: {**network_arrays(fitted.network), **fitted.scale.arrays(), "usual": np.array(usual)},
        parameters=network_size(fitted.network),
        facts={**fitted.facts, "labels_used": False},
        network=fitted.network,
        tensors=lambda inputs: (fitted.scale.tensor(inputs),),
    )


CONTESTANT = Contestant(
    key="series_autoencoder",
    title="Autoencoder",
    family="deep",
    modalities=("series",),
    kinds=("anomaly",),
    about="A network squeezes each window through a few numbers and rebuilds it; its error is the oddness.",
    reference="Hinton & Salakhutdinov 2006; Sakurada & Yairi 2014",
    fit=fit,
    explainer="Shapley values over stretches of time in each channel",
)
