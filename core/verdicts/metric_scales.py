"""Scales of the scores: unit, which way is better, and the margin of practical equality."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.schema import Better, Comparison

SHARES = (
    "accuracy", "balanced_accuracy", "auc", "f1", "average_precision", "precision_at_n", "ndcg_at_10", "r2", "rank_auc",
)  # fmt: skip
ERRORS = {
    "log_loss": "nats",
    "brier": "Brier loss",
    "rmse": "the target's unit",
    "mae": "the target's unit",
    "bits_per_character": "bits per character",
    "wql": "loss as a share of the values",
    "mase": "errors of the seasonal naive",
}
# Scores of which neither more nor less is better by itself, so that nobody wins on them.
UNRANKED = ("coverage_80", "coverage_95", "width_80", "width_95", "bias")
# Points of skill that print as 0.0.
LEVEL_POINTS = 0.05
TIMES = ("fit_seconds", "fit_cpu_seconds")


@dataclass(frozen=True)
class Scale:
    """kind: "points" (skill), "share" (0 to 1), "amount" (a unit of its own) or "ratio" (compared as log10)."""

    kind: Literal["points", "share", "amount", "ratio"]
    better: Better
    unit: str


def scale_of(measurement: str) -> Scale:
    """The scale of a score; an unknown one is taken as an amount of which more is better.

    Args:
        measurement: "skill", the name of a metric, "fit_seconds" or "fit_cpu_seconds".
    """
    if measurement == "skill":
        return Scale("points", "higher", "points of skill")
    if measurement in SHARES:
        return Scale("share", "higher", f"share ({measurement.replace('_', ' ')})")
    if measurement in TIMES:
        return Scale("ratio", "lower", "log10 of the ratio of seconds")
    if measurement in ERRORS:
        return Scale("amount", "lower", ERRORS[measurement])
    return Scale("amount", "higher", measurement.replace("_", " "))


def looks_level(comparison: Comparison) -> bool:
    """Whether a gap prints as none at all: equal scores, or points of skill that round to 0.0.

    Args:
        comparison: with a finite gap.
    """
    points = scale_of(comparison.measurement).kind == "points"
    return abs(comparison.gap) < LEVEL_POINTS if points else comparison.gap == 0


def bounds(measurement: str) -> tuple[float, float]:
    """The least and the largest value a score can have, so that no interval is drawn beyond them.

    Args:
        measurement: see ``scale_of``.
    """
    kind = scale_of(measurement).kind
    if kind == "points":
        return -math.inf, 100.0
    if kind == "share":
        return (-math.inf if measurement == "r2" else 0.0), 1.0
    return 0.0, math.inf


def differences(scale: Scale, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Paired differences, positive when left is better.

    Args:
        scale: of the values. left, right: float (J,), one value a fold.

    Returns:
        float (J,) in the unit of the scale; for ratios log10 of how many times less left takes.
    """
    if scale.kind == "ratio":
        gaps: np.ndarray = np.log10(np.maximum(right, 1e-9)) - np.log10(np.maximum(left, 1e-9))
    else:
        gaps = left - right if scale.better == "higher" else right - left
    return gaps


def margin_on(scale: Scale, points: float, left: np.ndarray, right: np.ndarray) -> float:
    """The plan's margin, in points, carried to this scale.

    Skill: the points themselves. Shares: points / 100. Amounts: that many per cent of what both sides score on
    average, so that neither the unit nor the order of the two matters. Ratios: a factor of 1.25.

    Args:
        scale: of the values. points: the plan's margin. left, right: float (J,), one value a fold.

    Returns:
        The margin in the unit of ``differences``.
    """
    if scale.kind == "points":
        return points
    if scale.kind == "share":
        return points / 100.0
    if scale.kind == "ratio":
        return math.log10(1.25)
    return points / 100.0 * float((np.abs(left).mean() + np.abs(right).mean()) / 2.0)
