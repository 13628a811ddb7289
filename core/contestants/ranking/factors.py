"""Recommending, classical: implicit matrix factorisation by alternating least squares."""

from __future__ import annotations

from core.features import interaction_data
from core.models.ranking import recommenders
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Needs ratings by a few dozen users."""
    return interaction_data.unsupported_reason(dataset)


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback):
    """Solves users and items in turn; the rank is chosen on inner users."""
    return recommenders.fit_factors(train, valid, budget, on_progress)


CONTESTANT = Contestant(
    key="ranking_factors",
    title="Matrix factorisation",
    family="classical",
    modalities=("interactions",),
    kinds=("ranking",),
    about="Users and items as short vectors, by alternating least squares on what was taken.",
    reference="Hu, Koren & Volinsky 2008",
    fit=fit,
    unsupported_reason=unsupported_reason,
    explainer="none",
)
