"""Texts, classical: weighted counts of words, pairs of words and character runs into logistic regression."""

from __future__ import annotations

from core.models.text.tfidf_models import fit_tfidf_model
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback):
    """Counts, weights by rarity, and fits logistic (or ridge) regression; the strength is chosen on ``valid``."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    return fit_tfidf_model(train, valid, output_spec, budget, on_progress)


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
