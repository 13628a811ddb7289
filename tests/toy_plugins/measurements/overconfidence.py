"""How much surer a contestant is than it is right."""

from __future__ import annotations

import numpy as np

from core.schema import FittedContestant, Measurement, MeasurementCost, MeasurementResult, Progress

PARTS = 5


def measure(subject: FittedContestant) -> MeasurementResult:
    """Mean probability of the chosen class minus accuracy, in points: one value for each fifth of the test rows."""
    subject.on_progress(Progress("measure", 0, 1, contestant=subject.contestant.key, message="comparing with answers"))
    probabilities = np.asarray(subject.model.predict(subject.test.inputs))
    right = probabilities.argmax(axis=1) == np.asarray(subject.test.target)
    excess = 100 * (probabilities.max(axis=1) - right)
    rows = np.random.default_rng(subject.seed).permutation(len(excess))
    values = tuple(float(excess[part].mean()) for part in np.array_split(rows, PARTS) if len(part))
    return MeasurementResult(values, {"rows": len(excess), "accuracy": float(right.mean())})


MEASUREMENT = Measurement(
    key="overconfidence",
    title="Overconfidence",
    unit="points",
    better="lower",
    about="The mean probability of the class that is chosen, minus the share of answers that are right.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
    reference="Guo et al. 2017 (calibration of modern neural networks)",
    kinds=("classification",),
    group="trust",
    question="Is it surer than it is right?",
    answers="Mean confidence minus accuracy on the test rows.",
    cost=MeasurementCost(seconds=1),
)
