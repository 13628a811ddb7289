"""Tables, classical: boosted trees in which a number may move the answer in one direction only."""

from __future__ import annotations

from core.models.tabular import boosting, tree_model
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """A direction makes sense for two classes or a number."""
    if task.form == "multiclass":
        return "with more than two classes there is no single direction to hold to"
    return None


def fit(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> tree_model.TreeModel:
    """Grows trees whose numbers keep the declared directions, or those of the training rows where none is declared."""
    ways = tree_model.monotone_directions(train)
    return tree_model.fit_trees((train, valid), task, boosting.SPACE, budget, on_progress, monotone=ways)


CONTESTANT = Contestant(
    key="table_monotone",
    title="Monotone boosted trees",
    family="classical",
    modalities=("table",),
    kinds=("classification", "regression"),
    about="Boosted trees held to a direction per number: declared, or its rank correlation's sign in training.",
    reference="Chen & Guestrin 2016; Sill 1997",
    fit=fit,
    unsupported_reason=unsupported_reason,
    default=False,
    explainer="SHAP TreeExplainer, interventional",
)
