"""Losses, scores and skill for every form of task, in plain numpy.

Skill is the one number every form shares: ``100 * (1 - loss / loss of the dummy)`` points, where the dummy knows only
the training targets. 0 is "no better than knowing nothing", 100 is perfect, below 0 is worse than the dummy.
"""

from __future__ import annotations

import numpy as np

EPSILON = 1e-12


def brier_losses(codes: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Squared distance between the probabilities (n, k) and the one-hot truth, per row (n,). Brier 1950."""
    truth = np.zeros_like(probabilities)
    truth[np.arange(len(codes)), codes] = 1.0
    losses: np.ndarray = ((probabilities - truth) ** 2).sum(axis=1)
    return losses


def log_losses(codes: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Negative natural log of the true class's probability, per row (n,)."""
    losses: np.ndarray = -np.log(np.clip(probabilities[np.arange(len(codes)), codes], EPSILON, 1.0))
    return losses


def squared_losses(values: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """Squared error per row (n,), in the target's unit squared."""
    losses: np.ndarray = (values - predictions) ** 2
    return losses


def auc(truth: np.ndarray, scores: np.ndarray) -> float:
    """Area under the ROC curve by ranks, ties counted half; nan when only one class is present.

    truth: 0/1 (n,). scores: (n,), higher means class 1. Hanley & McNeil 1982.
    """
    truth = np.asarray(truth).astype(bool)
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if positives == 0 or negatives == 0:
        return float("nan")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2.0)[inverse]
    return float((ranks[truth].sum() - positives * (positives + 1) / 2.0) / (positives * negatives))


def average_precision(truth: np.ndarray, scores: np.ndarray) -> float:
    """Mean precision at the hits, walking down the scores; nan without a positive. truth: 0/1 (n,)."""
    truth = np.asarray(truth).astype(bool)
    if not truth.any():
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    hits = truth[order]
    thresholds = np.flatnonzero(np.r_[np.diff(scores[order]) != 0, True])
    found = np.cumsum(hits)[thresholds]
    precision = found / (thresholds + 1)
    return float((np.diff(np.r_[0, found]) * precision).sum() / truth.sum())


def macro_auc(codes: np.ndarray, probabilities: np.ndarray) -> float:
    """One-against-rest AUC averaged over the classes present among the rows."""
    values = [auc(codes == k, probabilities[:, k]) for k in range(probabilities.shape[1])]
    there = [value for value in values if np.isfinite(value)]
    return float(np.mean(there)) if there else float("nan")


def balanced_accuracy(codes: np.ndarray, guesses: np.ndarray) -> float:
    """Mean share of right answers over the classes present."""
    return float(np.mean([(guesses[codes == k] == k).mean() for k in np.unique(codes)]))


def class_scores(codes: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    """Every score of a classification; log loss in nats."""
    guesses = probabilities.argmax(axis=1)
    scores = {
        "accuracy": float((guesses == codes).mean()),
        "balanced_accuracy": balanced_accuracy(codes, guesses),
        "log_loss": float(log_losses(codes, probabilities).mean()),
        "brier": float(brier_losses(codes, probabilities).mean()),
    }
    if probabilities.shape[1] == 2:
        scores["auc"] = auc(codes == 1, probabilities[:, 1])
        scores["average_precision"] = average_precision(codes == 1, probabilities[:, 1])
    else:
        scores["auc"] = macro_auc(codes, probabilities)
    return scores


def number_scores(values: np.ndarray, predictions: np.ndarray) -> dict[str, float]:
    """RMSE and MAE in the target's unit, and R2 against the test rows' own mean."""
    residual = values - predictions
    spread = float(((values - values.mean()) ** 2).mean())
    mse = float((residual**2).mean())
    return {
        "rmse": float(np.sqrt(mse)),
        "mae": float(np.abs(residual).mean()),
        "r2": 1.0 - mse / spread if spread > 0 else float("nan"),
    }


def anomaly_scores(truth: np.ndarray, scores: np.ndarray) -> dict[str, float]:
    """AUC, average precision, and precision among the top-ranked rows (as many as there are anomalies)."""
    truth = np.asarray(truth).astype(int)
    top = np.argsort(-scores, kind="stable")[: max(int(truth.sum()), 1)]
    return {
        "auc": auc(truth, scores),
        "average_precision": average_precision(truth, scores),
        "precision_at_n": float(truth[top].mean()),
    }


def skill(loss: float, dummy_loss: float) -> float:
    """Points of skill: 100 * (1 - loss / dummy_loss); nan when the dummy makes no error at all."""
    return 100.0 * (1.0 - loss / dummy_loss) if dummy_loss > 0 else float("nan")
