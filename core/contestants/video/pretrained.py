"""Moving pictures, deep and pretrained: a frozen ImageNet network on four frames, a linear layer trained on top."""

from __future__ import annotations

from core.encoders.frozen_clips import ENCODER, embed_datasets
from core.encoders.frozen_pictures import unsupported_reason
from core.explain.clip_masker import clip_patch_masker
from core.models import heads
from core.models.composed_model import ComposedModel, network_arrays, network_size
from core.models.onnx import export_routes
from core.models.training.output_spec import OutputSpec
from core.models.video.frame_embedding import embedding_module
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Embeds four frames of each clip and fits logistic (or ridge) regression on their mean and their changes."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    found = embed_datasets(train, valid, budget, on_progress)
    own, held = (
        heads.LabelledRows(rows, part.target) for rows, part in zip(found.vectors, (train, valid), strict=True)
    )
    head = heads.fit_linear(own, held, output_spec, 0.4 * budget.seconds, on_progress)
    network, frames = found.pictures.network, train.inputs.shape[1]
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(found.embed(inputs)),
        output_spec=output_spec,
        masker=clip_patch_masker,
        arrays=lambda: {**network_arrays(network, "backbone."), **head.arrays},
        parameters=network_size(network) + head.parameters,
        answer_seconds=found.answer_seconds,
        facts={**head.facts, "kind": "EfficientNet-Lite0 on four frames, frozen", **found.pictures.facts},
        portable=lambda: export_routes.routes_of_features(
            lambda: embedding_module(network, found.pictures.side, frames), found.embed, head, "network"
        ),
    )


CONTESTANT = Contestant(
    key="video_pretrained",
    title="EfficientNet, frames (pretrained)",
    family="deep",
    modalities=("video",),
    kinds=("classification", "regression"),
    about="A network trained on 1.3 million ImageNet photos, frozen, on four frames: their mean and their changes.",
    reference="Tan & Le 2019",
    fit=fit,
    unsupported_reason=unsupported_reason,
    pretrained=True,
    encoder=ENCODER,
    explainer="Shapley values over patches of place and time",
)
