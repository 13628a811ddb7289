"""Writing, classical: character n-grams with Kneser-Ney smoothing; inner texts choose how long their contexts are."""

from __future__ import annotations

from core.models.generation import character_model, language_models
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Needs a few thousand characters."""
    return character_model.unsupported_reason(dataset)


def fit(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> character_model.CharacterModel:
    """Counts, and chooses among contexts of 3 to 7 characters."""
    counted, facts = language_models.fit_ngrams(train, valid, on_progress)
    return language_models.ngram_model(counted, facts)


CONTESTANT = Contestant(
    key="generation_ngram",
    title="Character n-grams",
    family="classical",
    modalities=("corpus",),
    kinds=("generation",),
    about="Back-off over contexts of up to seven characters, interpolated Kneser-Ney; no gradient anywhere.",
    reference="Kneser & Ney 1995; Chen & Goodman 1999",
    fit=fit,
    unsupported_reason=unsupported_reason,
    explainer="none",
)
