"""DNA, classical: counts of three bases in a row into logistic regression."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from core import registry
from core.models import heads
from core.models.composed_model import ComposedModel
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task

TRIPLETS = ["".join(bases) for bases in product("ACGT", repeat=3)]


def count_triplets(sequences: Sequence[str]) -> np.ndarray:
    """How often each of the 64 triplets occurs in each sequence: float32 (n, 64)."""
    columns = {triplet: column for column, triplet in enumerate(TRIPLETS)}
    counts = np.zeros((len(sequences), len(TRIPLETS)), dtype=np.float32)
    for row, sequence in enumerate(sequences):
        for start in range(len(sequence) - 2):
            column = columns.get(sequence[start : start + 3])
            if column is not None:
                counts[row, column] += 1
    return counts


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> ComposedModel:
    """Counts and fits; the strength of regularisation is chosen on ``valid``, within the seconds of the budget.

    ``fit_linear`` reports every strength to ``on_progress``, which may raise ``Cancelled``: it is not caught here.
    """
    output_spec = OutputSpec.from_dataset(train, task)
    own, held = ((count_triplets(part.inputs), part.target) for part in (train, valid))
    head = heads.fit_linear(own, held, output_spec, budget.seconds, on_progress)
    return ComposedModel(
        raw_outputs=lambda inputs: head.raw(count_triplets(inputs)),
        output_spec=output_spec,
        masker=lambda inputs, background: registry.modality("dna").masker(inputs, background)[0],
        arrays=lambda: head.arrays,
        parameters=head.parameters,
        facts={**head.facts, "kind": "counts of triplets"},
    )


CONTESTANT = Contestant(
    key="dna_counts",
    title="Triplets + logistic",
    family="classical",
    modalities=("dna",),
    kinds=("classification",),
    about="Counts each triplet of bases, then logistic regression.",
    reference="Leslie, Eskin & Noble 2002 (spectrum kernel)",
    fit=fit,
    explainer="Shapley values over stretches",
)
