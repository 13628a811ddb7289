"""Recommending, classical: what everybody takes."""

from __future__ import annotations

from core.models.ranking import interaction_data as ratings
from core.models.ranking import recommenders as ranking
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def plays(dataset: Dataset, task: Task) -> str | None:
    """Needs ratings by a few dozen users."""
    return ratings.unsupported_reason(dataset)


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback):
    """Counts how often each item was taken, weighted by its rating."""
    return ranking.fit_popularity(train, valid, budget, on_progress)


CONTESTANT = Contestant(
    key="ranking_popularity",
    title="Most taken",
    family="classical",
    modalities=("interactions",),
    kinds=("ranking",),
    about="What most users took, the same list for everybody; whoever cannot beat it has learnt no taste.",
    reference="Cremonesi, Koren & Turrin 2010",
    fit=fit,
    unsupported_reason=plays,
    explainer="none",
)
