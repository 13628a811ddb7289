"""What hand-made features add to a contestant."""

from __future__ import annotations

from dataclasses import replace

from core.tools import engineering, refits
from core.vocabulary import Measurement, Reading, Subject


def measure(subject: Subject) -> Reading:
    """Skill with hand-made features minus skill without, points, one value a cut."""
    cuts = refits.folds(refits.pool(subject), subject.task, refits.REPEATS)
    raw: list[float] = []
    made: list[float] = []
    added = short = 0
    for step, cut in enumerate(cuts):
        refits.report(subject, step, len(cuts), "with and without hand-made features")
        craft = engineering.learn(cut.train, subject.task)
        added = craft.added
        crafted = replace(
            cut,
            train=engineering.apply_to_training(craft, cut.train, subject.task, cut.seed),
            valid=engineering.apply(craft, cut.valid),
            test=engineering.apply(craft, cut.test),
        )
        for own in (cut, crafted):
            model = refits.fitted(subject, own) if own is cut else refits.fit(subject, own)
            short += refits.cut_short(model)
            found = refits.judged(subject.task, model, own)
            (raw if own is cut else made).append(found)
    detail = {
        "raw": raw,
        "engineered": made,
        "added": added,
        "cut_short": short,
        "rho": 1 / (len(cuts) - 1),
        "rows": len(cuts[0].known),
    }
    return Reading(tuple(after - before for before, after in zip(raw, made, strict=True)), detail)


MEASUREMENT = Measurement(
    key="engineered",
    title="Lift of hand-made features",
    unit="points of skill",
    better=None,
    about="The contestant is fitted with and without added columns on 5 cuts of at most 2,000 rows: ratios of the six "
    "numbers most related to the target, logarithms of skewed ones, the number of gaps, and each category's mean "
    "outcome (taken from other folds for training rows). A generic craft, not an expert's knowledge of your field.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
    modalities=("table",),
    reference="Micci-Barreca 2001 (target encoding)",
)
