"""Driving, hybrid: a Q-network's features under a linear controller found by cross-entropy search."""

from __future__ import annotations

from core.models.control import dqn_agent, rollouts
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Needs an environment that runs and a handful of episodes."""
    return rollouts.unsupported_reason(dataset)


def fit(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> rollouts.Controller:
    """Learns for seven tenths of the time, then searches the last layer unless the network never falls already."""
    return dqn_agent.fit_hybrid(train, valid, budget, on_progress)


CONTESTANT = Contestant(
    key="control_hybrid",
    title="Network features, linear controller",
    family="hybrid",
    modalities=("control",),
    kinds=("control",),
    about="The hidden layer of a Q-network as features; the last layer is searched anew without gradients.",
    reference="Mnih et al. 2015; Szita & Lorincz 2006",
    fit=fit,
    unsupported_reason=unsupported_reason,
    explainer="none",
)
