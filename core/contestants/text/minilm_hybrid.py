"""Texts, hybrid and pretrained: frozen sentence vectors beside TF-IDF counts into logistic regression."""

from __future__ import annotations

from core.encoders.frozen_texts import ENCODER, unsupported_reason
from core.models.composed_model import ComposedModel
from core.models.text.minilm_model import fit_sentence_model
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Embeds the texts, puts weighted counts beside the vectors, and fits logistic (or ridge) regression."""
    return fit_sentence_model(train, valid, task, budget, on_progress, counted=True)


CONTESTANT = Contestant(
    key="text_minilm_hybrid",
    title="MiniLM + TF-IDF (pretrained)",
    family="hybrid",
    modalities=("text",),
    kinds=("classification", "regression"),
    about="Frozen sentence vectors beside counted words, into one logistic regression.",
    reference="Wang et al. 2020; Reimers & Gurevych 2019",
    fit=fit,
    unsupported_reason=unsupported_reason,
    pretrained=True,
    encoder=ENCODER,
    explainer="Shapley values over words",
)
