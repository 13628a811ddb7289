"""Joules for a thousand answers."""

from __future__ import annotations

from core.profiling import latency
from core.schema import FittedContestant, Measurement, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """One value; ``detail["how"]`` says whether a counter was read or a formula used."""
    found = latency.profile_latency(subject)
    spent = found.energy
    alone = spent.joules / max(spent.wall_seconds, 1e-9) * found.online.median
    detail = {
        "how": spent.how,
        "source": spent.source,
        "cpu_seconds": spent.cpu_seconds,
        "wall_seconds": spent.wall_seconds,
        "answers": found.answers,
        "one_by_one": alone,
    }
    return MeasurementResult((spent.joules / found.answers * 1_000,), detail)


MEASUREMENT = Measurement(
    key="energy",
    title="Energy of 1,000 answers",
    unit="J",
    better="lower",
    about="Joules for 1,000 answers given in batches of 1,000. Read from the processor's RAPL counter or the GPU's "
    "meter where they can be read (measured); else PUE x (watts per vCPU x CPU seconds + watts per GB x GB held x wall "
    "seconds) with the dated assumptions of data/prices.toml (estimated). The detail has the same for answers given "
    "one by one.",
    measure=measure,
)
