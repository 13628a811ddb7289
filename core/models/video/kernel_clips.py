"""A support vector machine on hand-made features of clips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.explain.clip_masker import clip_patch_masker
from core.models import heads
from core.models.composed_model import ComposedModel
from core.models.onnx import export_routes
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Dataset, ProgressCallback, Task


@dataclass(frozen=True)
class ClipFeatures:
    """Hand-made features: clips -> float32 (n, d), the widths of kinds of them side by side, and what they are."""

    compute: Callable[[np.ndarray], np.ndarray]
    blocks: tuple[int, ...]
    kind: str


def fit_kernel_clips(
    parts: Sequence[Dataset], task: Task, budget: Budget, on_progress: ProgressCallback, features: ClipFeatures
) -> ComposedModel:
    """Fits a Gaussian SVM on the principal components of features, which stay outside an exported graph.

    Args:
        parts: train and valid, clips with targets. task, budget, on_progress: of the fit. features: it stands on.

    Returns:
        The fitted model.
    """
    train, made = parts[0], features.compute
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    own, held = ((made(part.inputs), part.target) for part in parts)
    head = heads.fit_kernel_svm(own, held, output_spec, budget, on_progress, features.blocks)
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(made(inputs)),
        output_spec=output_spec,
        masker=clip_patch_masker,
        arrays=lambda: head.arrays,
        parameters=head.parameters,
        facts={**head.facts, "features": int(own[0].shape[1]), "kind": features.kind},
        portable=lambda: export_routes.routes_outside_graph(made, head),
    )
