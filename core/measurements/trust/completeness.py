"""Do the parts of an explanation add up to the answer?"""

from __future__ import annotations

from core.explain.ground_truth import probe_explanation
from core.schema import FittedContestant, Measurement, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """One value: mean |margin - base - sum of parts| over the rows, in standard deviations of the margin."""
    found = probe_explanation(subject)
    error = found.attribution.completeness_error
    detail = {"method": found.attribution.method, "rows": found.rows, "background": found.background}
    if error is None or error == float("inf"):
        return MeasurementResult((), {**detail, "reason": "the model gives every explained row the same answer"})
    return MeasurementResult((float(error),), detail)


MEASUREMENT = Measurement(
    key="completeness",
    title="Completeness error of explanations",
    unit="sd of the margin",
    better="lower",
    about="An explanation shares out the difference between a row's answer and the mean answer over the background. "
    "This is how much of it is missing or too much: mean absolute rest over 16 test rows (2 to 15 with over 158 "
    "columns), divided by the spread of the answers. Below .01 is complete, above .1 the bars do not mean what "
    "they show.",
    measure=measure,
    families=("classical", "deep", "hybrid"),
    reference="Sundararajan, Taly & Yan (2017)",
)
