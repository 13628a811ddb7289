"""Tables, classical: gradient-boosted trees, the standard to beat."""

from __future__ import annotations

from core.models.tabular import boosting, tree_model
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> tree_model.TreeModel:
    """Grow trees within ``budget``; several configurations share its seconds and are chosen on the inner rows."""
    return tree_model.fit_trees((train, valid), task, boosting.SPACE, budget, on_progress)


CONTESTANT = Contestant(
    key="table_xgboost",
    title="Gradient-boosted trees (XGBoost)",
    family="classical",
    modalities=("table",),
    kinds=("classification", "regression"),
    about="Shallow trees grown one on the errors of the last, with missing values as they are and early stopping.",
    reference="Chen & Guestrin 2016",
    fit=fit,
    explainer="SHAP TreeExplainer, interventional",
)
