"""Does the explanation find an effect that is known to be there, because it was planted?"""

from __future__ import annotations

import numpy as np

from core.explain.agreement import importance, spearman
from core.explain.ground_truth import CAUSE, DECOY, explained_outputs, plant_effect, sample_rows
from core.explain.maskers import select_output
from core.schema import FittedContestant, Measurement, MeasurementCost, MeasurementResult
from core.workers import work_clock

ROWS = 24
BACKGROUND = 50


def measure(subject: FittedContestant) -> MeasurementResult:
    """Share of test rows where no other column of the refitted model's explanation ranks above the planted cause.

    ``model_moves`` tells a blind explanation from a model that never learnt the effect: how far its answers move, in
    standard deviations, when the rows exchange their causes. The rows counted are those with a cause beyond one
    standard deviation: elsewhere its true effect is small.
    """
    train, valid, test = (
        plant_effect(part, subject.seed + place)
        for place, part in enumerate((subject.train, subject.valid, subject.test))
    )
    with work_clock.metered(subject.budget.seconds, subject.budget.device, subject.budget.threads):
        model = subject.contestant.fit(train, valid, subject.task, subject.budget, subject.on_progress)
    clear = np.flatnonzero(np.abs(test.inputs[CAUSE].to_numpy()) > 1)
    if not len(clear):
        return MeasurementResult((), {"reason": "the test part is too small to hold a clear case"})
    asked, background = sample_rows(train, test.take(clear), ROWS, BACKGROUND, subject.seed)
    found = model.explain(asked.inputs, background.inputs, explained_outputs(asked, subject))
    place = {name: found.parts.index(name) if name in found.parts else None for name in (CAUSE, DECOY)}
    sizes = np.abs(found.values)
    if place[CAUSE] is None:
        return MeasurementResult(
            (0.0,), {"rank": None, "method": found.method, "reason": "the model never looked at the cause"}
        )
    first = sizes[:, place[CAUSE]] >= sizes.max(axis=1)
    order = (-importance(found.values)).argsort().tolist()
    without = asked.inputs.assign(**{CAUSE: asked.inputs[CAUSE].to_numpy()[::-1]})
    margin, moved = (select_output(model.margin(part), found.outputs) for part in (asked.inputs, without))
    follows = spearman(asked.inputs[CAUSE].to_numpy(), found.values[:, place[CAUSE]])
    return MeasurementResult(
        (float(first.mean()),),
        {
            "rank": order.index(place[CAUSE]) + 1,
            "decoy_rank": None if place[DECOY] is None else order.index(place[DECOY]) + 1,
            "columns": len(found.parts),
            "follows_cause": follows if explained_outputs(asked, subject) is None else None,
            "model_moves": float(np.abs(margin - moved).mean() / max(float(np.std(margin)), 1e-12)),
            "rows": len(asked),
            "method": found.method,
        },
    )


MEASUREMENT = Measurement(
    key="planted_truth",
    title="Planted effect found",
    unit="share of rows",
    better="higher",
    about="Two random columns are added to the table, one of which is made to decide half of the answers (or to move "
    "a number by up to two standard deviations). It is fitted again; in what share of the rows with a clear "
    "cause does its explanation rank the planted cause first? The decoy's rank stands beside it.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
    modalities=("table",),
    kinds=("classification", "regression"),
    group="trust",
    order=1,
    question="Does the explanation find a cause that is known?",
    answers="One effect is planted beside a decoy; whose explanation ranks it first?",
    cost=MeasurementCost(fits=1, fit_rows=10**9, seconds=3),
    panel="planted_truth",
)
