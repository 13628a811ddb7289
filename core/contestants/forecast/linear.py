"""Forecasts, deep: a linear network on trend and rest, one for all series."""

from __future__ import annotations

from core.forecasting import network_layers, quantile_networks
from core.forecasting.forecaster import Forecaster
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> Forecaster:
    """Trained on the quantile loss, kept at the epoch that inner validation windows like best."""
    return quantile_networks.train_network(network_layers.linear_network, train, valid, budget, on_progress)


CONTESTANT = Contestant(
    key="forecast_linear",
    title="Linear network (DLinear)",
    family="deep",
    modalities=("forecast",),
    kinds=("forecast",),
    about="One linear layer on the moving mean and one on what is left, for all series, trained on quantile loss.",
    reference="Zeng, Chen, Zhang & Xu 2023",
    fit=fit,
    explainer="Captum, the network with its scaling",
)
