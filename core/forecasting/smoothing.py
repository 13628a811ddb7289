"""Exponential smoothing and the Theta method on many windows at once: every setting of a grid side by side.

Reference: Hyndman, Koehler, Ord & Snyder 2008, "Forecasting with exponential smoothing"; Gardner & McKenzie 1985
(damped trend); Assimakopoulos & Nikolopoulos 2000, Hyndman & Billah 2003 (Theta as smoothing with half the trend).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from core.panels import seasonal_naive
from core.workers import work_clock

LEVELS = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9)
TRENDS, DAMPING = (0.05, 0.2), 0.9
SEASONS = (0.05, 0.2)
# Reference seconds of one step of one window under one setting, estimated.
STEP_SECONDS = 4.0e-8
CHUNK_CELLS = 2_000_000


@dataclass(frozen=True)
class SmoothingForm:
    """Smoothing of level, trend (0: none) and season (0: none)."""

    level: float
    trend: float = 0.0
    season: float = 0.0

    def freedom(self, length: int) -> int:
        """Numbers that such a model estimates.

        Args:
            length: of the season.
        """
        return 2 + (2 if self.trend else 0) + (1 + min(length, 12) if self.season else 0)


def settings(seasonal: bool) -> tuple[SmoothingForm, ...]:
    """Every setting that is tried.

    Args:
        seasonal: whether a season fits the windows.
    """
    plain = [SmoothingForm(level) for level in LEVELS]
    plain += [SmoothingForm(level, trend) for level, trend in itertools.product(LEVELS[1::2], TRENDS)]
    if not seasonal:
        return tuple(plain)
    return (*plain, *(SmoothingForm(level, 0.0, season) for level, season in itertools.product(LEVELS[1::2], SEASONS)))


def smooth(past: np.ndarray, horizon: int, season: int) -> np.ndarray:
    """Forecasts of the setting with the least corrected Akaike criterion of each window.

    Args:
        past: float (n, length), NaN where unknown. horizon: steps ahead. season: in steps, 1 for none.

    Returns:
        float (n, horizon).
    """
    seasonal = season >= 2 and 2 * season <= past.shape[1]
    tried = settings(seasonal)
    work_clock.charge_seconds(STEP_SECONDS * past.size * len(tried))
    rows = max(1, CHUNK_CELLS // (len(tried) * (season + 8)))
    parts = [
        _smooth(past[at : at + rows], horizon, season if seasonal else 1, tried) for at in range(0, len(past), rows)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, horizon))


def _smooth(past: np.ndarray, horizon: int, season: int, tried: tuple[SmoothingForm, ...]) -> np.ndarray:
    filled, known = seasonal_naive.fill_forward(past), np.isfinite(past)
    alpha, beta, gamma = (np.array([getattr(one, name) for one in tried]) for name in ("level", "trend", "season"))
    damped = np.where(beta > 0, DAMPING, 0.0)
    level, trend, seasons = _start(filled, season, len(tried))
    errors, count = np.zeros((len(past), len(tried))), known.sum(axis=1)
    has_season = gamma > 0
    for step in range(past.shape[1]):
        place = step % season
        own = np.where(has_season, seasons[:, :, place], 0.0)
        error = filled[:, step, None] - (level + damped * trend + own)
        errors += np.where(known[:, step, None], error**2, 0.0)
        error = np.where(known[:, step, None], error, 0.0)
        level = level + damped * trend + alpha * error
        trend = damped * trend + alpha * beta * error
        seasons[:, :, place] += gamma * (1 - alpha) * error
    freedom = np.array([one.freedom(season) for one in tried], dtype=float)
    best = _criterion(errors, count, freedom).argmin(axis=1)
    rows = np.arange(len(past))
    ahead = np.arange(1, horizon + 1)
    reach = np.cumsum(damped[best][:, None] ** ahead, axis=1)
    places = (past.shape[1] + np.arange(horizon)) % season
    wave = np.where(has_season[best][:, None], seasons[rows, best][:, places], 0.0)
    return level[rows, best][:, None] + reach * trend[rows, best][:, None] + wave


def _start(filled: np.ndarray, season: int, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Level, trend and season before the first step, alike for every setting."""
    first = filled[:, : max(season, 4)].mean(axis=1)
    level = np.repeat(first[:, None], count, axis=1)
    cycles = max(1, min(3, filled.shape[1] // season))
    shaped = filled[:, : cycles * season].reshape(len(filled), cycles, season)
    wave = (shaped - shaped.mean(axis=2, keepdims=True)).mean(axis=1)
    return level, np.zeros_like(level), np.repeat(wave[:, None], count, axis=1)


def _criterion(errors: np.ndarray, count: np.ndarray, freedom: np.ndarray) -> np.ndarray:
    """The corrected Akaike criterion (n, settings) of one-step errors."""
    number = np.maximum(count, 3)[:, None].astype(float)
    penalty = 2 * freedom + 2 * freedom * (freedom + 1) / np.maximum(number - freedom - 1, 1.0)
    scale: np.ndarray = number * np.log(np.maximum(errors, 1e-12) / number) + penalty
    return scale


def theta(past: np.ndarray, horizon: int, season: int) -> np.ndarray:
    """Theta forecasts: simple smoothing plus half of the straight line's slope, on values without their season.

    Args:
        past: float (n, length), NaN where unknown. horizon: steps ahead. season: in steps, 1 for none.

    Returns:
        float (n, horizon).
    """
    filled, known = seasonal_naive.fill_forward(past), np.isfinite(past)
    length = past.shape[1]
    wave = _wave(filled, season) if season >= 2 and 2 * season <= length else np.zeros((len(past), 1))
    period = wave.shape[1]
    flat = filled - wave[:, np.arange(length) % period]
    slope = _slope(flat, known)
    alphas = np.array(LEVELS)
    work_clock.charge_seconds(STEP_SECONDS * past.size * len(alphas))
    level = np.repeat(flat[:, :4].mean(axis=1)[:, None], len(alphas), axis=1)
    errors = np.zeros_like(level)
    for step in range(length):
        error = np.where(known[:, step, None], flat[:, step, None] - level, 0.0)
        errors += error**2
        level = level + alphas * error
    best = errors.argmin(axis=1)
    alpha, count = alphas[best], known.sum(axis=1)
    shift = (1 - (1 - alpha) ** count) / alpha
    ahead = np.arange(horizon)
    line = 0.5 * slope[:, None] * (ahead + shift[:, None])
    return level[np.arange(len(past)), best][:, None] + line + wave[:, (length + ahead) % period]


def _slope(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """(n,) least-squares slope a step, over the known values."""
    steps = np.arange(values.shape[1], dtype=float)
    count = np.maximum(known.sum(axis=1), 1)
    middle = (known * steps).sum(axis=1) / count
    away = np.where(known, steps - middle[:, None], 0.0)
    spread = (away**2).sum(axis=1)
    slope: np.ndarray = (away * values).sum(axis=1) / np.maximum(spread, 1e-12)
    return np.where(count > 2, slope, 0.0)


def _wave(filled: np.ndarray, season: int) -> np.ndarray:
    """(n, season) mean deviation at each place of the season; 0 where it explains little of what the steps do."""
    cycles = filled.shape[1] // season
    used = filled[:, filled.shape[1] - cycles * season :]
    shaped = used.reshape(len(filled), cycles, season)
    away = shaped - shaped.mean(axis=2, keepdims=True)
    wave = away.mean(axis=1)
    strong = wave.var(axis=1) > 0.3 * np.maximum(away.reshape(len(filled), -1).var(axis=1), 1e-12)
    # The season is aligned with the end of the window; its phase is counted from the start.
    aligned = np.roll(wave, filled.shape[1] % season, axis=1)
    return np.where(strong[:, None], aligned, 0.0)
