"""Alarms judged by stretches of time instead of single windows."""

from __future__ import annotations

from core.evaluation import event_metrics
from core.schema import FittedContestant, Measurement, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """One value for every full round of folds; see ``event_metrics.measure_events``."""
    return event_metrics.measure_events(subject, "range_f1")


MEASUREMENT = Measurement(
    key="anomaly_range_f1",
    title="Range-wise F1 of alarms",
    unit="points",
    better="higher",
    about="Stretches instead of single windows: recall is half whether a stretch is noticed and half how much "
    "of it, precision how much of a stretch of alarms is anomalous; F1 is their harmonic mean, when "
    "alarms ring on 1 % of the normal windows.",
    measure=measure,
    modalities=("series",),
    reference="Tatbul et al. 2018",
)
