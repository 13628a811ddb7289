"""Series, classical: figures of each window into gradient-boosted trees."""

from __future__ import annotations

from core.features.torch_modules import series as stretches
from core.features.window_features import window_features
from core.models import heads
from core.models.composed_model import Assembled
from core.models.onnx import export_routes as ways
from core.models.series.network_model import players
from core.models.training import output_spec as answers
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, tell: ProgressCallback) -> Assembled:
    """Computes the figures and boosts trees with early stopping on the inner validation rows."""
    shape = train.inputs.shape[1:]
    answer = answers.fit(task.form, train.target, len(train.labels))
    own, held = (window_features(train.inputs), train.target), (window_features(valid.inputs), valid.target)
    head = heads.boosted(own, held, answer, budget, tell)
    return Assembled(
        raw=lambda inputs: head.raw(window_features(inputs)),
        answer=answer,
        players=players,
        arrays=lambda: head.arrays,
        parameters=head.parameters,
        facts={**head.facts, "kind": "figures of windows"},
        portable=lambda: ways.on_features(lambda: stretches.features(*shape), window_features, head),
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
