"""What forecasting networks see of windows: the past on the window's own scale, and what is known beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.forecasting import forecaster
from core.forecasting.tree_features import ScaleRule
from core.panels import seasonal_naive, time_step, windows
from core.panels.panel_layout import PanelLayout
from core.schema import Dataset

SPREAD_FLOOR = 0.1
CENTRE_STEPS = 13


@dataclass(frozen=True)
class NetworkInputs:
    """What a network sees of n windows: past float32 (n, past) and known float32 (n, k); and how its answers become
    numbers of the common scale: times spread (n,), plus centre (n,)."""

    past: np.ndarray
    known: np.ndarray
    centre: np.ndarray
    spread: np.ndarray


@dataclass(frozen=True)
class CovariateScale:
    """Means and spreads of covariates over training windows, by channel: float (channels,)."""

    mean: np.ndarray
    spread: np.ndarray


def covariate_scale(dataset: Dataset) -> CovariateScale:
    """The scale of covariates, from training windows alone.

    Args:
        dataset: windows before the origin.
    """
    some = np.asarray(dataset.inputs[forecaster.drawn(len(dataset), 500, 0)], dtype=float)
    known = np.isfinite(some)
    count = np.maximum(known.sum(axis=(0, 1)), 1)
    mean = np.where(known, some, 0.0).sum(axis=(0, 1)) / count
    spread = np.sqrt(np.where(known, (some - mean) ** 2, 0.0).sum(axis=(0, 1)) / count)
    return CovariateScale(mean, np.where(spread > 1e-9, spread, 1.0))


def make_inputs(
    inputs: np.ndarray, layout: PanelLayout, rule: ScaleRule, covariates: CovariateScale
) -> NetworkInputs:  # fmt: skip
    """What a network sees: gaps filled from the window's own past, unknown covariates at their mean.

    Args:
        inputs: n windows. layout: of them. rule: of values. covariates: their scale.
    """
    past = windows.past_values(inputs, layout)
    numbers = rule.scales(inputs, layout).scaled(seasonal_naive.fill_forward(past))
    centre = numbers[:, -centre_steps(layout) :].mean(axis=1)
    spread = numbers.std(axis=1) + SPREAD_FLOOR
    parts = [np.zeros((len(inputs), 1))]
    for channel, name in enumerate(layout.channels):
        if channel == 0:
            continue
        ahead = np.asarray(inputs[:, layout.context :, channel], dtype=float)
        if name in time_step.PERIODS:
            angle = 2.0 * np.pi * ahead / time_step.PERIODS[name]
            parts += [np.sin(angle), np.cos(angle)]
        elif name in layout.known:
            parts.append(_standard(ahead, channel, covariates))
        else:
            last = np.asarray(inputs[:, layout.context - 1 : layout.context, channel], dtype=float)
            parts.append(_standard(last, channel, covariates))
    scaled = (numbers - centre[:, None]) / spread[:, None]
    known = np.nan_to_num(np.concatenate(parts, axis=1))
    return NetworkInputs(scaled.astype(np.float32), known.astype(np.float32), centre, spread)


def _standard(values: np.ndarray, channel: int, covariates: CovariateScale) -> np.ndarray:
    made: np.ndarray = (values - covariates.mean[channel]) / covariates.spread[channel]
    return made


def centre_steps(layout: PanelLayout) -> int:
    """How many of the latest steps are averaged for the centre of a window.

    Args:
        layout: of the windows.
    """
    return max(CENTRE_STEPS, min(layout.season, layout.context))


def known_channels(layout: PanelLayout) -> list[int]:
    """The channel that each number known beside the past comes from, in the order of ``make_inputs``; 0 for none.

    Args:
        layout: of the windows.
    """
    found = [0]
    for channel, name in enumerate(layout.channels):
        if channel == 0:
            continue
        told = 2 * layout.horizon if name in time_step.PERIODS else layout.horizon if name in layout.known else 1
        found += [channel] * told
    return found
