"""Does a contestant know when it does not know?"""

from __future__ import annotations

import numpy as np

from core.evaluation import metrics, refitting
from core.perturbation import corruptions
from core.schema import FittedContestant, Measurement, MeasurementCost, MeasurementResult, Model


def measure(subject: FittedContestant) -> MeasurementResult:
    """AUC x 100 with which low confidence points at wrong answers, one value a cut; the detail has the strangers'."""
    if subject.task.kind != "classification":
        raise ValueError("confidence is read off class probabilities: this is measured for classes only")
    cuts = refitting.folds(refitting.pooled_rows(subject), subject.task, refitting.REPEATS)
    errors, strangers, kept = [], [], []
    for step, cut in enumerate(cuts):
        refitting.report_progress(subject, step, len(cuts), "asking for its doubts")
        model = refitting.cached_refit(subject, cut)
        probabilities = np.asarray(model.predict(cut.test.inputs), dtype=float)
        doubt = 1 - probabilities.max(axis=1)
        wrong = probabilities.argmax(axis=1) != cut.test.target
        if 0 < wrong.sum() < len(wrong):
            errors.append(100 * metrics.auc(wrong, doubt))
        strangers.append(_unlike_rows(model, cut, doubt))
        kept.append(_deferred(wrong, doubt))
    deferral = [{"answered": share, "accuracy": [one[share] for one in kept]} for share in kept[0]]
    detail = {"strangers": strangers, "deferral": deferral, "rho": 1 / (len(cuts) - 1)}
    if len(errors) < len(cuts):
        return MeasurementResult((), {**detail, "reason": "on some cut every answer was right, or every one wrong"})
    return MeasurementResult(tuple(errors), detail)


def _unlike_rows(model: Model, cut: refitting.Fold, doubt: np.ndarray) -> float:
    """AUC x 100 with which doubt tells badly damaged rows from sound ones; 50 is blind."""
    kind = next(iter(corruptions.corruption_kinds(cut.test)))
    odd = corruptions.corrupt(cut.test, kind, 1.0, cut.seed)
    there = 1 - np.asarray(model.predict(odd.inputs), dtype=float).max(axis=1)
    mark = np.r_[np.zeros(len(doubt), dtype=int), np.ones(len(there), dtype=int)]
    return 100 * metrics.auc(mark, np.r_[doubt, there])


def _deferred(wrong: np.ndarray, doubt: np.ndarray) -> dict[float, float]:
    """Accuracy on the surest share of the rows."""
    order = np.argsort(doubt, kind="stable")
    shares = (0.5, 0.7, 0.8, 0.9, 1.0)
    return {share: float(1 - wrong[order[: max(1, round(share * len(order)))]].mean()) for share in shares}


MEASUREMENT = Measurement(
    key="unknowns",
    title="Knowing when it errs",
    unit="AUC x 100",
    better="higher",
    about="How well a low top probability points at the wrong answers on unseen rows: 100 finds every error first, "
    "50 is blind; one value a cut of 5 (at most 2,000 rows). The detail has the accuracy when the least sure "
    "answers are left to a person, and whether badly damaged rows are met with more doubt.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
    reference="Hendrycks & Gimpel 2017",
    kinds=("classification",),
    group="trust",
    order=7,
    question="Uncertainty calibration",
    answers="Whether low confidence points at the wrong answers, and what leaving them to a person buys.",
    cost=MeasurementCost(fits=5),
    panel="unknowns",
)
