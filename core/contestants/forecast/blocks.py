"""Forecasts, deep: blocks that look at the past at several rates, one network for all series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.forecasting import forecaster, network_layers, quantile_networks
from core.forecasting.forecaster import Forecaster
from core.forecasting.network_layers import NetworkShape
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task

if TYPE_CHECKING:
    import torch

RATES = (8, 4, 1)


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> Forecaster:
    """Pools as wide as a quarter of the first season, or eight steps, then narrower ones."""
    seasons = forecaster.layout_of(train).step.seasons
    rates = (seasons[0], max(2, seasons[0] // 4), 1) if seasons and seasons[0] < 30 else RATES

    def make(shape: NetworkShape) -> torch.nn.Module:
        return network_layers.block_network(shape, rates)

    return quantile_networks.train_network(make, train, valid, budget, on_progress)


CONTESTANT = Contestant(
    key="forecast_blocks",
    title="Block network (N-HiTS)",
    family="deep",
    modalities=("forecast",),
    kinds=("forecast",),
    about="Three blocks, each on the past pooled at its own rate and on what the others left; a small N-HiTS.",
    reference="Challu et al. 2023",
    fit=fit,
    explainer="Captum, the network with its scaling",
)
