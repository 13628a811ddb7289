"""Forecasts, chance: the value one season before, whose skill is 0 by definition."""

from __future__ import annotations

import numpy as np

from core.forecasting import forecaster
from core.forecasting.forecaster import Forecaster
from core.panels import seasonal_naive, windows
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> Forecaster:
    """Nothing is learnt: the bands come from the window itself."""
    layout = forecaster.layout_of(train)

    def answer(inputs: np.ndarray) -> np.ndarray:
        past = windows.past_values(inputs, layout)
        return seasonal_naive.naive_quantiles(past, layout.horizon, layout.season)

    forecaster.report(on_progress)
    return Forecaster(layout, answer, 0, {"season": np.array(layout.season)}, {"season": layout.season})


CONTESTANT = Contestant(
    key="forecast_naive",
    title="Seasonal naive",
    family="chance",
    modalities=("forecast",),
    kinds=("forecast",),
    about="Repeats the last season, or the last value where no season fits twice. Skill 0 by definition.",
    reference="Hyndman & Athanasopoulos 2021, 5.2",
    fit=fit,
    explainer="permutations",
)
