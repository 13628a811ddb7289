"""How much skill a contestant loses when its inputs are damaged."""

from __future__ import annotations

import numpy as np

from core.evaluation import refitting
from core.perturbation import corruptions
from core.schema import FittedContestant, Measurement, MeasurementCost, MeasurementResult

LEVELS = (0.25, 0.5, 1.0)


def measure(subject: FittedContestant) -> MeasurementResult:
    """Mean loss of skill over all damages and levels, points, one value a cut; the detail has a curve per damage."""
    cuts = refitting.folds(refitting.pooled_rows(subject), subject.task, refitting.REPEATS)
    kinds = corruptions.corruption_kinds(cuts[0].test)
    curves: dict[str, dict[float, list[float]]] = {kind: {level: [] for level in (0.0, *LEVELS)} for kind in kinds}
    values, short = [], 0
    for step, cut in enumerate(cuts):
        refitting.report_progress(subject, step, len(cuts), "answering damaged inputs")
        model = refitting.cached_refit(subject, cut)
        short += refitting.stopped_by_clock(model)
        sound = refitting.skill_on(subject.task, model, cut)
        losses = []
        for place, kind in enumerate(kinds):
            curves[kind][0.0].append(sound)
            for level in LEVELS:
                worse = corruptions.corrupt(cut.test, kind, level, 1_000 * cut.seed + 10 * place)
                found = refitting.skill_on(subject.task, model, cut, worse)
                curves[kind][level].append(found)
                losses.append(sound - found)
        values.append(float(np.mean(losses)))
    told = {kind: [{"level": level, "skills": found} for level, found in by.items()] for kind, by in curves.items()}
    return MeasurementResult(tuple(values), {"curves": told, "rho": 1 / (len(cuts) - 1), "cut_short": short})


MEASUREMENT = Measurement(
    key="corruption",
    title="Skill lost to damaged inputs",
    unit="points of skill",
    better="lower",
    about="Fitted on sound rows of 5 cuts (at most 2,000 rows), then asked about damaged test rows at levels .25, .5 "
    "and 1: noise of that many standard deviations on numbers, half that share of values missing or categories "
    "swapped; typos and lost words in texts; noise, darkness and a covered patch in pictures; noise and a lost stretch "
    "in sounds and series. The value is the skill lost on average.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
    reference="Hendrycks & Dietterich 2019 (graded corruptions)",
    kinds=("classification", "regression"),
    group="trust",
    order=5,
    question="What if the inputs get damaged?",
    answers="Skill as noise, gaps and swapped values grow.",
    cost=MeasurementCost(fits=5, seconds=3),
    panel="corruption",
)
