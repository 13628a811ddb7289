"""A linear head: logistic or ridge regression whose strength of regularisation is chosen on the inner validation rows.

Reference: Hastie, Tibshirani & Friedman 2009, chapters 3 and 4.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from core.features.standardisation import Standardisation, fit_standardisation
from core.models.heads.head import Head, LabelledRows
from core.models.training.output_spec import OutputSpec
from core.schema import Progress, ProgressCallback
from core.workers import learner_work, work_clock
from core.workers.work_clock import WorkClock

if TYPE_CHECKING:
    from scipy.sparse import csr_array

STRENGTHS = (1.0, 0.1, 10.0, 0.01, 100.0)


def fit_linear(
    train: LabelledRows,
    valid: LabelledRows,
    output_spec: OutputSpec,
    seconds: float,
    on_progress: ProgressCallback,
) -> Head:
    """Fits a linear head.

    Args:
        train, valid: (features (n, d), dense or scipy sparse; target (n,)).
        output_spec: the target's shape.
        seconds: after these (of ``WorkClock``) no further strength is tried; the first always is.
        on_progress: one Progress a strength.
    """
    clock = WorkClock()
    dense = isinstance(train[0], np.ndarray)
    standard = fit_standardisation(train[0]) if dense else Standardisation(np.zeros(1), np.ones(1))
    mean, scale = standard.middle, standard.scale
    ready = [((rows - mean) / scale if dense and len(rows) else rows) for rows in (train[0], valid[0])]
    best, tried = None, 0
    for strength in STRENGTHS:
        weights, bias, converged = _fit(ready[0], train[1], output_spec, strength, dense)
        judged = len(valid[1]) > 0
        answers = output_spec.to_predictions(np.asarray(ready[1] @ weights) + bias) if judged else None
        gain = 0.0 if answers is None else output_spec.skill(answers, valid[1])
        tried += 1
        on_progress(Progress("fit", tried, len(STRENGTHS), score=gain, cpu_seconds=clock.cpu_seconds()))
        if best is None or gain > best[0]:
            best = (gain, weights, bias, strength, converged)
        if clock.elapsed() * (tried + 1) / tried > seconds or not judged:
            break
    assert best is not None
    if tried < len(STRENGTHS) and judged:
        work_clock.record_end("budget", len(STRENGTHS) / tried)
    _, weights, bias, strength, converged = best
    if dense:
        weights = weights / scale[:, None]
        bias = bias - mean @ weights
    facts = {
        "head": "logistic regression" if output_spec.form != "regression" else "ridge regression",
        "features": int(weights.shape[0]),
        "coefficients": int(weights.size + bias.size),
        "strength": strength,
        "strengths_tried": tried,
        "converged": converged,
    }
    arrays = {"weights": weights.astype(np.float32), "bias": bias.astype(np.float32)}
    return Head(lambda rows: np.asarray(rows @ weights) + bias, arrays, int(weights.size + bias.size), facts)


def _fit(
    rows: np.ndarray | csr_array, target: np.ndarray, output_spec: OutputSpec, strength: float, dense: bool
) -> tuple[np.ndarray, np.ndarray, bool]:
    """Weights (d, width), bias (width,), and whether the solver got there."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression, Ridge

    if output_spec.form == "regression":
        model = Ridge(alpha=len(target) / (100.0 * strength))
        model.fit(rows, (target - output_spec.mean) / output_spec.scale)
        work_clock.charge("ridge_cell", float(rows.shape[0]) * rows.shape[1] * (rows.shape[1] if dense else 1.0))
        return np.asarray(model.coef_).reshape(1, -1).T, np.atleast_1d(model.intercept_), True
    # Standardised dense features need far more regularisation than the unit-length rows of TF-IDF.
    penalty = strength / (10.0 if dense else 0.2)
    model = LogisticRegression(C=penalty, max_iter=200, tol=1e-3)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model.fit(rows, target)
    converged = not any(issubclass(one.category, ConvergenceWarning) for one in said)
    present, steps = int(rows.size if isinstance(rows, np.ndarray) else rows.nnz), int(np.max(model.n_iter_))
    work_clock.charge_seconds(learner_work.logistic_seconds(present, rows.shape, output_spec.width, steps, dense))
    weights = np.zeros((rows.shape[1], output_spec.width))
    bias = np.full(output_spec.width, -20.0)
    if output_spec.width == 1:
        weights[:, 0], bias[0] = model.coef_[0], model.intercept_[0]
    elif len(model.classes_) == 2:
        low, high = model.classes_
        weights[:, high], bias[high], bias[low] = model.coef_[0], model.intercept_[0], 0.0
    else:
        weights[:, model.classes_] = model.coef_.T
        bias[model.classes_] = model.intercept_
    return weights, bias, converged
