"""The frozen sentence encoder in use: its vectors, alone or beside counted words, under a linear layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.encoders import minilm_encoder
from core.encoders.frozen_texts import embed_inputs
from core.explain.maskers import word_masker
from core.models import heads
from core.models.composed_model import ComposedModel
from core.models.text.tfidf_models import fit_views, hstack
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Dataset, ProgressCallback, Task

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_array

# What of the seconds of a fit the encoder may take where no plan was made for the whole data set.
SHARE = 0.6
# Vectors of unit length, as loud as one standardised vector of their size would be after ``beside``.
LOUDNESS = minilm_encoder.DIMENSIONS**0.5


def fit_sentence_model(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback, counted: bool = False
) -> ComposedModel:
    """Embeds the texts, as much of each as was planned, and fits logistic (or ridge) regression.

    counted: put the words' TF-IDF weights beside the vectors.
    """
    output_spec = OutputSpec.from_target(task.form, train.target, len(train.labels))
    length = budget.encoding or minilm_encoder.planned_length([*train.inputs, *valid.inputs], SHARE * budget.seconds)
    encoding = Budget(encoding=length, threads=budget.threads)
    seen = fit_views(train.inputs, (1 - SHARE) * budget.seconds) if counted else None

    def features(found: Sequence[str], report: ProgressCallback = lambda progress: None) -> np.ndarray | csr_array:
        vectors = embed_inputs(found, encoding, report)
        return vectors if seen is None else hstack(LOUDNESS * vectors, seen.rows(found))

    own, held = (heads.LabelledRows(features(part.inputs, on_progress), part.target) for part in (train, valid))
    head = heads.fit_linear(own, held, output_spec, (1 - SHARE) * budget.seconds, on_progress)
    facts = {
        **head.facts, "kind": "MiniLM-L6 int8 beside TF-IDF" if counted else "MiniLM-L6 int8, frozen", "length": length,
        "pretrained": True,
    }  # fmt: skip
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(features(inputs)),
        output_spec=output_spec,
        masker=lambda inputs, background: word_masker(list(inputs), 24),
        arrays=lambda: {**head.arrays, **(seen.arrays() if seen else {}), "encoder": minilm_encoder.model_bytes()},
        parameters=head.parameters + (seen.size if seen else 0) + minilm_encoder.PARAMETERS,
        facts=facts,
        answer_seconds=minilm_encoder.seconds_per_text(train.inputs, length),
    )
