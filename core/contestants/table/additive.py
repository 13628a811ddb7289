"""Tables, classical: an additive model of boosted stumps, one curve per column that can be read off."""

from __future__ import annotations

from core.models.tabular import tree_model
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task

SPACE = {"eta": (0.03, 0.1, 0.2), "min_child_weight": (1.0, 5.0, 20.0), "subsample": (0.6, 0.8), "lambda": (1.0, 5.0)}


def fit(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> tree_model.TreeModel:
    """Grows trees of a single cut: the answer is a sum of one curve per column, without any interaction."""
    return tree_model.fit_trees((train, valid), task, SPACE, budget, on_progress, max_depth=1, eta=0.1)


CONTESTANT = Contestant(
    key="table_additive",
    title="Additive model (boosted stumps)",
    family="classical",
    modalities=("table",),
    kinds=("classification", "regression"),
    about="Boosted trees of one cut each: a curve per column, added up, with no interaction between columns.",
    reference="Hastie & Tibshirani 1986; Lou, Caruana & Gehrke 2012",
    fit=fit,
    default=False,
    explainer="SHAP TreeExplainer, interventional",
)
