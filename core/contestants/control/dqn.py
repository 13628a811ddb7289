"""Driving, deep: Q-learning with a small network, from scratch."""

from __future__ import annotations

from core.models.control import dqn_agent, rollouts
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Needs an environment that runs and a handful of episodes."""
    return rollouts.unsupported_reason(dataset)


def fit(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> rollouts.Controller:
    """Drives sixteen episodes side by side and learns from a memory of them until time is up."""
    return dqn_agent.fit_dqn(train, valid, budget, on_progress)


CONTESTANT = Contestant(
    key="control_dqn",
    title="Deep Q-network",
    family="deep",
    modalities=("control",),
    kinds=("control",),
    about="Learns the value of each push with two hidden layers of 64, from scratch, from numbers or pixels alike.",
    reference="Mnih et al. 2015; van Hasselt, Guez & Silver 2016",
    fit=fit,
    unsupported_reason=unsupported_reason,
    explainer="none",
)
