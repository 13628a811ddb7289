"""Heads over a table's encoding as a contestant's model, and the way an estimator becomes such a head.

Reference: Platt 1999 (calibration on rows that the scores were not fitted on).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from core.evaluation.refitting import concatenate
from core.explain.maskers import column_masker
from core.features import table_encoders, tree_encoder
from core.models.composed_model import ComposedModel
from core.models.heads import Head, fit_calibration
from core.models.training import tuning
from core.models.training.output_spec import OutputSpec, target_of
from core.schema import Budget, Dataset, Facts, JsonObject, Progress, ProgressCallback, Task
from core.storage import model_archive
from core.workers import work_clock

Encoding = table_encoders.DenseEncoder | tree_encoder.TreeEncoder
# (training rows (n, d), target (n,), output spec, settings, budget) -> a head without calibration.
Estimator = Callable[[np.ndarray, np.ndarray, OutputSpec, Facts, Budget], Head]


@dataclass(frozen=True)
class EstimatorKind:
    """A learner: ``estimator`` fits encoded rows, ``encode`` makes them, ``space`` is what a tuner may set, and
    ``most_rows`` the most rows used in a fit, drawn by the seed (None: all)."""

    estimator: Estimator
    encode: Callable[[Dataset, OutputSpec, int], tuple[Encoding, np.ndarray]]
    space: Mapping[str, Sequence[object]]
    most_rows: int | None = None


@dataclass(frozen=True)
class EncodedTableModel(ComposedModel):
    """A head over encoded rows; ``encoding`` are the encoder's JSON-able values, saved beside its arrays."""

    encoding: Facts = field(default_factory=dict)

    def saved(self) -> bytes:
        """Encoding and head as one npz without pickles."""
        return model_archive.pack({**self.describe(), "encoding": dict(self.encoding)}, self.arrays())


def compose_model(encoding: Encoding, head: Head, output_spec: OutputSpec, notes: Sequence[str]) -> EncodedTableModel:
    """A head over encoded rows as a model that is explained by original column.

    Args:
        encoding: of rows. head: over encoded rows. output_spec: what its raw outputs mean. notes: for the run.

    Returns:
        The model.
    """
    facts, arrays = encoding.to_state()
    return EncodedTableModel(
        raw_outputs=lambda inputs: head.raw(encoding.transform(inputs)),
        output_spec=output_spec,
        masker=column_masker,
        arrays=lambda: {**arrays, **{f"head.{name}": array for name, array in head.arrays.items()}},
        parameters=head.parameters,
        facts={"device": "cpu", "notes": list(notes), "inputs_encoded": encoding.width, **head.facts},
        encoding=facts,
    )


def encode_dense(part: Dataset, output_spec: OutputSpec, seed: int) -> tuple[Encoding, np.ndarray]:
    """Standardised numbers and one-hot categories.

    Args:
        part: training rows. output_spec: not used. seed: of the text columns' decomposition.

    Returns:
        (encoding, the rows encoded).
    """
    encoding = table_encoders.fit_dense(part.inputs, seed=seed)
    return encoding, encoding.transform(part.inputs)


def encode_for_trees(part: Dataset, output_spec: OutputSpec, seed: int) -> tuple[Encoding, np.ndarray]:
    """Codes, one-hot columns and statistics, as boosted trees take them.

    Args:
        part: training rows. output_spec: of the target. seed: of the statistics' folds.

    Returns:
        (encoding, the rows encoded, their statistics without themselves).
    """
    return tree_encoder.fit_tree_encoder(part.inputs, output_spec.answers(target_of(part)), seed=seed)


def fit_estimator(
    parts: tuple[Dataset, Dataset], task: Task, kind: EstimatorKind, budget: Budget, on_progress: ProgressCallback
) -> EncodedTableModel:
    """An estimator fitted on train, calibrated on valid, then fitted once more on both with the settings chosen.

    Args:
        parts: (train, valid). kind: of learner. budget: its seconds are shared by all fits.

    Returns:
        The model of the second fit under the calibration of the first: a fit has no unseen rows to calibrate itself.
    """
    output_spec, begun = OutputSpec.from_dataset(parts[0], task), time.process_time()
    encoding, rows = kind.encode(parts[0], output_spec, budget.seed)
    held, truth = encoding.transform(parts[1].inputs), target_of(parts[1])

    def one(settings: Facts, share: Budget) -> tuple[float, np.ndarray]:
        head = kind.estimator(
            *_draw(rows, target_of(parts[0]), kind.most_rows, share.seed), output_spec, settings, share
        )
        raw, slopes = head.raw(held), np.array([1.0, 0.0])
        if output_spec.form != "regression":
            calibrate, slopes = fit_calibration(raw, truth, output_spec)
            raw = calibrate(raw)
        score = output_spec.skill(output_spec.to_predictions(raw), truth)
        on_progress(Progress("fit", 1, 2, score=score, cpu_seconds=time.process_time() - begun))
        return score, slopes

    slopes, facts = tuning.tune(kind.space, budget, one, on_progress, {})
    whole = concatenate(parts)
    encoding, rows = kind.encode(whole, output_spec, budget.seed)
    used = _draw(rows, target_of(whole), kind.most_rows, budget.seed)
    head = kind.estimator(
        *used, output_spec, facts["settings"], replace(budget, seconds=budget.seconds / max(1, budget.configurations))
    )
    on_progress(Progress("fit", 2, 2, cpu_seconds=time.process_time() - begun))
    cut = len(used[1]) < len(rows)
    work_clock.record_end("converged")
    notes = [f"{len(used[1]):,} of {len(rows):,} training rows are used, drawn at random"] if cut else []
    more: JsonObject = {**head.facts, **facts, "fitted_rows": len(used[1])}
    arrays = {**head.arrays, "calibration": slopes}
    calibrated = replace(head, raw=lambda asked: slopes[0] * head.raw(asked) + slopes[1], facts=more, arrays=arrays)
    return compose_model(encoding, calibrated, output_spec, notes)


def _draw(rows: np.ndarray, target: np.ndarray, most: int | None, seed: int) -> tuple[np.ndarray, np.ndarray]:
    if most is None or len(rows) <= most:
        return rows, target
    chosen = np.sort(np.random.default_rng(seed).permutation(len(rows))[:most])
    return rows[chosen], target[chosen]
