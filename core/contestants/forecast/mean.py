"""Forecasts, classical: the mean of the last values or seasons."""

from __future__ import annotations

from core.forecasting import forecaster, local_forecasters
from core.forecasting.forecaster import Forecaster
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> Forecaster:
    """How many of them are averaged is chosen on inner validation windows."""
    rules = local_forecasters.mean_rules(forecaster.layout_of(train))
    return local_forecasters.fit_local(rules, train, valid, budget, on_progress)


CONTESTANT = Contestant(
    key="forecast_mean",
    title="Mean of the last seasons",
    family="classical",
    modalities=("forecast",),
    kinds=("forecast",),
    about="Repeats the mean of the last values, or of the same place in the last seasons, as inner validation prefers.",
    reference="Hyndman & Athanasopoulos 2021, 5.2",
    fit=fit,
    explainer="permutations",
)
