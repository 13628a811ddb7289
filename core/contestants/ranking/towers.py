"""Recommending, deep: two towers trained from scratch."""

from __future__ import annotations

from core.features import interaction_data
from core.models.ranking import two_towers
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Needs ratings by a few dozen users."""
    return interaction_data.unsupported_reason(dataset)


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback):
    """Learns to tell one half of what a user took from the other half."""
    return two_towers.fit_two_tower(train, valid, budget, on_progress)


CONTESTANT = Contestant(
    key="ranking_towers",
    title="Two-tower network",
    family="deep",
    modalities=("interactions",),
    kinds=("ranking",),
    about="One network reads a user's past, another an item and its features; from scratch, by a softmax over all.",
    reference="Covington et al. 2016; Yi et al. 2019",
    fit=fit,
    unsupported_reason=unsupported_reason,
    explainer="none",
)
