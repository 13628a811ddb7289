"""Recommending, hybrid: a two-tower network proposes, boosted trees rank."""

from __future__ import annotations

from core.features import interaction_data
from core.models.ranking import two_towers
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Needs ratings by a few dozen users."""
    return interaction_data.unsupported_reason(dataset)


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback):
    """Trains towers on seven tenths of the users and the ranker on the others."""
    return two_towers.fit_hybrid(train, valid, budget, on_progress)


CONTESTANT = Contestant(
    key="ranking_hybrid",
    title="Towers and boosted ranker",
    family="hybrid",
    modalities=("interactions",),
    kinds=("ranking",),
    about="The towers propose sixty items, boosted trees order them by tower score, neighbours and popularity.",
    reference="Covington et al. 2016; Burges 2010 (LambdaMART)",
    fit=fit,
    unsupported_reason=unsupported_reason,
    explainer="none",
)
