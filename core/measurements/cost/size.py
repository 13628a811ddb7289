"""Bytes of the model as it would be shipped."""

from __future__ import annotations

from core.schema import FittedContestant, Measurement, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """One value: the length of the saved model."""
    return MeasurementResult((float(len(subject.model.saved())),), {"format": getattr(subject.model, "suffix", "")})


MEASUREMENT = Measurement(
    key="size",
    title="Size of the model",
    unit="bytes",
    better="lower",
    about="Length of the model in its safe file format (never a pickle), with all of its preprocessing.",
    measure=measure,
)
