"""Pictures, hybrid and pretrained: frozen ImageNet features beside HOG and colour into a support vector machine."""

from __future__ import annotations

import numpy as np

from core.encoders.efficientnet import seconds_per_picture
from core.encoders.frozen_pictures import ENCODER, embed_datasets, unsupported_reason
from core.explain.maskers import patch_masker
from core.features.image_features import feature_widths, picture_features
from core.models import heads
from core.models.composed_model import ComposedModel, network_arrays, network_size
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Embeds the pictures, puts the classical features beside them, and fits a Gaussian SVM."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    found = embed_datasets(train, valid, budget, on_progress)

    def joined(vectors: np.ndarray, pictures: np.ndarray) -> np.ndarray:
        return np.concatenate([vectors, picture_features(pictures)], axis=1)

    own, held = (
        (joined(rows, part.inputs), part.target) for rows, part in zip(found.vectors, (train, valid), strict=True)
    )
    classical = feature_widths(train.inputs)
    blocks = (own[0].shape[1] - sum(classical), *classical)
    head = heads.fit_kernel_svm(own, held, output_spec, budget, on_progress, blocks)
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(joined(found.embed(inputs), inputs)),
        output_spec=output_spec,
        masker=lambda inputs, background: patch_masker(inputs, background, 5),
        arrays=lambda: {**network_arrays(found.network, "backbone."), **head.arrays},
        parameters=network_size(found.network) + head.parameters,
        answer_seconds=seconds_per_picture(found.side),
        facts={**head.facts, "kind": "EfficientNet-Lite0, HOG and colour", **found.facts},
    )


CONTESTANT = Contestant(
    key="image_pretrained_hybrid",
    title="EfficientNet + HOG + SVM (pretrained)",
    family="hybrid",
    modalities=("image",),
    kinds=("classification", "regression"),
    about="Frozen ImageNet features beside HOG and colour, into a support vector machine.",
    reference="Razavian et al. 2014; Tan & Le 2019",
    fit=fit,
    unsupported_reason=unsupported_reason,
    pretrained=True,
    encoder=ENCODER,
    explainer="Shapley values over picture patches",
)
