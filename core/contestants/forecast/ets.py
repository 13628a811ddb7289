"""Forecasts, classical: exponential smoothing of each series, the form chosen by an information criterion."""

from __future__ import annotations

from functools import partial

from core.forecasting import forecaster, local_forecasters, smoothing
from core.forecasting.forecaster import Forecaster
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> Forecaster:
    """Each window is smoothed by itself; only the bands are learnt from earlier windows."""
    points = partial(smoothing.smooth, season=forecaster.layout_of(train).season)
    return local_forecasters.fit_local({"exponential smoothing": points}, train, valid, budget, on_progress)


CONTESTANT = Contestant(
    key="forecast_ets",
    title="Exponential smoothing",
    family="classical",
    modalities=("forecast",),
    kinds=("forecast",),
    about="Level, damped trend and season of each series, smoothed; the form by the corrected Akaike criterion.",
    reference="Hyndman, Koehler, Ord & Snyder 2008",
    fit=fit,
    explainer="permutations",
)
