"""Forecasts, deep: a small pretrained network that answers without having been trained here."""

from __future__ import annotations

import importlib.util

import numpy as np

from core.encoders import fracast_network
from core.encoders.fracast_network import ForetellingNetwork
from core.forecasting import forecaster
from core.forecasting.forecaster import Forecaster
from core.panels import seasonal_naive, windows
from core.panels.panel_layout import PanelLayout
from core.schema import Budget, Contestant, Dataset, ProgressCallback, Task
from core.workers import work_clock

LEAST_VALUES = 16
# Its own nine levels are .1 to .9; the two outer ones are drawn out from them as a normal's would be.
OUTER = 1.959964 / 1.281552
# Reference seconds of one window, measured as 20 CPU-seconds for 200 windows on a busy machine.
WINDOW_SECONDS = 0.08
MOST_SERIES = 50
SEEN = "It was trained on public series elsewhere and may have seen these."


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Needs the package, and few enough series for its cost."""
    if importlib.util.find_spec("fracast") is None or importlib.util.find_spec("safetensors") is None:
        return "the optional packages fracast and safetensors are not installed"
    return None


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback) -> Forecaster:
    """Loads the packaged weights; nothing is trained."""
    import torch

    layout = forecaster.layout_of(train)
    torch.set_num_threads(budget.threads)
    network = fracast_network.load_network()
    answer = answer_of(network, layout)
    some = valid.take(forecaster.drawn(len(valid), MOST_SERIES, budget.seed))
    judged = forecaster.judge(answer, some)
    forecaster.report(on_progress, judged.skill)
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    size = sum(value.numel() for value in network.parameters())
    facts = {"kind": "fracast, zero-shot", "notes": [SEEN]}
    return Forecaster(layout, answer, size, weights, facts, stretch=judged.stretch)


def answer_of(network: ForetellingNetwork, layout: PanelLayout) -> forecaster.Answer:
    """How the pretrained network answers windows.

    Args:
        network: of ``fracast_network.load_network``. layout: of the windows.

    Returns:
        inputs -> quantiles (n, horizon, quantiles).
    """

    def answer(inputs: np.ndarray) -> np.ndarray:
        past = seasonal_naive.fill_forward(windows.past_values(inputs, layout))
        if past.shape[1] < LEAST_VALUES:
            past = np.concatenate([np.repeat(past[:, :1], LEAST_VALUES - past.shape[1], axis=1), past], axis=1)
        work_clock.charge_seconds(WINDOW_SECONDS * len(past))
        nine = np.sort(network.foretell(past, layout.horizon), axis=2)
        middle = nine[:, :, 4:5]
        low = middle - OUTER * (middle - nine[:, :, :1])
        high = middle + OUTER * (nine[:, :, -1:] - middle)
        return np.concatenate([low, nine, high], axis=2)

    return answer


CONTESTANT = Contestant(
    key="forecast_pretrained",
    title="Pretrained (fracast)",
    family="deep",
    modalities=("forecast",),
    kinds=("forecast",),
    about="A pretrained network of 85,001 parameters, not trained here. " + SEEN,
    reference="fracast 0.1.0, Apache-2.0",
    fit=fit,
    unsupported_reason=unsupported_reason,
    pretrained=True,
    default=False,
    explainer="permutations",
)
