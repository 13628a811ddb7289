"""Same approach, other seed: how many answers change although nothing but chance did."""

from __future__ import annotations

import numpy as np

from core.evaluation import refitting
from core.schema import FittedContestant, Measurement, MeasurementCost, MeasurementResult

SEEDS = 5
KEPT = 50


def measure(subject: FittedContestant) -> MeasurementResult:
    """Share of the test rows whose answer changes against the first of five fits, one value for each of the others.

    The detail has the skills, the rows (places in the test part) on which not all fits agree, most contested first,
    and their share.
    """
    refitting.check_supported(subject.task)
    answers, skills = [], []
    truth = np.asarray(subject.test.target)
    for step in range(SEEDS):
        refitting.report_progress(subject, step, SEEDS, "fitting again under another seed")
        cut = refitting.Fold(subject.train, subject.valid, subject.test, subject.seed + 101 * step)
        found = np.asarray(refitting.refit(subject, cut).predict(subject.test.inputs), dtype=float)
        skills.append(refitting.skill(subject.task, cut.known_targets, truth, found))
        answers.append(found)
    if subject.task.kind == "classification":
        said = np.stack([found.argmax(axis=1) for found in answers])
        differ = said[1:] != said[0]
        contested = (said[:, None] != said[None]).sum(axis=(0, 1))
    else:
        said = np.stack(answers)
        typical = float(np.mean(np.abs(said - truth)))
        differ = np.abs(said[1:] - said[0]) > typical
        contested = (np.abs(said[:, None] - said[None]) > typical).sum(axis=(0, 1))
    order = np.argsort(-contested, kind="stable")
    detail = {
        "skills": skills,
        "share_contested": float((contested > 0).mean()),
        "rows": [int(row) for row in order if contested[row] > 0][:KEPT],
        "n": len(truth),
    }
    return MeasurementResult(tuple(float(share) for share in differ.mean(axis=1)), detail)


MEASUREMENT = Measurement(
    key="multiplicity",
    title="Answers that change with the seed",
    unit="share of test rows",
    better="lower",
    about="The contestant is fitted five times on the same rows under different seeds. A class answer changes when the "
    "most probable class does, a number when it moves by more than the typical error. Rows that change are decided by "
    "chance, not by the data.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
    reference="Marx, Calmon & Ustun 2020",
    kinds=("classification", "regression"),
    group="trust",
    order=4,
    question="Same accuracy, different story?",
    answers="The same contestant under five seeds, and equals of equal skill: on which rows do they disagree?",
    cost=MeasurementCost(fits=5, fit_rows=10**9),
    panel="multiplicity",
)
