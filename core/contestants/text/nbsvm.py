"""Texts, classical: words scaled by how much more often they occur in a class, then a linear model (NB-SVM)."""

from __future__ import annotations

from core.models.text.tfidf_models import ratio_model
from core.models.training import output_spec as answers
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, tell: ProgressCallback):
    """One linear model per class on counts scaled by the class's log-count ratio, calibrated on ``valid``."""
    answer = answers.fit(task.form, train.target, len(train.labels))
    return ratio_model(train, valid, answer, budget, tell)


CONTESTANT = Contestant(
    key="text_nbsvm",
    title="NB-SVM",
    family="classical",
    modalities=("text",),
    kinds=("classification",),
    about="Words and pairs of words scaled by their log-count ratio in each class, then a linear model per class.",
    reference="Wang & Manning 2012",
    fit=fit,
    default=False,
    explainer="Shapley values over words",
)
