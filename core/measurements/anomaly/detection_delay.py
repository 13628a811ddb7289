"""How late an anomalous stretch is noticed."""

from __future__ import annotations

from core.evaluation import event_metrics
from core.schema import FittedContestant, Measurement, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """One value for every full round of folds; see ``event_metrics.measure_events``."""
    return event_metrics.measure_events(subject, "delay")


MEASUREMENT = Measurement(
    key="anomaly_delay",
    title="Delay of the first alarm",
    unit="readings",
    better="lower",
    about="Readings from the beginning of an anomalous stretch to its first alarm, mean over the stretches that "
    "are noticed, when alarms ring on 1 % of the normal windows; 0 is an alarm in the first window.",
    measure=measure,
    modalities=("series",),
    reference="Tatbul et al. 2018",
)
