"""A kernel head: a support vector machine with a Gaussian kernel, calibrated on the inner validation rows.

Reference: Cortes & Vapnik 1995; Platt 1999 (calibration); Williams & Seeger 2001 (Nystroem landmarks for many rows).
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from core.models.heads.calibration import fit_calibration
from core.models.heads.head import Head, HeadFit, LabelledRows
from core.models.heads.linear_head import fit_linear
from core.models.heads.tuned_head import fit_tuned_head
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Facts, Progress, ProgressCallback
from core.workers import work_clock

MOST_ROWS = 6_000
LANDMARKS = 1_000
COMPONENTS = 160
CHUNK = 4_096
# What a tuner may set: the price of a mistake, and the reach of a row against the usual one.
SPACE = {"C": (1.0, 100.0), "reach": (0.3, 3.0)}
DEFAULTS = {"C": 10.0, "reach": 1.0}


def fit_kernel_svm(
    train: tuple[np.ndarray, np.ndarray],
    valid: tuple[np.ndarray, np.ndarray],
    output_spec: OutputSpec,
    budget: Budget,
    on_progress: ProgressCallback,
    blocks: Sequence[int] = (),
) -> Head:
    """Fits principal components, then an SVM (classes) or a kernel ridge over landmarks (numbers, or many rows).

    Args:
        train, valid: (features (n, d) dense, target (n,)). Calibration needs ``valid``; without it training rows serve.
        output_spec, tell: as in ``fit_linear``. budget: seconds (of ``WorkClock``), seed and how many settings to try.
        blocks: widths of kinds of features that lie side by side; each kind gets the same weight in the distance.
    """

    def fit(settings: Facts, share: Budget) -> Head:
        return _fit_one(train, valid, HeadFit(output_spec, share, on_progress), blocks, settings)

    return fit_tuned_head(SPACE, DEFAULTS, fit, valid, HeadFit(output_spec, budget, on_progress))


def _fit_one(train, valid, how: HeadFit, blocks: Sequence[int], settings: Facts) -> Head:
    output_spec, budget, on_progress = how
    spent = time.process_time()
    squeeze, arrays = _components(train[0], blocks or (train[0].shape[1],), budget.seed)
    few, few_valid = squeeze(train[0]), squeeze(valid[0])
    gamma = float(settings["reach"]) / max(few.shape[1] * float(few.var()), 1e-9)
    on_progress(Progress("fit", 1, 3, cpu_seconds=time.process_time() - spent))
    if output_spec.form == "regression" or len(few) > MOST_ROWS:
        return _fit_nystroem(
            (few, train[1]), (few_valid, valid[1]), output_spec, budget, on_progress, (squeeze, arrays, gamma)
        )
    decide, vectors, facts, gather = _fit_svc(few, train[1], output_spec, (gamma, float(settings["C"])))
    on_progress(Progress("fit", 2, 3, cpu_seconds=time.process_time() - spent))
    calibrate, slopes = fit_calibration(_to_raw(decide(few_valid), output_spec), valid[1], output_spec)
    arrays |= vectors | {"calibration": slopes}
    held = output_spec.to_predictions(calibrate(_to_raw(decide(few_valid), output_spec)))
    gain = output_spec.skill(held, valid[1]) if len(valid[1]) else None
    on_progress(Progress("fit", 3, 3, score=gain, cpu_seconds=time.process_time() - spent))
    count = sum(array.size for array in arrays.values())
    facts |= {"head": "support vector machine", "kernel": "Gaussian", "components": int(few.shape[1]), "gamma": gamma}
    portable = {"gamma": gamma, "gather": gather, "width": output_spec.width}
    return Head(lambda rows: calibrate(_to_raw(decide(squeeze(rows)), output_spec)), arrays, count, facts, portable)


def _components(rows: np.ndarray, blocks: Sequence[int], seed: int):
    """Scale blocks to equal variance, then project on the first principal components: fewer numbers to look at."""
    from sklearn.utils.extmath import randomized_svd

    mean, variance = rows.mean(axis=0), rows.var(axis=0)
    ends = np.cumsum(blocks)
    scale = np.concatenate(
        [
            np.full(width, np.sqrt(max(float(variance[end - width : end].sum()), 1e-9)))
            for width, end in zip(blocks, ends, strict=True)
        ]
    )
    ready = ((rows - mean) / scale).astype(np.float32)
    if rows.shape[1] <= COMPONENTS:
        axes = np.eye(rows.shape[1], dtype=np.float32)
    else:
        count = min(COMPONENTS, len(rows) - 1)
        axes = randomized_svd(ready, count, n_iter=2, random_state=seed)[2].T.astype(np.float32)
    turn = (axes / scale[:, None]).astype(np.float32)
    shift = (mean @ turn).astype(np.float32)
    return (lambda other: other.astype(np.float32) @ turn - shift), {"components": turn, "shift": shift}


def _to_raw(scores: np.ndarray, output_spec: OutputSpec) -> np.ndarray:
    """Scores (n, k) as raw outputs (n, width) before calibration."""
    return scores[:, 1:2] - scores[:, :1] if output_spec.width == 1 else scores


def _gaussian(left: np.ndarray, right: np.ndarray, gamma: float) -> np.ndarray:
    work_clock.charge("kernel_answer", float(len(left)) * len(right) * left.shape[1])
    apart = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1)[None] - 2 * left @ right.T
    return np.exp(-gamma * np.maximum(apart, 0))


def _fit_svc(rows: np.ndarray, target: np.ndarray, output_spec: OutputSpec, widths: tuple[float, float]):
    """One-against-one SVM; a class's score is the sum of its bounded pairwise decisions, which beats counting votes."""
    from sklearn.svm import SVC

    gamma, price = widths
    model = SVC(C=price, gamma=gamma, cache_size=400).fit(rows, target)
    work_clock.charge("kernel_machine", float(len(rows)) ** 2 * rows.shape[1])
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
    gather = np.zeros((len(pairs), max(output_spec.classes, 2)), dtype=np.float32)
    for place, (i, j) in enumerate(pairs):
        gather[place, classes[i]], gather[place, classes[j]] = 1.0, -1.0

    def decide(few: np.ndarray) -> np.ndarray:
        parts = [
            np.tanh(_gaussian(few[begin : begin + CHUNK], vectors, gamma) @ duals + bias) @ gather
            for begin in range(0, max(len(few), 1), CHUNK)
        ]
        return np.concatenate(parts)

    facts = {"support_vectors": len(vectors), "pairs": len(pairs)}
    return decide, {"vectors": vectors, "duals": duals, "bias": bias}, facts, gather


