"""Readings as what charts take: means with their intervals over overlapping cuts, and who has been measured."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from core.schema import Contest, MeasurementResult, Run
from pages.backend import uncertainty_estimates
from pages.charts.curves import CurvePoint
from pages.charts.intervals import IntervalRow


def finite_mean(values: Iterable[Any]) -> float | None:
    """The mean of the finite numbers among these, or None without any."""
    known = finite_values(values)
    return sum(known) / len(known) if known else None


def finite_values(values: Iterable[Any]) -> list[float]:
    """The numbers among these that are finite."""
    return [float(one) for one in values if isinstance(one, int | float) and math.isfinite(one)]


def mean_interval(values: Iterable[Any], rho: float = 0.0) -> tuple[float, float | None, float | None] | None:
    """Mean and interval; the interval is None with fewer than two values, all is None without any.

    rho: n_test / n_train of the cuts, the correction for training rows shared between them.
    """
    known = finite_values(values)
    if not known:
        return None
    if len(known) < 2:
        return known[0], None, None
    found = uncertainty_estimates.corrected_interval(known, rho)
    return found.gap, found.low, found.high


def fold_correlation(reading: MeasurementResult) -> float:
    """The correction that a measurement asks for, 0 where its values are independent."""
    found = reading.detail.get("rho", 0.0)
    return float(found) if isinstance(found, int | float) else 0.0


def runs_with_values(contest: Contest, key: str) -> list[Run]:
    """The contestants but the dummy with values of a measurement."""
    return [run for run in runs_with_reading(contest, key) if finite_values(run.readings[key].values)]


def runs_with_reading(contest: Contest, key: str) -> list[Run]:
    """The contestants but the dummy with values of a measurement, or with a reason for none."""
    return [run for run in contest.runs if run.family != "chance" and key in run.readings]


def interval_rows(contest: Contest, key: str, scale: float = 1.0) -> list[IntervalRow]:
    """Every measured contestant's values of a measurement with their mean and interval, in playing order."""
    found = []
    for run in runs_with_values(contest, key):
        reading = run.readings[key]
        values = [scale * value for value in finite_values(reading.values)]
        said = mean_interval(values, fold_correlation(reading))
        if said is not None:
            found.append(IntervalRow(run.title, run.family, tuple(values), *said))
    return found


def curve_points(run: Run, steps: Sequence[tuple[float, Sequence[Any]]], correction: float) -> list[CurvePoint]:
    """One contestant's line: (x, repeated values) as points with intervals."""
    points: list[CurvePoint] = []
    for x, values in steps:
        said = mean_interval(values, correction)
        if said is not None:
            points.append(CurvePoint(run.title, run.family, float(x), *said))
    return points
