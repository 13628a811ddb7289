"""The canary: on shuffled answers nobody can have skill; whoever has it found a leak."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.evaluation import refitting, uncertainty
from core.schema import FittedContestant, Measurement, MeasurementCost, MeasurementResult


def measure(subject: FittedContestant) -> MeasurementResult:
    """Skill on five cuts of at most 2,000 rows whose answers were shuffled; the detail says whether it sings."""
    pool = refitting.pooled_rows(subject)
    shuffled = replace(pool, target=np.random.default_rng(11).permutation(np.asarray(pool.target)))
    cuts = refitting.folds(shuffled, subject.task)
    skills = []
    for step, cut in enumerate(cuts):
        refitting.report_progress(subject, step, len(cuts), "learning from shuffled answers")
        skills.append(refitting.skill_on(subject.task, refitting.refit(subject, cut), cut))
    found = uncertainty.corrected_t(skills, 1 / (len(cuts) - 1), 0.0)
    alarm = found.low > 0
    said = (
        "has skill on shuffled answers: something leaks" if alarm else "has no skill on shuffled answers, as it should"
    )
    detail = {"low": found.low, "high": found.high, "alarm": alarm, "because": f"{subject.contestant.title} {said}."}
    return MeasurementResult(tuple(skills), detail)


MEASUREMENT = Measurement(
    key="canary",
    title="Skill on shuffled answers",
    unit="points of skill",
    better=None,
    about="The answers are shuffled, so nothing can be learned; the contestant is fitted on 5 cuts all the same. Its "
    "skill must not be above 0: an interval above 0 means that the answers reach the contestant by another way.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
    kinds=("classification", "regression"),
    group="trust",
    order=3,
    question="Leakage test (shuffled labels)",
    answers="The answers are shuffled; whoever still has skill found a leak.",
    cost=MeasurementCost(fits=5),
    panel="canary",
)
