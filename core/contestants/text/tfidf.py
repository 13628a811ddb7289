"""Texts, classical: weighted counts of words, pairs of words and character runs into logistic regression."""

from __future__ import annotations

from core.models.text.tfidf_models import counted_model
from core.models.training import output_spec as answers
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, tell: ProgressCallback):
    """Counts, weights by rarity, and fits logistic (or ridge) regression; the strength is chosen on ``valid``."""
    answer = answers.fit(task.form, train.target, len(train.labels))
    return counted_model(train, valid, answer, budget, tell)


CONTESTANT = Contestant(
    key="text_tfidf",
    title="TF-IDF + logistic",
    family="classical",
    modalities=("text",),
    kinds=("classification", "regression"),
    about="Words, pairs of words and character runs, counted and weighted by rarity, then logistic regression.",
    reference="Sparck Jones 1972; Joachims 1998",
    fit=fit,
    explainer="Shapley values over words",
)
