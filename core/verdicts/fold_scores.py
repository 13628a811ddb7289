"""Scores of runs on their folds, of one or of two paired: values a fold, gaps, and the overlap of training rows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.evaluation import uncertainty
from core.panels import pooled_skill
from core.schema import Fit, Plan, Run
from core.verdicts import metric_scales


@dataclass(frozen=True)
class PairedMeasurement:
    """One measurement of a pair. gaps: float (J,), positive where left is better, in ``unit``; None where a shared fold
    lacks the value. margin: what counts as practically equal, in ``unit``."""

    measurement: str
    unit: str
    margin: float
    gaps: np.ndarray | None


@dataclass(frozen=True)
class SeriesGaps:
    """Forecasts by series, over all shared origins. losses: float (n,), how much more the right one lost; naive: float
    (n,), what the seasonal naive lost."""

    losses: np.ndarray
    naive: np.ndarray


@dataclass(frozen=True)
class PairedScores:
    """Everything measured of two contestants on the J folds that both finished.

    measurements: skill first, then every further score both have, then training times. row_gaps: float (n,), points of
    skill a test row, where one hold-out is all there is and its rows were kept. overlap: n_test / n_train between the
    folds, for the corrected interval. incomplete: sentences on folds that are missing. series: of forecasts.
    """

    left: Run
    right: Run
    folds: int
    overlap: float
    measurements: tuple[PairedMeasurement, ...]
    row_gaps: np.ndarray | None
    incomplete: tuple[str, ...]
    series: SeriesGaps | None = None


def pair_scores(left: Run, right: Run, plan: Plan, method: str) -> PairedScores:
    """The paired scores of two runs; without a shared fold skill alone is listed, without gaps.

    Args:
        left, right: two runs of one contest. plan: its folds and margin. method: as in ``Split.method``.
    """
    ours, theirs = shared_fits(left, right)
    names = _shared_measurements(ours, theirs, with_times=right.family != "chance")
    return PairedScores(
        left=left,
        right=right,
        folds=len(ours),
        row_gaps=_row_gaps(ours[0], theirs[0]) if len(ours) == 1 and method != "origins" else None,
        series=_series_gaps(ours, theirs) if method == "origins" else None,
        incomplete=tuple(f"{run.title}: {reason}." for run in (left, right) if (reason := failure_reason(run))),
        measurements=tuple(_paired_measurement(name, ours, theirs, plan.margin) for name in names),
        overlap=fold_overlap(len(ours), plan, method) if len(ours) > 1 else 0.0,
    )


def _shared_measurements(ours: Sequence[Fit], theirs: Sequence[Fit], with_times: bool) -> list[str]:
    """Skill, then every score both sides have, then training time; the dummy's training time is not compared."""
    names = [name for name in (ours[0].scores if ours else {}) if name not in ("skill", *metric_scales.UNRANKED)]
    both = [name for name in names if fold_values(ours, name) is not None and fold_values(theirs, name) is not None]
    return ["skill", *both, *(metric_scales.TIMES if with_times and ours else ())]


def _series_gaps(ours: Sequence[Fit], theirs: Sequence[Fit]) -> SeriesGaps | None:
    """Losses by series of two contestants on forecasts; None where they were not kept for every shared origin."""
    left, right = pooled_skill.origin_losses(ours), pooled_skill.origin_losses(theirs)
    if left is None or right is None or left.losses.shape != right.losses.shape:
        return None
    return SeriesGaps((right.losses - left.losses).sum(axis=0), left.naive.sum(axis=0))


def _row_gaps(left: Fit, right: Fit) -> np.ndarray | None:
    """Differences (n,) in points of skill a test row, positive where left is better; None where rows were not kept."""
    first, second = row_losses(left), row_losses(right)
    if first is None or second is None or not len(first) == len(second) > 1:
        return None
    gaps: np.ndarray = second - first
    return gaps


def _paired_measurement(name: str, ours: Sequence[Fit], theirs: Sequence[Fit], margin: float) -> PairedMeasurement:
    """The gaps on one measurement; ``margin`` is the plan's, in points."""
    first, second = fold_values(ours, name), fold_values(theirs, name)
    scale = metric_scales.scale_of(name)
    if first is None or second is None:
        return PairedMeasurement(name, scale.unit, margin, None)
    gaps = metric_scales.differences(scale, first, second)
    return PairedMeasurement(name, scale.unit, metric_scales.margin_on(scale, margin, first, second), gaps)


