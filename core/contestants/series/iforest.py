"""Series, classical, without labels: an isolation forest over figures of each window."""

from __future__ import annotations

import time

from core.features.window_features import window_features
from core.models.composed_model import ComposedModel
from core.models.heads import isolation_forest
from core.models.series.series_networks import default_masker
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, Progress, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Grows the forest on training windows; labels are not looked at."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    began = time.process_time()
    head = isolation_forest.fit_isolation_forest(window_features(train.inputs), budget.seed)
    odd = (
        output_spec.skill(output_spec.to_predictions(head.raw(window_features(valid.inputs))), valid.target)
        if len(valid)
        else 0.0
    )
    on_progress(Progress("fit", 1, 1, score=odd, cpu_seconds=time.process_time() - began))
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(window_features(inputs)),
        output_spec=output_spec,
        masker=default_masker,
        arrays=lambda: head.arrays,
        parameters=head.parameters,
        facts={**head.facts, "kind": "figures of windows", "labels_used": False},
    )


CONTESTANT = Contestant(
    key="series_iforest",
    title="Isolation forest",
    family="classical",
    modalities=("series",),
    kinds=("anomaly",),
    about="How few random cuts separate a window's figures from the others; needs no labels.",
    reference="Liu, Ting & Zhou 2008",
    fit=fit,
    explainer="Shapley values over stretches of time in each channel",
)
