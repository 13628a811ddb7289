"""Pictures, deep and pretrained: a frozen ImageNet network with a linear layer trained on top."""

from __future__ import annotations

from core.encoders.efficientnet import seconds_per_picture
from core.encoders.frozen_pictures import ENCODER, embed_datasets, unsupported_reason
from core.explain.maskers import patch_masker
from core.features.torch_modules import image
from core.models import heads
from core.models.composed_model import ComposedModel, network_arrays, network_size
from core.models.image.backbone_maps import saliency_function
from core.models.onnx import export_routes
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Embeds the pictures at the side planned for the data set and fits logistic (or ridge) regression."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    found = embed_datasets(train, valid, budget, on_progress)
    own, held = (
        heads.LabelledRows(rows, part.target) for rows, part in zip(found.vectors, (train, valid), strict=True)
    )
    head = heads.fit_linear(own, held, output_spec, 0.4 * budget.seconds, on_progress)
    scale = output_spec.scale if output_spec.form == "regression" else 1.0
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(found.embed(inputs)),
        output_spec=output_spec,
        masker=lambda inputs, background: patch_masker(inputs, background, 5),
        arrays=lambda: {**network_arrays(found.network, "backbone."), **head.arrays},
        parameters=network_size(found.network) + head.parameters,
        answer_seconds=seconds_per_picture(found.side),
        facts={**head.facts, "kind": "EfficientNet-Lite0, frozen", **found.facts},
        maps=saliency_function(found.side, head.arrays, scale),
        portable=lambda: export_routes.routes_of_features(
            lambda: image.embedding_module(found.network, found.side), found.embed, head, "network"
        ),
    )


CONTESTANT = Contestant(
    key="image_pretrained",
    title="EfficientNet-Lite0 (pretrained)",
    family="deep",
    modalities=("image",),
    kinds=("classification", "regression"),
    about="A network trained on 1.3 million ImageNet photos, frozen; only a linear layer is trained here.",
    reference="Tan & Le 2019",
    fit=fit,
    unsupported_reason=unsupported_reason,
    pretrained=True,
    encoder=ENCODER,
    explainer="Shapley values over picture patches",
)
