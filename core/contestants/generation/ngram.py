"""Writing, classical: character n-grams with Kneser-Ney smoothing; inner texts choose how long their contexts are."""

from __future__ import annotations

from core.models.generation import character_model as language
from core.models.generation import language_models as writers
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def plays(dataset: Dataset, task: Task) -> str | None:
    """Needs a few thousand characters."""
    return language.unsupported_reason(dataset)


def fit(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> language.CharacterModel:
    """Counts, and chooses among contexts of 3 to 7 characters."""
    counted, facts = writers.fit_ngrams(train, valid, on_progress)
    return writers.ngram_model(counted, facts)


CONTESTANT = Contestant(
    key="generation_ngram",
    title="Character n-grams",
    family="classical",
    modalities=("corpus",),
    kinds=("generation",),
    about="Back-off over contexts of up to seven characters, interpolated Kneser-Ney; no gradient anywhere.",
    reference="Kneser & Ney 1995; Chen & Goodman 1999",
    fit=fit,
    unsupported_reason=plays,
    explainer="none",
)
