"""Moving pictures, deep: a small network of convolutions over place and time, trained from scratch."""

from __future__ import annotations

from core.models.composed_model import ComposedModel
from core.models.training.output_spec import OutputSpec
from core.models.video.clip_network import fit_clip_network
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Trains the network with one cycle, label smoothing and early stopping on the inner validation rows."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    return fit_clip_network(train, valid, output_spec, budget, on_progress).model()


CONTESTANT = Contestant(
    key="video_deep",
    title="3-D convolutions",
    family="deep",
    modalities=("video",),
    kinds=("classification", "regression"),
    about="A small network of convolutions over place and time from scratch: shifted copies, one-cycle schedule.",
    reference="Tran, Bourdev, Fergus, Torresani & Paluri 2015",
    fit=fit,
    explainer="Shapley values over patches of place and time",
)
