"""Driving, classical: a linear controller found by cross-entropy search, without any gradient."""

from __future__ import annotations

from core.models.control import policy_search, rollouts
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Needs an environment that runs and a handful of episodes."""
    return rollouts.unsupported_reason(dataset)


def fit(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> rollouts.Controller:
    """Draws controllers, keeps the best, draws closer to them; ends when the inner episodes are driven to their end."""
    return policy_search.fit_linear_controller(train, valid, budget, on_progress)


CONTESTANT = Contestant(
    key="control_linear",
    title="Linear controller",
    family="classical",
    modalities=("control",),
    kinds=("control",),
    about="One weight per observed value (pictures first in eight principal components), found by the cross-entropy "
    "method.",
    reference="Szita & Lorincz 2006; Mania, Guy & Recht 2018",
    fit=fit,
    unsupported_reason=unsupported_reason,
    explainer="none",
)
