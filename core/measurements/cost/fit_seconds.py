"""Wall seconds of one fit, per fold."""

from __future__ import annotations

from core.schema import FittedContestant, Measurement, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """One value a finished fold."""
    values = tuple(fit.fit_seconds for fit in subject.fits if not fit.error)
    return MeasurementResult(
        values, {"contended": [fit.fit_seconds / max(fit.fit_cpu_seconds, 1e-9) for fit in subject.fits]}
    )


MEASUREMENT = Measurement(
    key="fit_seconds",
    title="Training time",
    unit="s",
    better="lower",
    about="Wall seconds of one fit, preprocessing and early stopping included, one value per fold. Wall time suffers "
    "from neighbours on a shared machine; the CPU seconds beside it do not.",
    measure=measure,
)
