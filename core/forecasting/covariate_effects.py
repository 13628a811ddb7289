"""What a covariate does to the forecast of each step: the median with a high value of it less that with a low one.

Reference: Friedman 2001 (partial dependence), here between two values and over the horizon.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.panels import time_step
from core.panels.panel_layout import MEDIAN, PanelLayout
from core.schema import JsonObject

LOW, HIGH = 0.1, 0.9
MOST = 12


@dataclass(frozen=True)
class CovariateEffect:
    """The change of the median at each step ahead (horizon,), as a mean over windows, when a covariate goes from low to
    high: at all steps ahead where it is known of the future, else over so many of the latest steps."""

    name: str
    low: float
    high: float
    known: bool
    change: np.ndarray

    def to_json(self) -> JsonObject:
        """As explanations keep it."""
        return {
            "name": self.name, "low": self.low, "high": self.high, "known": self.known,
            "change": [float(f"{one:.5g}") for one in self.change],
        }  # fmt: skip


def covariate_effects(
    predict: Callable[[np.ndarray], np.ndarray], layout: PanelLayout, inputs: np.ndarray, background: np.ndarray
) -> list[CovariateEffect]:
    """The effect of every covariate that varies, the calendar left out.

    Args:
        predict: windows -> quantiles (n, horizon, quantiles). layout: of the windows. inputs: to explain.
        background: windows whose values say what is low and what is high.
    """
    given = np.asarray(inputs)
    found: list[CovariateEffect] = []
    for channel, name in enumerate(layout.channels):
        if channel == 0 or name in time_step.PERIODS or len(found) >= MOST:
            continue
        values = np.asarray(background, dtype=float)[:, :, channel]
        values = values[np.isfinite(values)]
        ends = _low_and_high(values)
        if ends is None:
            continue
        known = name in layout.known
        steps = slice(layout.context, None) if known else slice(layout.context - layout.horizon, layout.context)
        medians = [predict(_with_value(given, steps, channel, one))[:, :, MEDIAN] for one in ends]
        found.append(CovariateEffect(name, *ends, known, (medians[1] - medians[0]).mean(axis=0)))
    return found


def _low_and_high(values: np.ndarray) -> tuple[float, float] | None:
    """Two values to compare; None where there is one only."""
    if not len(values):
        return None
    low, high = (float(one) for one in np.quantile(values, (LOW, HIGH)))
    # A promotion on few days has both quantiles at 0.
    if low == high or len(np.unique(values)) <= 2:
        low, high = float(values.min()), float(values.max())
    return None if low == high else (low, high)


def _with_value(inputs: np.ndarray, steps: slice, channel: int, value: float) -> np.ndarray:
    made = np.array(inputs)
    made[:, steps, channel] = value
    return made
