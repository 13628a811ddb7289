"""Forecasts, hybrid: boosted trees on what a linear network leaves, out of time."""

from __future__ import annotations

from core.forecasting import hybrid_forecaster
from core.forecasting.forecaster import Forecaster
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> Forecaster:
    """The network learns from earlier windows, the trees from its errors on later ones."""
    return hybrid_forecaster.fit_hybrid(train, valid, budget, on_progress)


CONTESTANT = Contestant(
    key="forecast_hybrid",
    title="Network and trees",
    family="hybrid",
    modalities=("forecast",),
    kinds=("forecast",),
    about="A linear network learns from the earlier windows; boosted trees correct what it leaves on the later ones.",
    reference="Wolpert 1992 (stacking); Smyl 2020 (networks and classical forecasting together)",
    fit=fit,
    explainer="TreeSHAP, carried from features to parts of the window",
)
