"""Bands made as wide as validation windows say: a factor for every step ahead and quantile level, around the median.

Reference: Romano, Patterson & Candes 2019, "Conformalized quantile regression"; Lei et al. 2018 (split conformal bands,
scaled by their own width). Windows of one panel are not exchangeable, so that coverage is nearly kept, not guaranteed.
"""

from __future__ import annotations

import math

import numpy as np

from core.panels.panel_layout import MEDIAN, QUANTILES

# Steps ahead are taken together until so many outcomes stand behind a factor; with fewer in all there is none.
FEWEST_OUTCOMES, FEWEST_IN_ALL = 100, 20
NARROWEST, WIDEST = 0.5, 3.0
TINY = 1e-12


def fit_stretch(truth: np.ndarray, quantiles: np.ndarray) -> np.ndarray | None:
    """Factors by which quantiles move away from the median, or towards it, until they hold their share of outcomes.

    An outcome lies within a stretched quantile where its distance from the median is at most the factor times that of
    the quantile; the factor is the conformal quantile of these ratios, at most ``WIDEST`` and at least ``NARROWEST``.

    Args:
        truth: float (n, horizon), outcomes that the quantiles have not been fitted on, NaN where unknown.
        quantiles: float (n, horizon, quantiles), rising.

    Returns:
        float (horizon, quantiles), 1 for the median; None where too little is known.
    """
    horizon = truth.shape[1]
    known = np.isfinite(truth)
    if known.sum() < FEWEST_IN_ALL:
        return None
    together = max(1, math.ceil(FEWEST_OUTCOMES * horizon / known.sum()))
    made = np.ones((horizon, len(QUANTILES)))
    for start in range(0, horizon, together):
        # The last steps join those before them rather than stand on fewer outcomes.
        start = max(0, min(start, horizon - together))
        steps = slice(start, start + together)
        there = known[:, steps]
        if there.any():
            made[steps] = _factors(truth[:, steps][there], quantiles[:, steps][there])
    return made


def _factors(truth: np.ndarray, quantiles: np.ndarray) -> np.ndarray:
    """(quantiles,) factors from outcomes (m,) and quantiles (m, quantiles)."""
    away = truth - quantiles[:, MEDIAN]
    made = np.ones(len(QUANTILES))
    for place, level in enumerate(QUANTILES):
        if place == MEDIAN:
            continue
        sign, share = (1.0, level) if place > MEDIAN else (-1.0, 1.0 - level)
        width = np.maximum(sign * (quantiles[:, place] - quantiles[:, MEDIAN]), 0.0)
        distance = sign * away
        # Where there is no width no factor helps: such an outcome is held at any factor, or at none.
        missed = np.where(distance > TINY, np.inf, -np.inf)
        ratios = np.sort(np.where(width > TINY, distance / np.maximum(width, TINY), missed))
        made[place] = ratios[min(len(ratios), math.ceil((len(ratios) + 1) * share)) - 1]
    return np.clip(made, NARROWEST, WIDEST)


def stretched(quantiles: np.ndarray, stretch: np.ndarray | None) -> np.ndarray:
    """Quantiles moved away from their median, or towards it, rising.

    Args:
        quantiles: float (n, horizon, quantiles), rising. stretch: of ``fit_stretch``; None leaves them.
    """
    if stretch is None:
        return quantiles
    middle = quantiles[:, :, MEDIAN, None]
    made: np.ndarray = np.sort(middle + (quantiles - middle) * stretch, axis=2)
    return made
