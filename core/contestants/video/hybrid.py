"""Moving pictures, hybrid and pretrained: what a frozen network sees in frames, beside how blocks move, into an SVM."""

from __future__ import annotations

import numpy as np

from core.encoders.frozen_clips import ENCODER, embed_datasets
from core.encoders.frozen_pictures import unsupported_reason
from core.explain.clip_masker import clip_patch_masker
from core.features.motion_features import FLOW_WIDTH, flow_features
from core.models import heads
from core.models.composed_model import ComposedModel, network_arrays, network_size
from core.models.onnx import export_routes
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Embeds four frames of each clip, puts histograms of block motion beside them, and fits a Gaussian SVM."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    found = embed_datasets(train, valid, budget, on_progress)

    def joined(vectors: np.ndarray, clips: np.ndarray) -> np.ndarray:
        return np.concatenate([vectors, flow_features(clips)], axis=1)

    own, held = (
        (joined(rows, part.inputs), part.target) for rows, part in zip(found.vectors, (train, valid), strict=True)
    )
    blocks = (own[0].shape[1] - FLOW_WIDTH, FLOW_WIDTH)
    head = heads.fit_kernel_svm(own, held, output_spec, budget, on_progress, blocks)
    network = found.pictures.network

    def features(clips: np.ndarray) -> np.ndarray:
        return joined(found.embed(clips), clips)

    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(features(inputs)),
        output_spec=output_spec,
        masker=clip_patch_masker,
        arrays=lambda: {**network_arrays(network, "backbone."), **head.arrays},
        parameters=network_size(network) + head.parameters,
        answer_seconds=found.answer_seconds,
        facts={**head.facts, "kind": "EfficientNet-Lite0 on frames, and block motion", **found.pictures.facts},
        portable=lambda: export_routes.routes_outside_graph(features, head),
    )


CONTESTANT = Contestant(
    key="video_hybrid",
    title="EfficientNet + motion (pretrained)",
    family="hybrid",
    modalities=("video",),
    kinds=("classification", "regression"),
    about="Frozen ImageNet features of four frames for what is seen, histograms of block motion for how it moves.",
    reference="Simonyan & Zisserman 2014; Tan & Le 2019",
    fit=fit,
    unsupported_reason=unsupported_reason,
    pretrained=True,
    encoder=ENCODER,
    explainer="Shapley values over patches of place and time",
)
