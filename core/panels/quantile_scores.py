"""Scores of forecasts: quantile loss, MASE, coverage and width of bands, bias, on unknown values masked.

Reference: Koenker & Bassett 1978 (quantile loss); Hyndman & Koehler 2006 (MASE); Gneiting & Raftery 2007.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.panels import seasonal_naive, windows
from core.panels.panel_layout import BAND_80, BAND_95, MEDIAN, QUANTILES, SCORED, PanelLayout
from core.schema import Dataset

SCALE_FLOOR = 1e-9


@dataclass(frozen=True)
class TestWindows:
    """What forecasts are judged by. past: float (n, length) before the origin. truth: float (n, horizon), NaN where
    nothing was recorded. season: of the seasonal naive."""

    past: np.ndarray
    truth: np.ndarray
    season: int

    __test__ = False

    @staticmethod
    def of(dataset: Dataset) -> TestWindows:
        """What forecasts of a data set's windows are judged by.

        Args:
            dataset: prepared windows.
        """
        layout = PanelLayout.from_facts(dataset.facts)
        truth = np.asarray(dataset.target, dtype=float)
        return TestWindows(windows.past_values(dataset.inputs, layout), truth, layout.season)


def quantile_losses(truth: np.ndarray, quantiles: np.ndarray) -> np.ndarray:
    """Twice the quantile loss averaged over the levels .1 to .9, summed over the horizon, per window.

    Args:
        truth: float (n, horizon), NaN where unknown. quantiles: float (n, horizon, quantiles).

    Returns:
        float (n,), in the unit of the values; unknown values add nothing.
    """
    found: np.ndarray = np.nansum(_cell_losses(truth, quantiles), axis=1)
    return found


def step_losses(asked: TestWindows, quantiles: np.ndarray) -> np.ndarray:
    """The same losses summed over windows, at each step ahead.

    Args:
        asked: n windows. quantiles: float (n, horizon, quantiles).

    Returns:
        float (horizon, 2): of these forecasts, and of the seasonal naive.
    """
    horizon = asked.truth.shape[1]
    naive = seasonal_naive.naive_quantiles(asked.past, horizon, asked.season)
    both = [np.nansum(_cell_losses(asked.truth, one), axis=0) for one in (quantiles, naive)]
    return np.stack(both, axis=1)


def _cell_losses(truth: np.ndarray, quantiles: np.ndarray) -> np.ndarray:
    """(n, horizon) twice the quantile loss averaged over the scored levels, NaN where the truth is unknown."""
    levels = np.asarray(QUANTILES)[SCORED]
    error = truth[:, :, None] - quantiles[:, :, SCORED]
    losses: np.ndarray = 2.0 * np.maximum(levels * error, (levels - 1.0) * error).mean(axis=2)
    return losses


def naive_losses(asked: TestWindows) -> np.ndarray:
    """The same losses of the seasonal naive forecast.

    Args:
        asked: n windows.

    Returns:
        float (n,).
    """
    horizon = asked.truth.shape[1]
    return quantile_losses(asked.truth, seasonal_naive.naive_quantiles(asked.past, horizon, asked.season))


def forecast_scores(asked: TestWindows, quantiles: np.ndarray) -> dict[str, float]:
    """Every score of the forecasts of one origin.

    Args:
        asked: n windows. quantiles: float (n, horizon, quantiles).

    Returns:
        "wql": loss as a share of the sum of absolute values. "mase": mean absolute error of the median in units of the
        seasonal naive's mean error in the past, averaged over series. "coverage_80", "coverage_95": share of values
        within the band; "width_80", "width_95": its mean width and "bias": the mean error of the median (positive: too
        high), as shares of the mean absolute value. NaN where nothing was recorded.
    """
    truth = asked.truth
    total = float(np.nansum(np.abs(truth)))
    known = np.isfinite(truth)
    scores = {
        "wql": float(quantile_losses(truth, quantiles).sum()) / total if total > 0 else np.nan,
        "mase": mean_scaled_error(asked, quantiles[:, :, MEDIAN]),
        "bias": float(np.where(known, quantiles[:, :, MEDIAN] - truth, 0.0).sum()) / total if total > 0 else np.nan,
    }
    for name, (low, high) in (("80", BAND_80), ("95", BAND_95)):
        inside = (truth >= quantiles[:, :, low]) & (truth <= quantiles[:, :, high])
        width = np.where(known, quantiles[:, :, high] - quantiles[:, :, low], 0.0)
        scores[f"coverage_{name}"] = float(inside[known].mean()) if known.any() else np.nan
        scores[f"width_{name}"] = float(width.sum()) / total if total > 0 else np.nan
    return scores


def mean_scaled_error(asked: TestWindows, points: np.ndarray) -> float:
    """The mean absolute scaled error: errors over the seasonal naive's mean absolute error within the past.

    Args:
        asked: n windows. points: float (n, horizon).

    Returns:
        The mean over the series whose past varies and of whose window something is known; NaN without any.
    """
    differences = np.abs(seasonal_naive.seasonal_differences(asked.past, asked.season))
    short = ~np.isfinite(differences).any(axis=1)
    if short.any():
        near = np.abs(seasonal_naive.seasonal_differences(asked.past, 1))
        scale = np.where(short, _row_means(near), _row_means(differences))
    else:
        scale = _row_means(differences)
    errors = _row_means(np.abs(asked.truth - points))
    good = np.isfinite(errors) & (scale > SCALE_FLOOR)
    return float((errors[good] / scale[good]).mean()) if good.any() else float("nan")


def _row_means(values: np.ndarray) -> np.ndarray:
    """Means over the known values of each row; NaN where there are none."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
