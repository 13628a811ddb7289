"""CPU seconds of one fit, per fold."""

from __future__ import annotations

from core.schema import FittedContestant, Measurement, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """One value a finished fold."""
    return MeasurementResult(tuple(fit.fit_cpu_seconds for fit in subject.fits if not fit.error))


MEASUREMENT = Measurement(
    key="fit_cpu_seconds",
    title="Training compute",
    unit="CPU-s",
    better="lower",
    about="Processor seconds of one fit over all threads of the contestant's own process, one value per fold. A GPU's "
    "work is not in it; where one was used the wall seconds are the fairer figure.",
    measure=measure,
)
