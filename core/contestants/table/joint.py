"""Tables with free text, deep: one network over the columns and the words, trained end to end."""

from __future__ import annotations

from core.models.composed_model import ComposedModel
from core.models.tabular import joint_network, text_and_columns
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Needs free text beside other columns."""
    return text_and_columns.unsupported_reason(dataset)


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Trains the network with one cycle and early stopping on the inner validation rows."""
    return joint_network.fit_joint(train, valid, task, budget, on_progress)


CONTESTANT = Contestant(
    key="table_joint",
    title="Joint network (columns and text)",
    family="deep",
    modalities=("table",),
    kinds=("classification", "regression"),
    about="Embedded columns and, from scratch, word vectors with attention meet in one last layer and learn together.",
    reference="Gu & Budhkar 2021; Gorishniy et al. 2022; Yang et al. 2016",
    fit=fit,
    unsupported_reason=unsupported_reason,
    suits=text_and_columns.has_text,
    explainer="Shapley values by antithetic permutations",
)
