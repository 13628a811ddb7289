"""Sounds, deep: a small residual network on the log-mel picture, trained from scratch."""

from __future__ import annotations

from core.models.composed_model import ComposedModel
from core.models.sound.sound_network import fit_sound_network
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Trains the network with masks, shifts and loudness as augmentation and early stopping."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    return fit_sound_network(train, valid, output_spec, budget, on_progress).model()


CONTESTANT = Contestant(
    key="sound_deep",
    title="Log-mel network",
    family="deep",
    modalities=("sound",),
    kinds=("classification", "regression"),
    about="A small residual convolutional network on the log-mel picture: masks, shifts, one-cycle schedule.",
    reference="Hershey et al. 2017; Park et al. 2019",
    fit=fit,
    explainer="Shapley values over patches of time and pitch",
)
