"""Latency of one answer, 95th percentile, in milliseconds."""

from __future__ import annotations

from core.profiling import latency
from core.schema import FittedContestant, Measurement, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """One value: the 95th percentile of the session."""
    online = latency.profile_latency(subject).online
    return latency.latency_result(online, (online.p95,))


MEASUREMENT = Measurement(
    key="latency_p95",
    title="Latency p95",
    unit="ms",
    better="lower",
    about="Time that 95 % of the single answers of the same timing session stayed under.",
    measure=measure,
)
