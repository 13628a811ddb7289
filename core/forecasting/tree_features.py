"""Windows -> rows for boosted trees: lags, seasons, means, calendar and covariates, one row a window and step ahead.

Reference: Januschowski et al. 2022, "Forecasting with trees" (one global model, direct, on lags relative to a level).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.forecasting import forecaster
from core.panels import seasonal_naive, windows
from core.panels.panel_layout import PanelLayout
from core.schema import Dataset

LAGS, SEASONAL_LAGS = 6, 3
SPANS = (4, 13, 26)
LEVEL_STEPS = 13


@dataclass(frozen=True)
class WindowScale:
    """How values of windows become numbers of one size, and back. level, size: float (n,). positive: by a logarithm of
    the ratio to the level, which suits counts; else by distance from the level in units of ``size``."""

    level: np.ndarray
    size: np.ndarray
    positive: bool

    def scaled(self, values: np.ndarray) -> np.ndarray:
        """Values on the common scale.

        Args:
            values: float (n, ...).

        Returns:
            float of the same shape.
        """
        level, size = (self._like(one, values) for one in (self.level, self.size))
        if self.positive:
            return np.log1p(np.maximum(values, 0.0) / level)
        made: np.ndarray = (values - level) / size
        return made

    def restored(self, numbers: np.ndarray) -> np.ndarray:
        """Numbers of the common scale as values.

        Args:
            numbers: float (n, ...).

        Returns:
            float of the same shape.
        """
        level, size = (self._like(one, numbers) for one in (self.level, self.size))
        if self.positive:
            return np.expm1(np.clip(numbers, -20.0, 20.0)) * level
        made: np.ndarray = numbers * size + level
        return made

    @staticmethod
    def _like(numbers: np.ndarray, values: np.ndarray) -> np.ndarray:
        return numbers.reshape((-1,) + (1,) * (values.ndim - 1))


def window_scales(past: np.ndarray, positive: bool, floor: float, season: int) -> WindowScale:
    """The scale of each window, from its own latest values.

    Args:
        past: float (n, length), NaN where unknown. positive: no value of training is below 0. floor: a small value in
            the unit of the data, below which no level is taken. season: one of these is averaged over, in steps.
    """
    filled = seasonal_naive.fill_forward(past)
    span = season if 2 <= season <= past.shape[1] else LEVEL_STEPS
    recent = filled[:, -span:]
    level = recent.mean(axis=1)
    size = np.abs(filled[:, -2 * span :] - level[:, None]).mean(axis=1)
    return WindowScale(np.maximum(level, floor) if positive else level, np.maximum(size, floor), positive)


def is_positive(past: np.ndarray) -> bool:
    """Whether no known value of training windows is below 0.

    Args:
        past: float (n, length).
    """
    return not bool((past < 0).any())


def value_floor(past: np.ndarray) -> float:
    """A hundredth of the mean size of the values of training windows.

    Args:
        past: float (n, length), NaN where unknown.
    """
    known = np.abs(past[np.isfinite(past)])
    return max(float(known.mean()) / 100.0 if len(known) else 0.0, 1e-9)


def make_rows(inputs: np.ndarray, layout: PanelLayout, scale: WindowScale) -> np.ndarray:
    """Features of every window and step ahead.

    Args:
        inputs: n windows. layout: of them. scale: of the same windows.

    Returns:
        float32 (n, horizon, features), NaN where a lag or covariate is unknown.
    """
    past = windows.past_values(inputs, layout)
    numbers = scale.scaled(seasonal_naive.fill_forward(past))
    shared = [numbers[:, -lag] for lag in range(1, min(LAGS, layout.context) + 1)]
    for span in (*SPANS, *layout.step.seasons[:1]):
        recent = numbers[:, -min(span, layout.context) :]
        shared += [recent.mean(axis=1), recent.std(axis=1)]
    recent = numbers[:, -LEVEL_STEPS:]
    shared += [recent.min(axis=1), recent.max(axis=1), (past[:, -LEVEL_STEPS:] == 0).mean(axis=1), np.log(scale.size)]
    shared += [np.asarray(inputs[:, layout.context - 1, channel], dtype=float) for channel in _past_only(layout)]
    every = np.repeat(np.stack(shared, axis=1)[:, None], layout.horizon, axis=1)
    steps = np.broadcast_to(np.arange(layout.horizon, dtype=float)[None, :, None], (len(inputs), layout.horizon, 1))
    ahead = np.asarray(inputs[:, layout.context :, 1:], dtype=float)
    keep = [number for number in range(ahead.shape[2]) if number + 1 not in _past_only(layout)]
    parts = [
        every,
        steps,
        ahead[:, :, keep],
        *(_seasonal(numbers, past, layout, season) for season in _seasons(layout)),
    ]
    made: np.ndarray = np.concatenate(parts, axis=2).astype(np.float32)
    return made


def _past_only(layout: PanelLayout) -> list[int]:
    return [number for number in range(1, len(layout.channels)) if layout.channels[number] not in layout.known]


def _seasons(layout: PanelLayout) -> list[int]:
    return [season for season in layout.step.seasons if season < layout.context]


def _seasonal(numbers: np.ndarray, past: np.ndarray, layout: PanelLayout, season: int) -> np.ndarray:
    """The same place in the last seasons for each step ahead, their mean, and the neighbours of the latest."""
    length = layout.context
    ahead = np.arange(layout.horizon)
    latest = length + ahead - season * (ahead // season + 1)
    known = np.isfinite(past)

    def at(places: np.ndarray) -> np.ndarray:
        inside = (places >= 0) & (places < length)
        safe = np.clip(places, 0, length - 1)
        return np.where(inside & known[:, safe], numbers[:, safe], np.nan)

    lags = [at(latest - season * back) for back in range(SEASONAL_LAGS)]
    there = np.stack(lags)
    count = np.isfinite(there).sum(axis=0)
    mean = np.where(count > 0, np.nansum(there, axis=0) / np.maximum(count, 1), np.nan)
    return np.stack([*lags, mean, at(latest - 1), at(latest + 1)], axis=2)


# (inputs, layout, scale of the same windows) -> features (n, horizon, d) and what is added to the answer (n, horizon).
Features = Callable[[np.ndarray, PanelLayout, WindowScale], "StepRows"]


@dataclass(frozen=True)
class StepRows:
    """What trees see: features float32 (n, horizon, d), and start float (n, horizon) on the common scale, to which they
    add."""

    features: np.ndarray
    start: np.ndarray


@dataclass(frozen=True)
class ScaleRule:
    """How windows are scaled: whether values are positive, and the floor of levels, both from training windows."""

    positive: bool
    floor: float

    @staticmethod
    def of(dataset: Dataset) -> ScaleRule:
        """The rule of training windows.

        Args:
            dataset: windows before the origin.
        """
        past = windows.past_values(dataset.inputs, forecaster.layout_of(dataset))
        return ScaleRule(is_positive(past), value_floor(past))

    def scales(self, inputs: np.ndarray, layout: PanelLayout) -> WindowScale:
        """The scale of each window.

        Args:
            inputs: n windows. layout: of them.
        """
        past = windows.past_values(inputs, layout)
        return window_scales(past, self.positive, self.floor, layout.season)


def plain_features(inputs: np.ndarray, layout: PanelLayout, scale: WindowScale) -> StepRows:
    """The features of windows, from which trees start at 0.

    Args:
        inputs: n windows. layout: of them. scale: of the same windows.
    """
    made = make_rows(inputs, layout, scale)
    return StepRows(made, np.zeros(made.shape[:2]))
