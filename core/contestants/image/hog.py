"""Pictures, classical: oriented gradients and colour into a support vector machine."""

from __future__ import annotations

from core.explain.maskers import patch_masker
from core.features.image_features import feature_widths, picture_features
from core.features.torch_modules import image
from core.models import heads
from core.models.composed_model import ComposedModel
from core.models.onnx import export_routes
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Computes HOG, colour and coarse levels, and fits a Gaussian SVM on their principal components."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    own = (picture_features(train.inputs), train.target)
    held = (picture_features(valid.inputs), valid.target)
    head = heads.fit_kernel_svm(own, held, output_spec, budget, on_progress, feature_widths(train.inputs))
    shape = train.inputs.shape[1:]
    facts = {**head.facts, "features": int(own[0].shape[1]), "kind": "HOG, colour, texture and grey levels"}
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(picture_features(inputs)),
        output_spec=output_spec,
        masker=lambda inputs, background: patch_masker(inputs, background, 5),
        arrays=lambda: head.arrays,
        parameters=head.parameters,
        facts=facts,
        portable=lambda: export_routes.routes_of_features(lambda: image.feature_module(shape), picture_features, head),
    )


CONTESTANT = Contestant(
    key="image_hog",
    title="HOG + SVM",
    family="classical",
    modalities=("image",),
    kinds=("classification", "regression"),
    about="Edges by direction, colours, hues, textures and coarse grey levels, then a support vector machine.",
    reference="Dalal & Triggs 2005; Cortes & Vapnik 1995",
    fit=fit,
    explainer="Shapley values over picture patches",
)
