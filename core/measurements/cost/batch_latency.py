"""Latency of a batch of 1,000 answers, in milliseconds."""

from __future__ import annotations

from core.profiling import latency
from core.schema import FittedContestant, Measurement, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """Medians of consecutive stretches; the detail has the time per row."""
    found = latency.profile_latency(subject)
    # A slow model was timed on fewer rows at once: a thousand take proportionally longer, which is an estimate.
    scale = latency.BATCH / found.rows
    how = {"how": f"estimated from {found.rows} rows"} if found.rows < latency.BATCH else {}
    return latency.latency_result(
        found.batch, tuple(scale * value for value in found.batch.blocks), rows=found.rows,
        per_row=found.batch.median / found.rows, **how,
    )  # fmt: skip


MEASUREMENT = Measurement(
    key="batch_latency",
    title="Latency, batch of 1,000",
    unit="ms",
    better="lower",
    about="Median time of one call that answers 1,000 rows, preprocessing included; fewer test rows "
    "are repeated to fill it. A model that would take over four seconds answers fewer at once, scaled up (estimated).",
    measure=measure,
)