def shared_fits(left: Run, right: Run) -> tuple[list[Fit], list[Fit]]:
    """The fits of both runs on the folds that both finished on the same split, in the same order.

    Args:
        left, right: two runs of one contest.

    Returns:
        Two lists of equal length J.
    """
    ours, theirs = finished_fits(left), finished_fits(right)
    keys = [key for key in ours if key in theirs]
    return [ours[key] for key in keys], [theirs[key] for key in keys]


def finished_fits(run: Run) -> Mapping[str, Fit]:
    """The folds that a run finished with a skill, in playing order.

    Args:
        run: a run of a contest.

    Returns:
        "fold|split digest" -> fit.
    """
    return {
        f"{fit.fold}|{fit.split}": fit for fit in run.fits if fit.error is None and fold_value(fit, "skill") is not None
    }


def failure_reason(run: Run) -> str | None:
    """Why a run has no complete set of folds, in words; None when it has.

    Args:
        run: a run of a contest.
    """
    broken = [fit for fit in run.fits if fit.error]
    if run.error or broken:
        return (run.error or broken[0].error or "").rstrip(". ")
    lost = len(run.fits) - len(finished_fits(run))
    if lost or not run.fits:
        return "its score is not a number" if lost else "it finished no fold"
    return None


def inner_validation_score(run: Run) -> float | None:
    """Mean over the folds of the best inner-validation score.

    Args:
        run: a run of a contest.

    Returns:
        The score, higher is better; None unless every fold has one.
    """
    found = [max((step[2] for step in fit.history if step[2] is not None), default=None) for fit in run.fits]
    if not found or any(score is None for score in found):
        return None
    return float(np.mean([score for score in found if score is not None]))


def fold_values(fits: Sequence[Fit], measurement: str) -> np.ndarray | None:
    """One value a fold.

    Args:
        fits: J fits. measurement: see ``fold_value``.

    Returns:
        float (J,) in the unit of the measurement; None when there is no fold or one of them lacks the value.
    """
    found = [fold_value(fit, measurement) for fit in fits]
    return None if not found or any(score is None for score in found) else np.array(found, dtype=float)


def fold_value(fit: Fit, measurement: str) -> float | None:
    """One fold's score or training time.

    Args:
        fit: a fit. measurement: "skill" (points), "fit_seconds", "fit_cpu_seconds", or the name of a score.

    Returns:
        The value, or None where it was not measured or is no finite number.
    """
    found: Any
    if measurement == "skill":
        found = fit.skill if fit.skill is not None else fit.scores.get("skill")
    elif measurement in metric_scales.TIMES:
        found = getattr(fit, measurement)
    else:
        found = fit.scores.get(measurement)
    return float(found) if found is not None and math.isfinite(found) else None


def row_losses(fit: Fit) -> np.ndarray | None:
    """Per-row losses of one hold-out in points of skill, where the arena kept the rows' scores.

    A row's loss is divided by the dummy's mean loss, which follows from the fold's own skill.

    Args:
        fit: a fit with ``units``.

    Returns:
        float (n_test,), points; None where rows were not kept or the skill is 100.
    """
    points = fold_value(fit, "skill")
    if fit.units is None or points is None or points >= 100.0:
        return None
    losses = -np.asarray(fit.units, dtype=float)
    dummy = float(losses.mean()) / (1.0 - points / 100.0)
    return 100.0 * losses / dummy if dummy > 0 else None


def fold_overlap(fits: int, plan: Plan, method: str) -> float:
    """Mean n_test / n_train behind J fits: 1 / (K - 1), or over the growing blocks of forward chaining.

    Args:
        fits: J. plan: its folds bound K. method: how rows were dealt into folds, as in ``Split.method``.

    Returns:
        The rho of the corrected variance.

    Reference:
        Nadeau & Bengio 2003, Machine Learning 52.
    """
    if method == "origins":
        return 0.0
    if method == "ordered":
        return float(np.mean([1.0 / block for block in range(1, fits + 1)]))
    folds = _fold_count(fits, plan)
    return uncertainty.fold_rho(folds)


def _fold_count(fits: int, plan: Plan) -> int:
    """K of the K-fold cut behind J fits: the plan's, or the largest smaller one that divides J (rare classes lower
    K). Never more than planned, so the correction for overlap is never too small."""
    for folds in range(max(plan.folds, 2), 1, -1):
        if fits and fits % folds == 0:
            return folds
    return max(plan.folds, 2) if fits >= plan.folds else 2
