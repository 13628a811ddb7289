"""Do the probabilities mean what they say? The expected calibration error on the test rows."""

from __future__ import annotations

import numpy as np

from core.schema import FittedContestant, Measurement, MeasurementCost, MeasurementResult

BINS = 10


def measure(fitted: FittedContestant) -> MeasurementResult:
    """One value: mean distance between confidence and share of right answers over ten bins, weighted by their rows."""
    probabilities = fitted.model.predict(fitted.test.inputs)
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == fitted.test.target
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    filled = [place == number for number in range(BINS) if (place == number).any()]
    error = sum(abs(confidence[rows].mean() - right[rows].mean()) * rows.mean() for rows in filled)
    bins = [{"confidence": float(confidence[rows].mean()), "right": float(right[rows].mean())} for rows in filled]
    return MeasurementResult((float(error),), {"bins": bins})


MEASUREMENT = Measurement(
    key="calibration_error",
    title="Expected calibration error",
    unit="share",
    better="lower",
    about="Test rows are put into ten bins by the confidence of the answer. In each, the mean confidence is compared "
    "with the share of right answers; the distances are averaged by rows.",
    measure=measure,
    slow=True,
    reference="Guo, Pleiss, Sun & Weinberger 2017",
    kinds=("classification",),
    group="trust",
    question="Do the probabilities mean what they say?",
    answers="How far the confidence of a contestant is from its share of right answers.",
    cost=MeasurementCost(seconds=0.1),
)
