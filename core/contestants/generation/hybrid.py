"""Writing, hybrid: n-grams and transformer mixed, with weights that depend on how much context the counts have seen."""

from __future__ import annotations

from dataclasses import replace

from core.models.generation import character_model, language_models
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task
from core.workers.work_clock import WorkClock


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Needs a few thousand characters."""
    return character_model.unsupported_reason(dataset)


def fit(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> character_model.CharacterModel:
    """Counts first; the network gets the seconds that are left; the weights are fitted on the inner texts."""
    clock = WorkClock(budget.device)
    counted, facts = language_models.fit_ngrams(train, valid, on_progress)
    left = max(0.3, budget.seconds - clock.elapsed())
    trained, more = language_models.fit_transformer(train, valid, replace(budget, seconds=left), on_progress)
    return language_models.mixture_model(counted, facts, trained, more, valid, on_progress)


CONTESTANT = Contestant(
    key="generation_hybrid",
    title="N-grams and transformer",
    family="hybrid",
    modalities=("corpus",),
    kinds=("generation",),
    about="Both probabilities mixed; the more context the counts have seen, the further their weight may differ.",
    reference="Jelinek & Mercer 1980 (weights by expectation-maximisation on held-out text)",
    fit=fit,
    unsupported_reason=unsupported_reason,
    explainer="none",
)
