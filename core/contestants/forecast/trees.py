"""Forecasts, classical: boosted trees, one global model for all series."""

from __future__ import annotations

from core.forecasting import quantile_trees
from core.forecasting.forecaster import Forecaster
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> Forecaster:
    """Stopped early on inner validation windows, then grown once more on all windows before the origin."""
    return quantile_trees.fit_trees(train, valid, budget, on_progress)


CONTESTANT = Contestant(
    key="forecast_trees",
    title="Boosted trees on lags",
    family="classical",
    modalities=("forecast",),
    kinds=("forecast",),
    about="XGBoost on lags, seasons, calendar and covariates: one model for all series and steps ahead, quantile loss.",
    reference="Chen & Guestrin 2016; Januschowski et al. 2022",
    fit=fit,
    explainer="TreeSHAP, carried from features to parts of the window",
)
