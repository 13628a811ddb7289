"""Makes scores honest, and weighs the evidence of several models: few numbers fitted on the inner validation rows.

Reference: Platt 1999; Guo et al. 2017 (temperature scaling); Wolpert 1992 (stacking).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from core.models.training.output_spec import OutputSpec


def fit_calibration(
    scores: np.ndarray, target: np.ndarray, output_spec: OutputSpec
) -> tuple[Callable[[np.ndarray], np.ndarray], np.ndarray]:
    """Fits slope and shift.

    Args:
        scores: (n, width) of validation rows. target: (n,) class codes.

    Returns:
        (scores -> raw outputs, array [slope, shift]).
    """
    from scipy.optimize import minimize

    if output_spec.form == "anomaly":
        return (lambda found: found), np.array([1.0, 0.0])
    binary = output_spec.form == "binary"

    def loss(setting: np.ndarray) -> float:
        chances = output_spec.to_predictions(np.exp(setting[0]) * scores + (setting[1] if binary else 0.0))
        return -float(np.log(np.maximum(chances[np.arange(len(target)), target], 1e-9)).mean())

    start = np.zeros(2 if binary else 1)
    best = minimize(loss, start, method="Nelder-Mead", options={"maxiter": 80}).x if len(target) else start
    slope, shift = float(np.exp(np.clip(best[0], -5, 5))), float(best[1]) if binary else 0.0
    return (lambda found: slope * found + shift), np.array([slope, shift])


def fit_blend(
    parts: Sequence[np.ndarray], target: np.ndarray, output_spec: OutputSpec
) -> tuple[Callable[[Sequence[np.ndarray]], np.ndarray], np.ndarray]:
    """Weights of several models' raw outputs, by the lowest loss on validation rows.

    Args:
        parts: each (n, width), raw outputs of one model for the validation rows. target: (n,).

    Returns:
        (raw outputs of each model -> joined raw outputs, array of weights and, last, a shift).
    """
    from scipy.optimize import minimize

    count = len(parts)
    start = np.r_[np.full(count, 1.0 / count), 0.0]
    shifted = output_spec.form == "binary"

    def join(setting: np.ndarray, found: Sequence[np.ndarray]) -> np.ndarray:
        joined = sum(np.abs(weight) * part for weight, part in zip(setting[:-1], found, strict=True))
        return joined + (setting[-1] if shifted else 0.0)

    def loss(setting: np.ndarray) -> float:
        answers = output_spec.to_predictions(join(setting, parts))
        if output_spec.form == "regression":
            return float(((answers - target) ** 2).mean()) / output_spec.scale**2
        # A light pull towards equal weights: few validation rows must not decide alone.
        pull = 0.02 * float(((setting[:-1] - start[:-1]) ** 2).sum())
        return pull - float(np.log(np.maximum(answers[np.arange(len(target)), target], 1e-9)).mean())

    best = minimize(loss, start, method="Nelder-Mead", options={"maxiter": 60 * count}).x if len(target) else start
    weights = np.r_[np.abs(best[:-1]), best[-1] if shifted else 0.0]
    return (lambda found: join(weights, found)), weights
