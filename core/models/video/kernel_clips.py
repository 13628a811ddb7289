"""A support vector machine on hand-made features of clips."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from core.explain.clip_masker import clip_patch_masker
from core.models import heads
from core.models.composed_model import ComposedModel
from core.models.onnx import export_routes
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Dataset, ProgressCallback, Task


def fit_kernel_clips(
    train: Dataset,
    valid: Dataset,
    task: Task,
    budget: Budget,
    on_progress: ProgressCallback,
    features: Callable[[np.ndarray], np.ndarray],
    blocks: Sequence[int],
    kind: str,
) -> ComposedModel:
    """Fits a Gaussian SVM on the principal components of features, which stay outside an exported graph.

    Args:
        train, valid: clips with targets. task, budget, on_progress: of the fit.
        features: clips -> float32 (n, d). blocks: widths of kinds of features side by side. kind: what they are.

    Returns:
        The fitted model.
    """
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    own, held = ((features(part.inputs), part.target) for part in (train, valid))
    head = heads.fit_kernel_svm(own, held, output_spec, budget, on_progress, tuple(blocks))
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(features(inputs)),
        output_spec=output_spec,
        masker=clip_patch_masker,
        arrays=lambda: head.arrays,
        parameters=head.parameters,
        facts={**head.facts, "features": int(own[0].shape[1]), "kind": kind},
        portable=lambda: export_routes.routes_outside_graph(features, head),
    )
