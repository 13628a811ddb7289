"""Sounds, hybrid: what a small trained network hears, beside MFCC figures, into a support vector machine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.features.audio_features import sound_features
from core.features.standardisation import fit_standardisation
from core.features.torch_modules import audio
from core.features.torch_modules.concatenate import concatenate
from core.models import heads
from core.models.composed_model import ComposedModel, network_arrays, network_size
from core.models.heads import torch_heads
from core.models.onnx import export_routes, portable_model
from core.models.sound.sound_network import default_masker, fit_sound_network
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, Inputs, ProgressCallback, Task
from core.workers.work_clock import WorkClock

if TYPE_CHECKING:
    from torch import nn

NETWORK_SHARE = 0.75


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Trains the network for three quarters of the time, then an SVM on its features and the classical ones."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    clock = WorkClock(budget.device)
    fitted = fit_sound_network(
        train, valid, output_spec, replace(budget, seconds=NETWORK_SHARE * budget.seconds), on_progress
    )
    scale = fit_standardisation(sound_features(train.inputs, fitted.rate))
    scales = scale.arrays()

    def features(inputs: Inputs) -> np.ndarray:
        return np.concatenate([fitted.features(inputs), scale(sound_features(inputs, fitted.rate))], axis=1)

    def front() -> nn.Module:
        figures = portable_model.chain_modules(
            audio.feature_module(fitted.length, fitted.rate),
            torch_heads.scaling_module(scales["middle"], scales["scale"]),
        )
        return concatenate([fitted.feature_module(), figures])

    own, held = (features(train.inputs), train.target), (features(valid.inputs), valid.target)
    wide = own[0].shape[1]
    classical = len(scales["scale"])
    left = replace(budget, seconds=max(budget.seconds - clock.elapsed(), 0.5))
    head = heads.fit_kernel_svm(own, held, output_spec, left, on_progress, (wide - classical, classical))
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(features(inputs)),
        output_spec=output_spec,
        masker=default_masker(fitted.rate),
        arrays=lambda: {**network_arrays(fitted.network), **scales, **head.arrays},
        parameters=network_size(fitted.network) + head.parameters,
        facts={**fitted.facts, **head.facts, "kind": "network features and MFCC"},
        portable=lambda: export_routes.routes_of_features(front, features, head, "hybrid"),
    )


CONTESTANT = Contestant(
    key="sound_hybrid",
    title="Network features + MFCC + SVM",
    family="hybrid",
    modalities=("sound",),
    kinds=("classification", "regression"),
    about="The last hidden layer of a small network trained here, beside MFCC figures, into a support vector machine.",
    reference="Razavian et al. 2014",
    fit=fit,
    default=False,
    explainer="Shapley values over patches of time and pitch",
)
