"""Recommending, classical: what goes with what was taken before."""

from __future__ import annotations

from core.features import interaction_data
from core.models.ranking import recommenders
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Needs ratings by a few dozen users."""
    return interaction_data.unsupported_reason(dataset)


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback):
    """Counts pairs of items; the shrinkage is chosen on inner users."""
    return recommenders.fit_neighbours(train, valid, budget, on_progress)


CONTESTANT = Contestant(
    key="ranking_neighbours",
    title="Item neighbours",
    family="classical",
    modalities=("interactions",),
    kinds=("ranking",),
    about="Items that go with those of the past: cosine similarity, shrunk for rare pairs.",
    reference="Sarwar et al. 2001",
    fit=fit,
    unsupported_reason=unsupported_reason,
    explainer="none",
)
