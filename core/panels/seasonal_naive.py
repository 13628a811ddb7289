"""The seasonal naive forecast of windows, with normal bands from its own errors in the window: the zero of the skill.

Reference: Hyndman & Athanasopoulos 2021, "Forecasting: principles and practice", 5.2 and 5.5.
"""

from __future__ import annotations

import warnings

import numpy as np

from core.panels.panel_layout import QUANTILES

# Fewer differences than these say nothing about a spread; then those of neighbours are taken.
FEWEST = 5


def naive_quantiles(past: np.ndarray, horizon: int, season: int) -> np.ndarray:
    """Quantiles of the seasonal naive forecast: the value one season before, plus or minus what that used to miss.

    Args:
        past: float (n, length), NaN where unknown, the latest value last. horizon: steps ahead. season: in steps.

    Returns:
        float (n, horizon, quantiles), not below 0 where no value of the past is.
    """
    points = naive_points(past, horizon, season)
    spread = _spread(past, season)
    rounds = np.sqrt(np.arange(horizon) // max(season, 1) + 1.0)
    return with_floor(points[:, :, None] + (spread[:, None] * rounds)[:, :, None] * normal_quantiles(), past)


def normal_quantiles() -> np.ndarray:
    """The standard normal's values at ``QUANTILES``.

    Returns:
        float (quantiles,).
    """
    from scipy.special import ndtri

    return np.asarray(ndtri(QUANTILES), dtype=float)


def with_floor(quantiles: np.ndarray, past: np.ndarray) -> np.ndarray:
    """Quantiles that are not below 0 where no known value of the window's past is.

    Args:
        quantiles: float (n, horizon, quantiles). past: float (n, length).
    """
    never = np.logical_not((past < 0).any(axis=1))
    return np.where(never[:, None, None], np.maximum(quantiles, 0.0), quantiles)


def naive_points(past: np.ndarray, horizon: int, season: int) -> np.ndarray:
    """The last value of the same place in the season.

    Args:
        past: float (n, length). horizon: steps ahead. season: in steps, 1 for the last value.

    Returns:
        float (n, horizon); 0 where a window knows nothing.
    """
    filled = fill_forward(past)
    length = past.shape[1]
    season = season if season <= length else 1
    places = length - season + np.arange(horizon) % season
    return filled[:, places]


def fill_forward(past: np.ndarray) -> np.ndarray:
    """Windows without gaps: each unknown value is the last known one before it, those before any are the first known.

    Args:
        past: float (n, length).

    Returns:
        float (n, length); 0 where a window knows nothing. Only values of the same window are used.
    """
    known = np.isfinite(past)
    place = np.where(known, np.arange(past.shape[1]), -1)
    last = np.maximum.accumulate(place, axis=1)
    first = np.where(known.any(axis=1), known.argmax(axis=1), 0)
    source = np.where(last >= 0, last, first[:, None])
    found = np.take_along_axis(past, source, axis=1)
    return np.where(np.isfinite(found), found, 0.0)


def _spread(past: np.ndarray, season: int) -> np.ndarray:
    """(n,) root mean square of what the seasonal naive missed within each window."""
    errors = seasonal_differences(past, season)
    few = np.isfinite(errors).sum(axis=1) < FEWEST
    spread = _root_mean_square(errors)
    if few.any() and season > 1:
        spread = np.where(few, _root_mean_square(seasonal_differences(past, 1)), spread)
    return spread


def seasonal_differences(past: np.ndarray, season: int) -> np.ndarray:
    """What a value differs from the one a season before.

    Args:
        past: float (n, length). season: in steps.

    Returns:
        float (n, length - season), NaN where either is unknown; one column of NaN where the window is no longer.
    """
    if past.shape[1] <= season:
        return np.full((len(past), 1), np.nan)
    differences: np.ndarray = past[:, season:] - past[:, :-season]
    return differences


def _root_mean_square(errors: np.ndarray) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        found = np.sqrt(np.nanmean(errors**2, axis=1))
    return np.where(np.isfinite(found), found, 0.0)
