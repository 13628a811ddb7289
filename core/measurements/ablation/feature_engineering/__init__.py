"""What hand-made features add to a contestant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from core import registry
from core.evaluation import refitting
from core.measurements.ablation.feature_engineering import table_features, view_models
from core.schema import FittedContestant, JsonObject, Measurement, MeasurementCost, MeasurementResult

Skills = tuple[float, float, int]


def measure(subject: FittedContestant) -> MeasurementResult:
    """Skill with hand-made features minus skill without, points, one value a cut."""
    compare = _columns if registry.modality(subject.train.modality).structured else _views
    cuts = refitting.folds(refitting.pooled_rows(subject), subject.task, refitting.REPEATS)
    raw, made, short = [], [], 0
    facts: JsonObject = {}
    for step, cut in enumerate(cuts):
        refitting.report_progress(subject, step, len(cuts), "with and without hand-made features")
        without, crafted, cut_short = compare(subject, cut, facts)
        raw.append(without)
        made.append(crafted)
        short += cut_short
    detail = {
        "raw": raw, "engineered": made, "cut_short": short, "rho": 1 / (len(cuts) - 1),
        "rows": len(cuts[0].known_targets), **facts,
    }  # fmt: skip
    return MeasurementResult(tuple(after - before for before, after in zip(raw, made, strict=True)), detail)


def _columns(subject: FittedContestant, cut: refitting.Fold, facts: JsonObject) -> Skills:
    """The contestant itself on a table's own columns, and with columns added."""
    craft = table_features.fit_table_features(cut.train, subject.task)
    facts["added"] = craft.added
    crafted = replace(
        cut,
        train=table_features.transform_training(craft, cut.train, subject.task, cut.seed),
        valid=table_features.transform(craft, cut.valid),
        test=table_features.transform(craft, cut.test),
    )
    plain, better = refitting.cached_refit(subject, cut), refitting.refit(subject, crafted)
    skills = [refitting.skill_on(subject.task, model, part) for model, part in ((plain, cut), (better, crafted))]
    return skills[0], skills[1], refitting.stopped_by_clock(plain) + refitting.stopped_by_clock(better)


def _views(subject: FittedContestant, cut: refitting.Fold, facts: JsonObject) -> Skills:
    """The learner of the contestant's side on raw inputs and on hand-made features of the same rows."""
    views = view_models.feature_views(cut.train)
    facts |= view_models.raw_text(views)
    budget = replace(subject.budget, seconds=refitting.FIT_SECONDS, seed=cut.seed, configurations=1)
    parts, tell = (cut.train, cut.valid), refitting.without_curves(subject)
    short = 0

    def skill(answer: Callable[[Any], np.ndarray]) -> float:
        return refitting.skill(subject.task, cut.known_targets, np.asarray(cut.test.target), answer(cut.test.inputs))

    if subject.contestant.family == "classical":
        raw, made = (skill(view_models.fit_classical(view, parts, subject.task, budget, tell)) for view in views)
        return raw, made, short
    if views[0].as_readings is not None:
        raw = skill(view_models.temporal_network(views[0], parts, subject.task, budget, tell))
    else:
        model = refitting.cached_refit(subject, cut)
        raw, short = refitting.skill_on(subject.task, model, cut), refitting.stopped_by_clock(model)
    return raw, skill(view_models.fit_view_network(views[1], parts, subject.task, budget, tell)), short


MEASUREMENT = Measurement(
    key="engineered",
    title="Lift of hand-made features",
    unit="points of skill",
    better=None,
    about="Each side is fitted on raw and on hand-made inputs, on 5 cuts of at most 2,000 rows. Tables: ratios of the "
    "six numbers most related to the target, logarithms, the number of gaps and each category's mean outcome (from "
    "other folds for training rows) are added. Pictures: pixels against oriented gradients, coarse levels and colours, "
    "into a kernel machine; texts: single words against weighted pairs and character runs, into logistic regression; "
    "sounds: 1,024 samples against MFCC figures, series: readings against figures of windows, into boosted trees. The "
    "deep side is its own network on raw inputs (for sounds a temporal network on samples) and a network of two hidden "
    "layers on the same hand-made features. A generic craft, not an expert's knowledge of your field.",
    measure=measure,
    slow=True,
    families=("classical", "deep"),
    reference="Micci-Barreca 2001 (target encoding); Dalal & Triggs 2005; Davis & Mermelstein 1980",
    kinds=("classification", "regression"),
    group="why",
    order=3,
    question="Does hand-made work on the columns help?",
    answers="Raw inputs against hand-made features on both sides: whom do they lift, and by how much more?",
    cost=MeasurementCost(fits=10),
    panel="engineered",
)
