"""A kernel head: a support vector machine with a Gaussian kernel, its decisions calibrated on the inner validation rows.

Reference: Cortes & Vapnik 1995; Platt 1999 (calibration); Williams & Seeger 2001 (Nystroem landmarks for many rows).
"""

from __future__ import annotations

import time

import numpy as np

from core.tools.answers import Answer
from core.tools.heads.head import Head
from core.tools.heads.linear import linear
from core.vocabulary import Progress, Tell

MOST_ROWS = 6_000
LANDMARKS = 1_000
COMPONENTS = 160
CHUNK = 4_096


def kernel(
    train: tuple[np.ndarray, np.ndarray],
    valid: tuple[np.ndarray, np.ndarray],
    answer: Answer,
    seconds: float,
    tell: Tell,
    seed: int = 0,
) -> Head:
    """Fits principal components, then an SVM (classes) or a kernel ridge over landmarks (numbers, or many rows).

    Args:
        train, valid: (features (n, d) dense, target (n,)). Calibration needs ``valid``; without it training rows serve.
        answer, seconds, tell: as in ``linear``. seed: of the landmarks.
    """
    spent = time.process_time()
    squeeze, arrays = _components(train[0], seed)
    few, few_valid = squeeze(train[0]), squeeze(valid[0])
    gamma = 1.0 / max(few.shape[1] * float(few.var()), 1e-9)
    tell(Progress("fit", 1, 3, cpu_seconds=time.process_time() - spent))
    if answer.form == "regression" or len(few) > MOST_ROWS:
        return _landmarks((few, train[1]), (few_valid, valid[1]), answer, seconds, tell, (squeeze, arrays, gamma, seed))
    decide, vectors, facts = _machine(few, train[1], answer, gamma)
    tell(Progress("fit", 2, 3, cpu_seconds=time.process_time() - spent))
    held = (few_valid, valid[1]) if len(valid[1]) >= 10 * answer.classes else (few, train[1])
    quiet = lambda news: None  # noqa: E731
    calibration = linear((decide(held[0]), held[1]), (np.zeros((0, 1)), np.zeros(0)), answer, seconds, quiet)
    arrays |= vectors | {f"calibration.{name}": array for name, array in calibration.arrays.items()}
    tell(Progress("fit", 3, 3, cpu_seconds=time.process_time() - spent))
    count = sum(array.size for array in arrays.values())
    facts |= {"head": "support vector machine", "kernel": "Gaussian", "components": int(few.shape[1]), "gamma": gamma}
    return Head(lambda rows: calibration.raw(decide(squeeze(rows))), arrays, count, facts)


def _components(rows: np.ndarray, seed: int):
    """Standardise, then project on the first principal components: fewer numbers for the kernel to look at."""
    from sklearn.utils.extmath import randomized_svd

    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    scale = np.where(spread > 1e-6, np.sqrt(spread * max(float(spread.mean()), 1e-6)), 1.0)
    ready = ((rows - mean) / scale).astype(np.float32)
    if rows.shape[1] <= COMPONENTS:
        axes = np.eye(rows.shape[1], dtype=np.float32)
    else:
        count = min(COMPONENTS, len(rows) - 1)
        axes = randomized_svd(ready, count, n_iter=2, random_state=seed)[2].T.astype(np.float32)
    turn = (axes / scale[:, None]).astype(np.float32)
    shift = (mean @ turn).astype(np.float32)
    return (lambda other: other.astype(np.float32) @ turn - shift), {"components": turn, "shift": shift}


def _gaussian(left: np.ndarray, right: np.ndarray, gamma: float) -> np.ndarray:
    apart = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1)[None] - 2 * left @ right.T
    return np.exp(-gamma * np.maximum(apart, 0))


def _machine(rows: np.ndarray, target: np.ndarray, answer: Answer, gamma: float):
    """One-against-one SVM; a class's score is the sum of its bounded pairwise decisions, which beats counting votes."""
    from sklearn.svm import SVC

    model = SVC(C=10.0, gamma=gamma, cache_size=400).fit(rows, target)
    vectors, classes = model.support_vectors_.astype(np.float32), model.classes_
    starts = np.r_[0, np.cumsum(model.n_support_)]
    pairs = [(i, j) for i in range(len(classes)) for j in range(i + 1, len(classes))]
    duals = np.zeros((len(vectors), len(pairs)), dtype=np.float32)
    for place, (i, j) in enumerate(pairs):
        one, two = slice(starts[i], starts[i + 1]), slice(starts[j], starts[j + 1])
        duals[one, place], duals[two, place] = model.dual_coef_[j - 1, one], model.dual_coef_[i, two]
    sign = -1.0 if len(classes) == 2 else 1.0  # libsvm turns the two-class decision round
    bias = sign * model.intercept_.astype(np.float32)
    duals *= sign
    gather = np.zeros((len(pairs), max(answer.classes, 2)), dtype=np.float32)
    for place, (i, j) in enumerate(pairs):
        gather[place, classes[i]], gather[place, classes[j]] = 1.0, -1.0

    def decide(few: np.ndarray) -> np.ndarray:
        parts = [
            np.tanh(_gaussian(few[begin : begin + CHUNK], vectors, gamma) @ duals + bias) @ gather
            for begin in range(0, max(len(few), 1), CHUNK)
        ]
        return np.concatenate(parts)

    facts = {"support_vectors": len(vectors), "pairs": len(pairs)}
    return decide, {"vectors": vectors, "duals": duals, "bias": bias}, facts


def _landmarks(train, valid, answer: Answer, seconds: float, tell: Tell, setting) -> Head:
    squeeze, arrays, gamma, seed = setting
    chosen = np.random.default_rng(seed).permutation(len(train[0]))[:LANDMARKS]
    marks = train[0][chosen]
    values, axes = np.linalg.eigh(_gaussian(marks, marks, gamma).astype(np.float64))
    turn = (axes / np.sqrt(np.maximum(values, 1e-6))).astype(np.float32)

    def features(few: np.ndarray) -> np.ndarray:
        return _gaussian(few, marks, gamma) @ turn

    head = linear((features(train[0]), train[1]), (features(valid[0]), valid[1]), answer, seconds, tell)
    arrays = {**arrays, "landmarks": marks, "turn": turn, **head.arrays}
    facts = {**head.facts, "head": "kernel machine over landmarks", "kernel": "Gaussian", "landmarks": len(marks)}
    count = sum(array.size for array in arrays.values())
    return Head(lambda rows: head.raw(features(squeeze(rows))), arrays, count, facts)
