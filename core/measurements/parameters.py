"""How many numbers a model has learned."""

from __future__ import annotations

from core.vocabulary import Measurement, Reading, Subject


def measure(subject: Subject) -> Reading:
    """One value; the detail holds the model's own description."""
    return Reading((float(subject.model.parameters),), dict(subject.model.describe()))


MEASUREMENT = Measurement(
    key="parameters",
    title="Learned numbers",
    unit="numbers",
    better=None,
    about="Weights and biases of a network, coefficients of a linear model, split thresholds and leaf values of trees.",
    measure=measure,
)
