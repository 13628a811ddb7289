"""Series, hybrid: what a small trained network sees, beside figures of the window, into a support vector machine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.features.standardisation import fit_standardisation
from core.features.torch_modules import series
from core.features.torch_modules.concatenate import concatenate
from core.features.window_features import window_features
from core.models import heads
from core.models.composed_model import ComposedModel, network_arrays, network_size
from core.models.heads import torch_heads
from core.models.onnx import export_routes, portable_model
from core.models.series.series_networks import default_masker, fit_series_network
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, Inputs, ProgressCallback, Task
from core.workers.work_clock import WorkClock

if TYPE_CHECKING:
    from torch import nn

NETWORK_SHARE = 0.75


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Trains the network for three quarters of the time, then an SVM on its features and the figures."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    clock = WorkClock(budget.device)
    fitted = fit_series_network(
        train, valid, output_spec, replace(budget, seconds=NETWORK_SHARE * budget.seconds), on_progress
    )
    scale = fit_standardisation(window_features(train.inputs))
    scales = scale.arrays()

    def features(inputs: Inputs) -> np.ndarray:
        return np.concatenate([fitted.features(inputs), scale(window_features(inputs))], axis=1)

    shape = train.inputs.shape[1:]

    def front() -> nn.Module:
        return concatenate(
            [
                fitted.feature_module(),
                portable_model.chain_modules(
                    series.feature_module(*shape), torch_heads.scaling_module(scales["middle"], scales["scale"])
                ),
            ]
        )

    own, held = (features(train.inputs), train.target), (features(valid.inputs), valid.target)
    wide, figures = own[0].shape[1], len(scales["scale"])
    left = replace(budget, seconds=max(budget.seconds - clock.elapsed(), 0.5))
    head = heads.fit_kernel_svm(own, held, output_spec, left, on_progress, (wide - figures, figures))
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(features(inputs)),
        output_spec=output_spec,
        masker=default_masker,
        arrays=lambda: {**network_arrays(fitted.network), **scales, **head.arrays},
        parameters=network_size(fitted.network) + head.parameters,
        facts={**fitted.facts, **head.facts, "kind": "network features and figures of windows"},
        portable=lambda: export_routes.routes_of_features(front, features, head, "hybrid"),
    )


CONTESTANT = Contestant(
    key="series_hybrid",
    title="Network features + figures + SVM",
    family="hybrid",
    modalities=("series",),
    kinds=("classification", "regression"),
    about="The last hidden layer of a temporal network trained here, beside figures of the window, into an SVM.",
    reference="Razavian et al. 2014",
    fit=fit,
    explainer="Shapley values over stretches of time in each channel",
)
