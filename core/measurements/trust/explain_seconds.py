"""What one explanation costs in seconds."""

from __future__ import annotations

from core.explain.ground_truth import probe_explanation
from core.schema import FittedContestant, Measurement, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """Wall seconds a row, one value a repeat of explaining the same rows at once."""
    found = probe_explanation(subject)
    return MeasurementResult(
        found.seconds, {"method": found.attribution.method, "rows": found.rows, "background": found.background}
    )


MEASUREMENT = Measurement(
    key="explain_seconds",
    title="Time of one explanation",
    unit="s",
    better="lower",
    about="Wall seconds to explain one row by the contestant's own method against 50 background rows, asked for 16 "
    "rows at once, after one explanation that opens the libraries.",
    measure=measure,
    families=("classical", "deep", "hybrid"),
)
