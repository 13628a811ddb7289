"""Latency of one answer, median, in milliseconds."""

from __future__ import annotations

from core.profiling import latency
from core.schema import FittedContestant, Measurement, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """Medians of consecutive stretches of one timing session."""
    online = latency.profile_latency(subject).online
    return latency.latency_result(online, online.blocks)


MEASUREMENT = Measurement(
    key="latency_p50",
    title="Latency, median",
    unit="ms",
    better="lower",
    about="Median time of one answer to one row as a service would ask it, preprocessing included, over up to 64 "
    "different rows after at least 20 warm-up calls. The contestants take turns of 20 ms each, A B B A, so that a "
    "machine that drifts favours nobody; the values are the medians of those turns. One too slow for six calls a turn "
    "is timed alone.",
    measure=measure,
)
