"""Pictures, hybrid: what a small trained network sees, beside HOG and colour, into a support vector machine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.explain.maskers import patch_masker
from core.features.image_features import feature_widths, picture_features
from core.features.torch_modules import image
from core.features.torch_modules.concatenate import concatenate
from core.models import heads
from core.models.composed_model import ComposedModel, network_arrays, network_size
from core.models.image.image_network import fit_image_network
from core.models.onnx import export_routes
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task
from core.workers.work_clock import WorkClock

if TYPE_CHECKING:
    from torch import nn

NETWORK_SHARE = 0.75


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Trains the network for three quarters of the time, then an SVM on its features and the classical ones."""
    clock = WorkClock(budget.device)
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    fitted = fit_image_network(
        train, valid, output_spec, replace(budget, seconds=NETWORK_SHARE * budget.seconds), on_progress
    )

    def features(pictures: np.ndarray) -> np.ndarray:
        return np.concatenate([fitted.features(pictures), picture_features(pictures)], axis=1)

    shape = train.inputs.shape[1:]

    def front() -> nn.Module:
        return concatenate([fitted.feature_module(), image.feature_module(shape)])

    own, held = features(train.inputs), features(valid.inputs)
    classical = feature_widths(train.inputs)
    left = replace(budget, seconds=max(budget.seconds - clock.elapsed(), 0.5))
    blocks = (own.shape[1] - sum(classical), *classical)
    head = heads.fit_kernel_svm((own, train.target), (held, valid.target), output_spec, left, on_progress, blocks)
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(features(inputs)),
        output_spec=output_spec,
        masker=lambda inputs, background: patch_masker(inputs, background, 5),
        arrays=lambda: {**network_arrays(fitted.network), **head.arrays},
        parameters=network_size(fitted.network) + head.parameters,
        facts={**fitted.facts, **head.facts, "kind": "network features, HOG and colour"},
        portable=lambda: export_routes.routes_of_features(front, features, head, "hybrid"),
    )


CONTESTANT = Contestant(
    key="image_hybrid",
    title="Network features + SVM",
    family="hybrid",
    modalities=("image",),
    kinds=("classification", "regression"),
    about="The last hidden layer of a small network trained here, beside HOG and colour, into an SVM.",
    reference="Razavian et al. 2014",
    fit=fit,
    default=False,
    explainer="Shapley values over picture patches",
)
