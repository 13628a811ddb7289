"""How many numbers a model has learned."""

from __future__ import annotations

from core.deployment import model_structure
from core.schema import FittedContestant, Measurement, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """One value; the detail holds the model's own description, and its first tree or its layers for a drawing."""
    drawn = {
        "tree": model_structure.tree_nodes(subject.model),
        "drawn_layers": model_structure.layer_widths(subject.model),
    }
    detail = {**subject.model.describe(), **{name: found for name, found in drawn.items() if found}}
    return MeasurementResult((float(subject.model.parameters),), detail)


MEASUREMENT = Measurement(
    key="parameters",
    title="Parameters",
    unit="numbers",
    better=None,
    about="Weights and biases of a network, coefficients of a linear model, split thresholds and leaf values of trees.",
    measure=measure,
    panel="parameters",
)
