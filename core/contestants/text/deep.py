"""Texts, deep: learned token vectors, a convolution and attention, trained from scratch."""

from __future__ import annotations

from core.models.text.text_network import fit_text_network
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback):
    """Trains the network with one cycle and early stopping on the inner validation rows."""
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    return fit_text_network(train, valid, output_spec, budget, on_progress).model()


CONTESTANT = Contestant(
    key="text_deep",
    title="Attention network",
    family="deep",
    modalities=("text",),
    kinds=("classification", "regression"),
    about="Token vectors learned from scratch, a convolution over neighbours, attention over the text; any language.",
    reference="Kim 2014; Yang et al. 2016",
    fit=fit,
    explainer="Shapley values over words",
)
