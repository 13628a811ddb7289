"""Forecasts, chance: the last value, moved on by the mean step."""

from __future__ import annotations

from core.forecasting import local_forecasters
from core.forecasting.forecaster import Forecaster
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> Forecaster:
    """Bands from what the rule missed on earlier windows."""
    return local_forecasters.fit_local({"drift": local_forecasters.drift}, train, valid, budget, on_progress)


CONTESTANT = Contestant(
    key="forecast_walk",
    title="Drift",
    family="chance",
    modalities=("forecast",),
    kinds=("forecast",),
    about="Goes on from the last value at the mean step of the window: what a random walk would do.",
    reference="Hyndman & Athanasopoulos 2021, 5.2",
    fit=fit,
    explainer="permutations",
)
