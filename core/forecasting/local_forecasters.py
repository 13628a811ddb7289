"""Forecasts of each window from its own past, with bands from what the same rule missed on earlier windows.

Reference: Lei, G'Sell, Rinaldo, Tibshirani & Wasserman 2018 (bands from held-back residuals, scaled by their size).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from core.evaluation import refitting
from core.forecasting import forecaster
from core.forecasting.forecaster import Forecaster
from core.panels import seasonal_naive, windows
from core.panels.panel_layout import QUANTILES, PanelLayout
from core.schema import Budget, Dataset, ProgressCallback

Points = Callable[[np.ndarray, int], np.ndarray]
CALIBRATED = 2_000
RECENT = 26
LASTS, CYCLES = (4, 8, 13, 26), (2, 3, 4)


@dataclass(frozen=True)
class Bands:
    """Quantiles of scaled residuals: float (horizon, quantiles)."""

    scaled: np.ndarray

    def around(self, points: np.ndarray, past: np.ndarray) -> np.ndarray:
        """Quantiles around point forecasts.

        Args:
            points: float (n, horizon). past: float (n, length).

        Returns:
            float (n, horizon, quantiles).
        """
        made: np.ndarray = points[:, :, None] + window_scale(past)[:, None, None] * self.scaled
        return made


def window_scale(past: np.ndarray) -> np.ndarray:
    """How much the latest values of a window move: the mean distance of neighbours and from their mean.

    Args:
        past: float (n, length), NaN where unknown.

    Returns:
        float (n,), above 0.
    """
    recent = seasonal_naive.fill_forward(past)[:, -RECENT:]
    moves = np.abs(np.diff(recent, axis=1)).mean(axis=1) if recent.shape[1] > 1 else np.zeros(len(past))
    away = np.abs(recent - recent.mean(axis=1, keepdims=True)).mean(axis=1)
    size = 0.5 * (moves + away)
    return np.maximum(size, 1e-3 * np.abs(recent).mean(axis=1) + 1e-9)


def fit_bands(points: Points, dataset: Dataset, seed: int) -> Bands:
    """Bands from the residuals of a rule on windows whose outcome is known.

    Args:
        points: (past (n, length), horizon) -> forecasts (n, horizon). dataset: the windows. seed: of a draw of them.
    """
    layout = forecaster.layout_of(dataset)
    some = dataset.take(forecaster.drawn(len(dataset), CALIBRATED, seed))
    past, target = windows.past_values(some.inputs, layout), forecaster.target_of(some)
    usable = forecaster.knows_enough(past)
    past, target = past[usable], target[usable]
    residual = (target - points(past, layout.horizon)) / window_scale(past)[:, None]
    made = np.zeros((layout.horizon, len(QUANTILES)))
    for step in range(layout.horizon):
        there = residual[:, step][np.isfinite(residual[:, step])]
        if len(there):
            made[step] = np.quantile(there, QUANTILES)
    return Bands(made)


def fit_local(
    candidates: dict[str, Points], train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback
) -> Forecaster:
    """The rule that the inner validation windows like best, with bands from all training windows.

    Args:
        candidates: name -> rule; one that is alone is taken. train, valid: windows before the origin.
        budget: its seed draws windows. on_progress: told the validation skill once.
    """
    layout = forecaster.layout_of(train)
    judged = {
        name: forecaster.judge(_answer(points, fit_bands(points, train, budget.seed), layout), valid)
        for name, points in candidates.items()
    }
    best = max(judged, key=lambda name: judged[name].skill)
    # The latest windows say most about the bands of the next ones: they join those of training.
    bands = fit_bands(candidates[best], refitting.concatenate((train, valid)), budget.seed)
    forecaster.report(on_progress, judged[best].skill)
    tried = {name: round(one.skill, 2) for name, one in judged.items()}
    facts = {"rule": best, "tried": tried, "season": layout.season}
    return Forecaster(
        layout, _answer(candidates[best], bands, layout), bands.scaled.size, {"bands": bands.scaled}, facts,
        stretch=judged[best].stretch,
    )  # fmt: skip


def _answer(points: Points, bands: Bands, layout: PanelLayout) -> forecaster.Answer:
    def answer(inputs: np.ndarray) -> np.ndarray:
        past = windows.past_values(inputs, layout)
        return bands.around(points(past, layout.horizon), past)

    return answer


def mean_rules(layout: PanelLayout) -> dict[str, Points]:
    """Rules that repeat means: of the last values, and of the same place in the last seasons.

    Args:
        layout: of the windows; a season counts where the window holds it so often.
    """
    made: dict[str, Points] = {
        f"mean of the last {count}": partial(_last_mean, count=count) for count in LASTS if count <= layout.context
    }
    season = layout.season
    if season > 1:
        for count in CYCLES:
            if count * season <= layout.context:
                made[f"mean of {count} seasons"] = partial(_season_mean, season=season, count=count)
    return made


def _last_mean(past: np.ndarray, horizon: int, count: int) -> np.ndarray:
    recent = seasonal_naive.fill_forward(past)[:, -count:]
    return np.repeat(recent.mean(axis=1)[:, None], horizon, axis=1)


def _season_mean(past: np.ndarray, horizon: int, season: int, count: int) -> np.ndarray:
    recent = seasonal_naive.fill_forward(past)[:, -count * season :].reshape(len(past), count, season)
    return recent.mean(axis=1)[:, np.arange(horizon) % season]


def drift(past: np.ndarray, horizon: int) -> np.ndarray:
    """The last value, moved on by the mean step of the window.

    Args:
        past: float (n, length). horizon: steps ahead.

    Returns:
        float (n, horizon).
    """
    filled, known = seasonal_naive.fill_forward(past), np.isfinite(past)
    first = np.where(known.any(axis=1), known.argmax(axis=1), 0)
    steps = np.maximum(past.shape[1] - 1 - first, 1)
    slope = (filled[:, -1] - filled[:, 0]) / steps
    return filled[:, -1:] + slope[:, None] * np.arange(1, horizon + 1)
