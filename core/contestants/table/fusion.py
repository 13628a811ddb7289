"""Tables with free text, classical: boosted trees on the columns and weighted words on the text, weighed late."""

from __future__ import annotations

from core.models.composed_model import ComposedModel
from core.models.tabular import late_fusion, text_and_columns
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Needs free text beside other columns."""
    return text_and_columns.unsupported_reason(dataset)


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Fits each side by itself, and two weights (and for two classes a shift) on answers to unseen rows."""
    return late_fusion.fit_late_fusion(train, valid, task, budget, on_progress)


CONTESTANT = Contestant(
    key="table_fusion",
    title="Trees + TF-IDF (late fusion)",
    family="classical",
    modalities=("table",),
    kinds=("classification", "regression"),
    about="XGBoost answers from the columns, TF-IDF + linear from the text; out-of-fold answers weigh the two.",
    reference="Wolpert 1992 (stacking); Chen & Guestrin 2016",
    fit=fit,
    unsupported_reason=unsupported_reason,
    suits=text_and_columns.has_text,
    explainer="Shapley values by antithetic permutations",
)
