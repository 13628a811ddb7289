"""Losses, scores and skill for every form of task, in plain numpy.

Skill is the one number every form shares: ``100 * (1 - loss / loss of the dummy)`` points, where the dummy knows only
the training targets. 0 is "no better than knowing nothing", 100 is perfect, below 0 is worse than the dummy.
"""

from __future__ import annotations

import numpy as np

EPSILON = 1e-12
# The field's short names, as tables and cards write them.
SHORT_NAMES = {
    "accuracy": "Accuracy", "balanced_accuracy": "Balanced accuracy", "auc": "AUC", "f1": "F1", "log_loss": "Log loss",
    "brier": "Brier score", "r2": "R²", "rmse": "RMSE", "mae": "MAE", "mase": "MASE", "ndcg_at_10": "NDCG@10",
    "wql": "WQL", "bits_per_character": "Bits per character",
    "episode_return": "Return", "average_precision": "Average precision",
}  # fmt: skip


def brier_losses(codes: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Squared distance between predicted probabilities and the one-hot truth, per row.

    Args:
        codes: int (n,) true classes.
        probabilities: float (n, k).

    Returns:
        float (n,), from 0 to 2.

    Reference:
        Brier 1950, "Verification of forecasts expressed in terms of probability".
    """
    truth = np.zeros_like(probabilities)
    truth[np.arange(len(codes)), codes] = 1.0
    losses: np.ndarray = ((probabilities - truth) ** 2).sum(axis=1)
    return losses


def log_losses(codes: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Negative log probability of the true class, per row.

    Args:
        codes: int (n,) true classes.
        probabilities: float (n, k), clipped at 1e-12.

    Returns:
        float (n,), nats.

    Reference:
        Good 1952, "Rational decisions".
    """
    losses: np.ndarray = -np.log(np.clip(probabilities[np.arange(len(codes)), codes], EPSILON, 1.0))
    return losses


def squared_losses(values: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """Squared error per row.

    Args:
        values, predictions: float (n,).

    Returns:
        float (n,), in the target's unit squared.
    """
    losses: np.ndarray = (values - predictions) ** 2
    return losses


def auc(truth: np.ndarray, scores: np.ndarray) -> float:
    """Area under the ROC curve by ranks, ties counted half.

    Args:
        truth: 0/1 (n,).
        scores: float (n,), higher means class 1.

    Returns:
        A share from 0 to 1; nan when only one class is present.

    Reference:
        Hanley & McNeil 1982, "The meaning and use of the area under a ROC curve".
    """
    truth = np.asarray(truth).astype(bool)
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if positives == 0 or negatives == 0:
        return float("nan")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2.0)[inverse]
    return float((ranks[truth].sum() - positives * (positives + 1) / 2.0) / (positives * negatives))


def average_precision(truth: np.ndarray, scores: np.ndarray) -> float:
    """Area under the precision-recall curve as a step function, ties taken together.

    Args:
        truth: 0/1 (n,).
        scores: float (n,), higher means class 1.

    Returns:
        A share from 0 to 1; nan without a positive row.

    Reference:
        Davis & Goadrich 2006, "The relationship between precision-recall and ROC curves".
    """
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
    """One-against-rest AUC, averaged over the classes for which it is defined.

    Args:
        codes: int (n,) true classes.
        probabilities: float (n, k).

    Returns:
        A share from 0 to 1; nan when only one class is present.

    Reference:
        Provost & Domingos 2001, "Well-trained PETs" (unweighted).
    """
    values = [auc(codes == k, probabilities[:, k]) for k in range(probabilities.shape[1])]
    there = [value for value in values if np.isfinite(value)]
    return float(np.mean(there)) if there else float("nan")


def balanced_accuracy(codes: np.ndarray, guesses: np.ndarray) -> float:
    """Recall averaged over the classes present.

    Args:
        codes, guesses: int (n,) true and predicted classes.

    Returns:
        A share from 0 to 1.

    Reference:
        Brodersen, Ong, Stephan & Buhmann 2010, "The balanced accuracy and its posterior distribution".
    """
    return float(np.mean([(guesses[codes == k] == k).mean() for k in np.unique(codes)]))


def f1_score(codes: np.ndarray, guesses: np.ndarray, classes: int) -> float:
    """F1 of the second of two classes; of more classes the mean of theirs.

    Args:
        codes: int (n,) true classes.
        guesses: int (n,) predicted classes.
        classes: how many there are.

    Returns:
        From 0 to 1; a class that is neither there nor guessed is left out of the mean.

    Reference:
        van Rijsbergen 1979, "Information Retrieval", chapter 7.
    """
    asked = [1] if classes == 2 else range(classes)
    found = []
    for code in asked:
        hits = float(((codes == code) & (guesses == code)).sum())
        size = float((codes == code).sum() + (guesses == code).sum())
        if size:
            found.append(2.0 * hits / size)
    return float(np.mean(found)) if found else 0.0


def class_scores(codes: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    """Every score of a classification.

    Args:
        codes: int (n,) true classes.
        probabilities: float (n, k).

    Returns:
        accuracy, balanced_accuracy, auc, f1 (shares), log_loss (nats), brier; for two classes average_precision too.
    """
    guesses = probabilities.argmax(axis=1)
    scores = {
        "accuracy": float((guesses == codes).mean()),
        "balanced_accuracy": balanced_accuracy(codes, guesses),
        "f1": f1_score(codes, guesses, probabilities.shape[1]),
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
    """Every score of a regression.

    Args:
        values, predictions: float (n,) in the target's unit.

    Returns:
        rmse and mae in the target's unit; r2 against the mean of these rows, nan when all values are equal.
    """
    residual = values - predictions
    spread = float(((values - values.mean()) ** 2).mean())
    mse = float((residual**2).mean())
    return {
        "rmse": float(np.sqrt(mse)),
        "mae": float(np.abs(residual).mean()),
        "r2": 1.0 - mse / spread if spread > 0 else float("nan"),
    }


def anomaly_scores(truth: np.ndarray, scores: np.ndarray) -> dict[str, float]:
    """Every score of an anomaly detection.

    Args:
        truth: 0/1 (n,), 1 for an anomaly.
        scores: float (n,), higher means more anomalous.

    Returns:
        Shares: auc, average_precision, and precision_at_n among as many top-ranked rows as there are anomalies.
    """
    truth = np.asarray(truth).astype(int)
    top = np.argsort(-scores, kind="stable")[: max(int(truth.sum()), 1)]
    return {
        "auc": auc(truth, scores),
        "average_precision": average_precision(truth, scores),
        "precision_at_n": float(truth[top].mean()),
    }


def skill(loss: float, dummy_loss: float) -> float:
    """Share of a dummy's loss that is avoided.

    Args:
        loss, dummy_loss: mean losses in the same unit.

    Returns:
        Points of skill, ``100 * (1 - loss / dummy_loss)``; nan when the dummy makes no error.

    Reference:
        Murphy 1988, "Skill scores based on the mean square error".
    """
    return 100.0 * (1.0 - loss / dummy_loss) if dummy_loss > 0 else float("nan")
