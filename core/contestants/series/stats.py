"""Series, classical: figures of each window into gradient-boosted trees."""

from __future__ import annotations

from core.features.torch_modules import series
from core.features.window_features import window_features
from core.models import heads
from core.models.composed_model import ComposedModel
from core.models.onnx import export_routes
from core.models.series.series_networks import default_masker
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Computes the figures and boosts trees with early stopping on the inner validation rows."""
    shape = train.inputs.shape[1:]
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    own, held = (window_features(train.inputs), train.target), (window_features(valid.inputs), valid.target)
    head = heads.fit_boosted_trees(own, held, output_spec, budget, on_progress)
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(window_features(inputs)),
        output_spec=output_spec,
        masker=default_masker,
        arrays=lambda: head.arrays,
        parameters=head.parameters,
        facts={**head.facts, "kind": "figures of windows"},
        portable=lambda: export_routes.routes_of_features(lambda: series.feature_module(*shape), window_features, head),
    )


CONTESTANT = Contestant(
    key="series_stats",
    title="Window figures + boosted trees",
    family="classical",
    modalities=("series",),
    kinds=("classification", "regression", "anomaly"),
    about="Level, spread, shape, rhythm of channels and how they move together, then gradient-boosted trees.",
    reference="Lubba et al. 2019; Chen & Guestrin 2016",
    fit=fit,
    explainer="Shapley values over stretches of time in each channel",
)
