"""What a contestant can do with a handful of labels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.evaluation import refitting
from core.schema import ZERO_LABELS, Dataset, FittedContestant, Measurement, MeasurementCost, MeasurementResult

LABELS = (1, 2, 5, 10, 50)
JUDGED_AT = 10
SECONDS = 6.0


def measure(subject: FittedContestant) -> MeasurementResult:
    """Skill in points at 10 labels per class (10 rows for a number), one value a cut; the detail has the curve."""
    cuts = refitting.folds(refitting.pooled_rows(subject), subject.task, refitting.REPEATS)
    if not subject.contestant.needs_labels:
        return _without_labels(subject, cuts)
    skills: dict[int, list[float]] = {count: [] for count in LABELS}
    troubles: list[str] = []
    for step, cut in enumerate(cuts):
        refitting.report_progress(subject, step, len(cuts), "learning from a handful of labels")
        for count in LABELS:
            small = _handful(cut, subject, count)
            if small is None:
                continue
            try:
                skills[count].append(refitting.skill_on(subject.task, refitting.refit(subject, small, SECONDS), small))
            except (ValueError, RuntimeError) as error:
                # With so few rows refusing is an answer: the contestant stays at the dummy's level there.
                troubles.append(f"{count} labels: {error}")
                skills[count].append(0.0)
    curve = [{"labels": count, "skills": found} for count, found in skills.items() if found]
    detail = {"curve": curve, "rho": 1 / (len(cuts) - 1), "troubles": troubles[:5]}
    if len(skills[JUDGED_AT]) < len(cuts):
        return MeasurementResult(
            (), {**detail, "reason": f"too few rows for {JUDGED_AT} labels per class on every cut"}
        )
    return MeasurementResult(tuple(skills[JUDGED_AT]), detail)


def _without_labels(subject: FittedContestant, cuts: list[refitting.Fold]) -> MeasurementResult:
    """Skill of a contestant that is shown no label; the dummy knows as many of each class, as it does at every cut."""
    skills = []
    for step, cut in enumerate(cuts):
        refitting.report_progress(subject, step, len(cuts), "answering without a label")
        small = _handful(cut, subject, 1)
        if small is None:
            return MeasurementResult((), {"curve": [], "reason": "a class has no row on some cut"})
        skills.append(refitting.skill_on(subject.task, refitting.refit(subject, small, SECONDS), small))
    detail = {"curve": [{"labels": 0, "skills": skills}], "rho": 1 / (len(cuts) - 1), ZERO_LABELS: True}
    return MeasurementResult(tuple(skills), detail)


def _handful(cut: refitting.Fold, subject: FittedContestant, count: int) -> refitting.Fold | None:
    """The cut with ``count`` labels per class in all: a fifth of them watches for overfitting, once there are five."""
    generator = np.random.default_rng(cut.seed)
    target = np.asarray(cut.train.target)
    rows = generator.permutation(len(target))
    strata = [rows] if subject.task.kind == "regression" else [rows[target[rows] == code] for code in np.unique(target)]
    if any(len(members) < count for members in strata):
        return None
    watching = count // 5
    learned = np.concatenate([members[: count - watching] for members in strata])
    watched = np.concatenate([members[count - watching : count] for members in strata]) if watching else learned
    if subject.task.kind == "regression" and len(learned) < 2:
        return None
    parts: tuple[Dataset, Dataset] = (cut.train.take(learned), cut.train.take(watched))
    return replace(cut, train=parts[0], valid=parts[1])


MEASUREMENT = Measurement(
    key="few_shot",
    title="Skill from ten labels per class",
    unit="points of skill",
    better="higher",
    about="The contestant is trained on 1, 2, 5, 10 and 50 labels per class (rows, for a number) drawn from 5 cuts of "
    "at most 2,000 rows and judged on the cut's test rows. One label in five serves early stopping; under five, the "
    "training rows themselves do. A contestant that refuses so few rows scores 0, the dummy's level; "
    "one that is prompted is shown none of them, and stands at 0 labels.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
    kinds=("classification", "regression"),
    group="data",
    order=2,
    question="What if labels are scarce?",
    answers="Skill from 1, 2, 5, 10 and 50 labels per class.",
    cost=MeasurementCost(fits=6, fit_seconds=6, seconds=4),
    panel="few_shot",
)
