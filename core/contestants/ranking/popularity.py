"""Recommending, classical: what everybody takes."""

from __future__ import annotations

from core.features import interaction_data
from core.models.ranking import recommenders
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Needs ratings by a few dozen users."""
    return interaction_data.unsupported_reason(dataset)


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback):
    """Counts how often each item was taken, weighted by its rating."""
    return recommenders.fit_popularity(train, valid, budget, on_progress)


CONTESTANT = Contestant(
    key="ranking_popularity",
    title="Most taken",
    family="classical",
    modalities=("interactions",),
    kinds=("ranking",),
    about="What most users took, the same list for everybody; whoever cannot beat it has learnt no taste.",
    reference="Cremonesi, Koren & Turrin 2010",
    fit=fit,
    unsupported_reason=unsupported_reason,
    explainer="none",
)
