"""Series, deep: a small temporal convolution network trained from scratch."""

from __future__ import annotations

from core.models.composed_model import ComposedModel
from core.models.series.series_networks import fit_series_network
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Trains the network with one cycle and early stopping on the inner validation rows."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    return fit_series_network(train, valid, output_spec, budget, on_progress).model()


CONTESTANT = Contestant(
    key="series_deep",
    title="Temporal network",
    family="deep",
    modalities=("series",),
    kinds=("classification", "regression", "anomaly"),
    about="Residual blocks of dilated convolutions over time, mean and maximum; noise and shifts in training.",
    reference="Bai, Kolter & Koltun 2018",
    fit=fit,
    explainer="Shapley values over stretches of time in each channel",
)
