"""Latency of one answer, upper bound of the 95th percentile, in milliseconds."""

from __future__ import annotations

from core.profiling import latency
from core.schema import FittedContestant, Measurement, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """One value: the bound; empty under 59 calls."""
    online = latency.profile_latency(subject).online
    if online.p95_bound is None:
        return MeasurementResult((), {"reason": f"a bound needs 59 calls, only {online.n} fitted into the time"})
    return latency.latency_result(online, (online.p95_bound,))


MEASUREMENT = Measurement(
    key="latency_p95_bound",
    title="Latency p95 (upper bound)",
    unit="ms",
    better="lower",
    about="Upper 95 % bound of the 95th percentile, without any assumption about its distribution: the order statistic "
    "BinomInv(.95; n, .95) + 1 of n calls. This is the figure a limit is held against.",
    measure=measure,
)
