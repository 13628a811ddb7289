"""Writing, deep: a small causal transformer over characters, trained from scratch within the budget."""

from __future__ import annotations

from core.models.generation import character_model, language_models
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Needs a few thousand characters."""
    return character_model.unsupported_reason(dataset)


def fit(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> character_model.CharacterModel:
    """Trains with one cycle and keeps the weights that are best on the inner texts."""
    trained, facts = language_models.fit_transformer(train, valid, budget, on_progress)
    return language_models.transformer_model(trained, facts)


CONTESTANT = Contestant(
    key="generation_transformer",
    title="Causal transformer",
    family="deep",
    modalities=("corpus",),
    kinds=("generation",),
    about="Characters in, attention over up to 128 of them, the next character out; from scratch.",
    reference="Vaswani et al. 2017; Radford et al. 2019",
    fit=fit,
    unsupported_reason=unsupported_reason,
    explainer="none",
)
