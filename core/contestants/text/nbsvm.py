"""Texts, classical: words scaled by how much more often they occur in a class, then a linear model (NB-SVM)."""

from __future__ import annotations

from core.models.text.tfidf_models import fit_nbsvm_model
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback):
    """One linear model per class on counts scaled by the class's log-count ratio, calibrated on ``valid``."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    return fit_nbsvm_model(train, valid, output_spec, budget, on_progress)


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
