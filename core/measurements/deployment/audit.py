"""The evidence an auditor asks for, measured and written for one contestant."""

from __future__ import annotations

from core import audit
from core.evaluation import refitting
from core.schema import FittedContestant, Measurement, MeasurementCost, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """Share of the measured items that meet their rule; the detail has every item and the audit file."""
    refitting.check_supported(subject.task)
    items, papers = audit.collect_evidence(subject)
    found = audit.evidence_shares(items)
    return MeasurementResult((found["passed"],), {**found, "items": [item.plain() for item in items], "audit": papers})


MEASUREMENT = Measurement(
    key="regulatory",
    title="Evidence for an audit",
    unit="share of items passed",
    better="higher",
    about="Thirteen items are measured against stated rules: data sheet, smallest group, skill above chance, gaps "
    "between groups (where a sensitive column is declared), calibration, robustness, shift detector, completeness, "
    "stability and effect of stated reasons over refits, declared directions, deferral, repeatability. Five are "
    "written (log, provenance, logic, reasons, model card) and four are left to a person. Evidence measured, "
    "missing, or needing a person: nothing here says that a model complies with a law.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
    reference="Mitchell et al. 2019 (model cards); Bird et al. 2020 (fairlearn)",
    kinds=("classification", "regression"),
    group="ship",
    order=3,
    question="Which evidence is there for an auditor?",
    answers="Eighteen items measured or written by the program, four left to a person, and a file to keep.",
    cost=MeasurementCost(fits=3, seconds=4),
    panel="regulatory",
)
