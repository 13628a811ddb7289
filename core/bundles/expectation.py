"""What to expect of a retrained model, from its folds: scores with intervals, thresholds, and how odd scores are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.bundles import conformal
from core.bundles.retrain import Retrained
from core.evaluation import uncertainty
from core.schema import Fit, JsonObject
from core.verdicts import metric_scales

PARTS = np.linspace(0, 1, 101)
# The level of the intervals of scores on the pages of a contest, and of a card.
LEVEL = 0.9


def expected_scores(fits: Sequence[Fit], folds: int) -> JsonObject:
    """Mean of each score over the folds with its interval, corrected for training rows that folds share.

    Args:
        fits: of a contestant; those without a score are left out. folds: in one round.

    Returns:
        name -> {"mean", "low", "high" (None for a single fold), "folds": the values}.
    """
    done = [fit for fit in fits if not fit.error and fit.skill is not None]
    names = ["skill", *sorted({name for fit in done for name in fit.scores})]
    found: JsonObject = {}
    for name in names:
        values = [float(fit.skill or 0.0) if name == "skill" else fit.scores.get(name) for fit in done]
        known = [float(value) for value in values if value is not None and np.isfinite(value)]
        if known:
            found[name] = _interval(name, known, folds)
    return found


def _interval(name: str, values: list[float], folds: int) -> JsonObject:
    mean = float(np.mean(values))
    if len(values) < 2 or folds < 2:
        return {"mean": mean, "low": None, "high": None, "folds": values}
    told = uncertainty.corrected_t(values, uncertainty.fold_rho(folds), 0.0, (1.0 + LEVEL) / 2.0)
    least, most = metric_scales.bounds(name)
    return {"mean": mean, "low": max(float(told.low), least), "high": min(float(told.high), most), "folds": values}


def uncertainty_facts(done: Retrained) -> JsonObject:
    """What a bundle needs to say how sure a prediction is.

    Args:
        done: a contestant with its out-of-fold predictions.

    Returns:
        Plain values: level, quantile, temperature, coverage, thresholds; or parts of anomaly scores.
    """
    task = done.prepared.task
    if not done.predictions:
        return {"level": conformal.LEVEL, "quantile": None, "reason": "there are no out-of-fold predictions"}
    whole, truth = np.concatenate(done.predictions), np.concatenate(done.truths)
    if task.kind == "anomaly":
        return _anomaly_facts(whole, truth)
    found = conformal.fit_conformal(done.predictions, done.truths)
    told: JsonObject = {
        "level": conformal.LEVEL, "quantile": found.quantile, "temperature": found.temperature, "rows": len(whole),
        "coverage": None if found.coverage is None else vars(found.coverage), "reason": "",
    }  # fmt: skip
    if found.quantile is None:
        told["reason"] = f"{len(whole):,} out-of-fold rows are too few for a {conformal.LEVEL:.0%} quantile"
    if task.kind == "classification":
        tempered = conformal.calibrate(whole, found.temperature)
        told["log_loss"] = {"as predicted": _log_loss(whole, truth), "calibrated": _log_loss(tempered, truth)}
        if task.form == "binary":
            told["thresholds"] = thresholds(tempered[:, 1], truth)
    return told


def _log_loss(probabilities: np.ndarray, truth: np.ndarray) -> float:
    seen = probabilities[np.arange(len(truth)), np.asarray(truth, dtype=int)]
    return float(-np.log(np.maximum(seen, conformal.TINY)).mean())


def thresholds(positive: np.ndarray, truth: np.ndarray) -> JsonObject:
    """Probabilities from which to say the second class.

    Args:
        positive: calibrated probability of the second class (n,), out of fold. truth: 0 or 1 (n,).

    Returns:
        {"used": 0.5, "best_f1": with the highest F1, "best_balanced": with the highest mean of both recalls}.
    """
    order = np.argsort(-positive, kind="stable")
    hits = np.cumsum(np.asarray(truth)[order] == 1)
    told = np.arange(1, len(order) + 1)
    positives, negatives = max(int(hits[-1]), 1), max(len(order) - int(hits[-1]), 1)
    f1 = 2 * hits / (told + positives)
    balanced = 0.5 * (hits / positives + 1 - (told - hits) / negatives)
    # A threshold stands only between two different probabilities.
    ends = np.append(np.diff(positive[order]) != 0, True)
    best = lambda scores: float(positive[order][int(np.argmax(np.where(ends, scores, -1.0)))])  # noqa: E731
    return {"used": 0.5, "best_f1": best(f1), "best_balanced": best(balanced)}


def _anomaly_facts(scores: np.ndarray, truth: np.ndarray) -> JsonObject:
    """Where a score stands among those of usual items, and from which one an alarm is given."""
    usual = scores[truth == 0]
    parts = np.quantile(usual, PARTS).tolist() if len(usual) else []
    return {
        "level": conformal.LEVEL, "quantile": None, "rows": len(scores), "usual_scores": parts,
        "alarm": conformal.upper_quantile(usual), "coverage": None,
        "reason": "an anomaly score has no interval; its alarm is right for 90 of 100 usual items",
    }  # fmt: skip
