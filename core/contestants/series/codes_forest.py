"""Series, hybrid, without labels: an autoencoder's codes and errors into an isolation forest."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from core.features.window_features import window_features
from core.models.composed_model import Assembled, network_arrays, network_size
from core.models.heads import isolation_forest as anomalies
from core.models.series.network_model import autoencoder, players
from core.models.training import output_spec as answers
from core.schema import Budget, Contestant, Dataset, Progress, ProgressCallback, Task

NETWORK_SHARE = 0.8


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, tell: ProgressCallback) -> Assembled:
    """Trains the autoencoder, then grows the forest on codes, errors and figures; labels are not looked at."""
    answer = answers.fit(task.form, train.target, len(train.labels))
    began = time.process_time()
    fitted = autoencoder(train, valid, replace(budget, seconds=NETWORK_SHARE * budget.seconds), tell)

    def features(inputs: Any) -> np.ndarray:
        return np.concatenate(
            [fitted.codes(inputs), np.log(fitted.errors(inputs) + 1e-9), window_features(inputs)], axis=1
        )

    head = anomalies.isolation(features(train.inputs), budget.seed)
    if len(valid):
        seen = answer.skill(answer.finish(head.raw(features(valid.inputs))), valid.target)
        tell(Progress("fit", 1, 1, score=seen, cpu_seconds=time.process_time() - began))
    return Assembled(
        raw=lambda inputs: head.raw(features(inputs)),
        answer=answer,
        players=players,
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
