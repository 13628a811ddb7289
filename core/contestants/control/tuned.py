"""Driving, classical: textbook feedback with four gains, tuned by random search."""

from __future__ import annotations

from core.models.control import policy_search, rollouts
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Needs an environment that runs and a handful of episodes."""
    return rollouts.unsupported_reason(dataset)


def fit(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> rollouts.Controller:
    """Tries forty sets of gains on training episodes and the three best on inner ones."""
    return policy_search.fit_pd_controller(train, valid, budget, on_progress)


CONTESTANT = Contestant(
    key="control_tuned",
    title="Tuned feedback",
    family="classical",
    modalities=("control",),
    kinds=("control",),
    about="Proportional-derivative feedback on place and angle with gains from random search; pictures are read by "
    "hand-made centres of dark spots.",
    reference="Åström & Hägglund 1995; Bergstra & Bengio 2012",
    fit=fit,
    unsupported_reason=unsupported_reason,
    explainer="none",
)
