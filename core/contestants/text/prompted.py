"""Texts, deep and pretrained: a small language model that is prompted and shown no label at all."""

from __future__ import annotations

from core.language_models import label_prompt, smollm_package
from core.models.composed_model import ComposedModel
from core.models.text import prompted_model
from core.schema import Budget, Contestant, Dataset, LoadError, ProgressCallback, Task

MOST_TEXTS = 3_000


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Needs the package, the memory, a few classes with words of their own, and not too many texts."""
    if len(dataset.labels) > label_prompt.MOST_LABELS:
        return f"{len(dataset.labels)} classes; at most {label_prompt.MOST_LABELS} labels are compared"
    if len(dataset) > MOST_TEXTS:
        return f"it would be asked {len(dataset):,} times; at most {MOST_TEXTS:,} texts are asked about"
    try:
        prompted_model.prompt_of(dataset, task)
    except LoadError as error:
        return str(error)
    return smollm_package.unavailable_reason()


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Calibrates the prompt on texts without content; nothing is trained and no label is read."""
    return prompted_model.fit_prompted(train, valid, task, budget, on_progress)


CONTESTANT = Contestant(
    key="text_prompted",
    title="SmolLM2, prompted (pretrained)",
    family="deep",
    modalities=("text",),
    kinds=("classification",),
    about="A language model of 135 million parameters answers a prompt: whole labels are scored, calibrated by texts "
    "without content. It uses no label. A second or less a text on one core: 300 texts take a minute or two. "
    + smollm_package.SEEN,
    reference="Allal et al. 2025 (SmolLM2); Zhao et al. 2021; Holtzman et al. 2021",
    fit=fit,
    unsupported_reason=unsupported_reason,
    pretrained=True,
    default=False,
    needs_labels=False,
    explainer="Shapley values over words",
)
