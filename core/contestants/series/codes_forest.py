"""Series, hybrid, without labels: an autoencoder's codes and errors into an isolation forest."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from core.features.window_features import window_features
from core.models.composed_model import ComposedModel, network_arrays, network_size
from core.models.heads import isolation_forest
from core.models.series.series_networks import default_masker, fit_autoencoder
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, Inputs, Progress, ProgressCallback, Task

NETWORK_SHARE = 0.8


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Trains the autoencoder, then grows the forest on codes, errors and figures; labels are not looked at."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    began = time.process_time()
    fitted = fit_autoencoder(train, valid, replace(budget, seconds=NETWORK_SHARE * budget.seconds), on_progress)

    def features(inputs: Inputs) -> np.ndarray:
        return np.concatenate(
            [fitted.codes(inputs), np.log(fitted.errors(inputs) + 1e-9), window_features(inputs)], axis=1
        )

    head = isolation_forest.fit_isolation_forest(features(train.inputs), budget.seed)
    if len(valid):
        seen = output_spec.skill(output_spec.to_predictions(head.raw(features(valid.inputs))), valid.target)
        on_progress(Progress("fit", 1, 1, score=seen, cpu_seconds=time.process_time() - began))
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(features(inputs)),
        output_spec=output_spec,
        masker=default_masker,
        arrays=lambda: {**network_arrays(fitted.network), **fitted.scale.arrays(), **head.arrays},
        parameters=network_size(fitted.network) + head.parameters,
        facts={**fitted.facts, **head.facts, "kind": "autoencoder codes, errors and figures", "labels_used": False},
    )


CONTESTANT = Contestant(
    key="series_codes_forest",
    title="Autoencoder + isolation forest",
    family="hybrid",
    modalities=("series",),
    kinds=("anomaly",),
    about="An autoencoder's codes and errors beside figures of the window, into an isolation forest. Needs no labels.",
    reference="Liu, Ting & Zhou 2008; Hinton & Salakhutdinov 2006",
    fit=fit,
    explainer="Shapley values over stretches of time in each channel",
)
