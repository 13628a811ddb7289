"""Forecasts, classical: the Theta method on each series."""

from __future__ import annotations

from functools import partial

from core.forecasting import forecaster, local_forecasters, smoothing
from core.forecasting.forecaster import Forecaster
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> Forecaster:
    """Each window is smoothed by itself; only the bands are learnt from earlier windows."""
    points = partial(smoothing.theta, season=forecaster.layout_of(train).season)
    return local_forecasters.fit_local({"theta": points}, train, valid, budget, on_progress)


CONTESTANT = Contestant(
    key="forecast_theta",
    title="Theta",
    family="classical",
    modalities=("forecast",),
    kinds=("forecast",),
    about="Simple smoothing plus half of the straight line's slope, on each series without its season.",
    reference="Assimakopoulos & Nikolopoulos 2000; Hyndman & Billah 2003",
    fit=fit,
    explainer="permutations",
)
