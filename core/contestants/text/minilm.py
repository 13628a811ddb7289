"""Texts, deep and pretrained: a frozen sentence encoder with a linear layer trained on top."""

from __future__ import annotations

from core.encoders.frozen_texts import ENCODER, unsupported_reason
from core.models.composed_model import ComposedModel
from core.models.text.minilm_model import fit_sentence_model
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Embeds the texts, as much of each as was planned, and fits logistic (or ridge) regression."""
    return fit_sentence_model(train, valid, task, budget, on_progress)


CONTESTANT = Contestant(
    key="text_minilm",
    title="MiniLM (pretrained)",
    family="deep",
    modalities=("text",),
    kinds=("classification", "regression"),
    about="A sentence encoder trained on a billion pairs, frozen; only a linear layer is trained here. English.",
    reference="Wang et al. 2020; Reimers & Gurevych 2019",
    fit=fit,
    unsupported_reason=unsupported_reason,
    pretrained=True,
    encoder=ENCODER,
    explainer="Shapley values over words",
)
