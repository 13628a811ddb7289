"""Memory a fit needs on top of its process, per fold."""

from __future__ import annotations

from core.schema import FittedContestant, Measurement, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """One value a finished fold for which the system could tell."""
    values = tuple(fit.peak_memory_mb for fit in subject.fits if not fit.error and fit.peak_memory_mb is not None)
    return MeasurementResult(
        values, {} if values else {"reason": "this system does not tell the peak memory of a process"}
    )


MEASUREMENT = Measurement(
    key="peak_memory",
    title="Peak memory",
    unit="MB",
    better="lower",
    about="The most resident memory the contestant's process held during the fit, over what it held before: libraries "
    "that were loaded already are not counted, and memory kept from an earlier fold makes a later one look smaller.",
    measure=measure,
)