def _fit_nystroem(
    train, valid, output_spec: OutputSpec, budget: Budget, on_progress: ProgressCallback, setting
) -> Head:
    squeeze, arrays, gamma = setting
    chosen = np.random.default_rng(budget.seed).permutation(len(train[0]))[:LANDMARKS]
    marks = train[0][chosen]
    work_clock.charge("ridge_cell", float(len(train[0]) + len(marks)) * len(marks) * (len(marks) + train[0].shape[1]))
    values, axes = np.linalg.eigh(_gaussian(marks, marks, gamma).astype(np.float64))
    turn = (axes / np.sqrt(np.maximum(values, 1e-6))).astype(np.float32)

    def features(few: np.ndarray) -> np.ndarray:
        return _gaussian(few, marks, gamma) @ turn

    head = fit_linear(
        LabelledRows(features(train[0]), train[1]),
        LabelledRows(features(valid[0]), valid[1]),
        output_spec,
        budget.seconds,
        on_progress,
    )
    arrays = {**arrays, "landmarks": marks, "turn": turn, **head.arrays}
    facts = {**head.facts, "head": "kernel machine over landmarks", "kernel": "Gaussian", "landmarks": len(marks)}
    count = sum(array.size for array in arrays.values())
    return Head(lambda rows: head.raw(features(squeeze(rows))), arrays, count, facts, {"gamma": gamma})
