"""Sounds, deep: a small residual network on the log-mel picture, trained from scratch."""

from __future__ import annotations

from core.models.composed_model import Assembled
from core.models.sound.network_model import sound_network
from core.models.training import output_spec as answers
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, tell: ProgressCallback) -> Assembled:
    """Trains the network with masks, shifts and loudness as augmentation and early stopping."""
    answer = answers.fit(task.form, train.target, len(train.labels))
    return sound_network(train, valid, answer, budget, tell).model()


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
