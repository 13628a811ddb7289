"""How many anomalous stretches are noticed at all."""

from __future__ import annotations

from core.evaluation import event_metrics
from core.schema import FittedContestant, Measurement, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """One value for every full round of folds; see ``event_metrics.measure_events``."""
    return event_metrics.measure_events(subject, "caught")


MEASUREMENT = Measurement(
    key="anomaly_events",
    title="Anomalous stretches noticed",
    unit="%",
    better="higher",
    about="How many unbroken stretches of anomalous windows hear at least one alarm, when alarms ring on 1 % of "
    "the normal windows. Every window is judged by a model that has not seen it, one value a round of "
    "folds; the detail has what share of a stretch is covered and how many alarms touch none.",
    measure=measure,
    modalities=("series",),
    reference="Tatbul et al. 2018",
)
