"""Global networks on windows: one for all series, trained on the quantile loss of values on each window's own scale.

Reference: Wen, Torkkola, Narayanaswamy & Madeka 2017 (multi-horizon quantile networks).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.forecasting import forecaster
from core.forecasting.forecaster import Forecaster
from core.forecasting.network_layers import NetworkShape
from core.forecasting.quantile_trees import ScaleRule
from core.models.training import trainer
from core.panels import seasonal_naive, time_step, windows
from core.panels.panel_layout import QUANTILES, PanelLayout
from core.schema import Budget, Dataset, JsonObject, ProgressCallback
from core.workers import devices

if TYPE_CHECKING:
    import torch

WINDOWS, VALID_WINDOWS, BATCH = 12_000, 2_000, 256
EPOCHS, PATIENCE = 20, 6
SPREAD_FLOOR = 0.1

Maker = Callable[[NetworkShape], "torch.nn.Module"]


@dataclass(frozen=True)
class NetworkInputs:
    """What a network sees of n windows: past float32 (n, past) and known float32 (n, k); and how its answers become
    numbers of the common scale: times spread (n,), plus centre (n,)."""

    past: np.ndarray
    known: np.ndarray
    centre: np.ndarray
    spread: np.ndarray


@dataclass(frozen=True)
class CovariateScale:
    """Means and spreads of covariates over training windows, by channel: float (channels,)."""

    mean: np.ndarray
    spread: np.ndarray


def covariate_scale(dataset: Dataset) -> CovariateScale:
    """The scale of covariates, from training windows alone.

    Args:
        dataset: windows before the origin.
    """
    some = np.asarray(dataset.inputs[forecaster.drawn(len(dataset), 500, 0)], dtype=float)
    known = np.isfinite(some)
    count = np.maximum(known.sum(axis=(0, 1)), 1)
    mean = np.where(known, some, 0.0).sum(axis=(0, 1)) / count
    spread = np.sqrt(np.where(known, (some - mean) ** 2, 0.0).sum(axis=(0, 1)) / count)
    return CovariateScale(mean, np.where(spread > 1e-9, spread, 1.0))


def make_inputs(
    inputs: np.ndarray, layout: PanelLayout, rule: ScaleRule, covariates: CovariateScale
) -> NetworkInputs:  # fmt: skip
    """What a network sees: gaps filled from the window's own past, unknown covariates at their mean.

    Args:
        inputs: n windows. layout: of them. rule: of values. covariates: their scale.
    """
    past = windows.past_values(inputs, layout)
    numbers = rule.scales(inputs, layout).scaled(seasonal_naive.fill_forward(past))
    centre = numbers[:, -max(13, min(layout.season, layout.context)) :].mean(axis=1)
    spread = numbers.std(axis=1) + SPREAD_FLOOR
    parts = [np.zeros((len(inputs), 1))]
    for channel, name in enumerate(layout.channels):
        if channel == 0:
            continue
        ahead = np.asarray(inputs[:, layout.context :, channel], dtype=float)
        if name in time_step.PERIODS:
            angle = 2.0 * np.pi * ahead / time_step.PERIODS[name]
            parts += [np.sin(angle), np.cos(angle)]
        elif name in layout.known:
            parts.append(_standard(ahead, channel, covariates))
        else:
            last = np.asarray(inputs[:, layout.context - 1 : layout.context, channel], dtype=float)
            parts.append(_standard(last, channel, covariates))
    scaled = (numbers - centre[:, None]) / spread[:, None]
    known = np.nan_to_num(np.concatenate(parts, axis=1))
    return NetworkInputs(scaled.astype(np.float32), known.astype(np.float32), centre, spread)


def _standard(values: np.ndarray, channel: int, covariates: CovariateScale) -> np.ndarray:
    made: np.ndarray = (values - covariates.mean[channel]) / covariates.spread[channel]
    return made


def train_network(
    make: Maker, train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback
) -> Forecaster:  # fmt: skip
    """A network trained on drawn windows, kept at the epoch that the inner validation windows like best.

    Args:
        make: shape -> torch Module. train, valid: windows before the origin. budget: reference seconds, seed, device.
        on_progress: told every epoch.

    Raises:
        TrainingError: the loss was not a finite number from the start.
    """
    import torch

    device, note = devices.configure_torch(budget.device, budget.threads, budget.seed)
    layout, rule, covariates = forecaster.layout_of(train), ScaleRule.of(train), covariate_scale(train)
    own = train.take(forecaster.drawn(len(train), WINDOWS, budget.seed))
    judged = valid.take(forecaster.drawn(len(valid), VALID_WINDOWS, budget.seed))
    seen = make_inputs(own.inputs, layout, rule, covariates)
    goal = rule.scales(own.inputs, layout).scaled(forecaster.target_of(own))
    goal = (goal - seen.centre[:, None]) / seen.spread[:, None]
    usable = np.isfinite(goal).any(axis=1) & forecaster.knows_enough(windows.past_values(own.inputs, layout))
    if not usable.any():
        raise ValueError("no window has a known outcome")
    tensors = [torch.from_numpy(np.ascontiguousarray(part[usable], dtype=np.float32))
               for part in (seen.past, seen.known, goal)]  # fmt: skip
    start = tuple(seasonal_naive.normal_quantiles().tolist())
    network = make(NetworkShape(layout.context, seen.known.shape[1], layout.horizon, start))
    config = trainer.TrainerConfig(
        epochs=EPOCHS, learning_rate=3e-3, weight_decay=1e-3, schedule="one-cycle",
        steps=-(-len(tensors[0]) // BATCH), patience=PATIENCE, patience_share=0.3, seconds=budget.seconds,
        device=device,
    )  # fmt: skip

    def score(current: torch.nn.Module) -> float:
        return forecaster.validation_skill(answer_of(current, layout, rule, covariates), judged)

    batches = trainer.minibatches(tensors, BATCH, budget.seed)
    done = trainer.fit_weights(network, batches, quantile_loss, score, config, on_progress)
    arrays = {name: value.numpy() for name, value in network.state_dict().items()}
    facts: JsonObject = {
        "epochs": done.epochs, "best_epoch": done.best_epoch, "stopped": done.stopped, "trained_on": done.device,
        "windows": int(usable.sum()), "notes": [*done.notes, *([note] if note else [])],
    }  # fmt: skip
    size = sum(parameter.numel() for parameter in network.parameters())
    answer = answer_of(network, layout, rule, covariates)
    stretch = forecaster.judge(answer, judged).stretch
    return Forecaster(layout, answer, size, arrays, facts, stretch=stretch)


def quantile_loss(raw: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """The mean quantile loss over all levels, on known values.

    Args:
        raw: (n, horizon, quantiles). target: (n, horizon), NaN where unknown.

    Returns:
        A scalar tensor.
    """
    import torch

    levels = torch.tensor(QUANTILES, dtype=raw.dtype, device=raw.device)
    known = torch.isfinite(target)
    error = torch.where(known, target, torch.zeros_like(target))[:, :, None] - raw
    losses = torch.maximum(levels * error, (levels - 1.0) * error) * known[:, :, None]
    return losses.sum() / (known.sum().clamp(min=1) * len(QUANTILES))


def answer_of(
    network: torch.nn.Module, layout: PanelLayout, rule: ScaleRule, covariates: CovariateScale
) -> forecaster.Answer:  # fmt: skip
    """How a network answers.

    Args:
        network: takes past and known. layout: of windows. rule, covariates: of scaling.

    Returns:
        inputs -> quantiles (n, horizon, quantiles).
    """

    def answer(inputs: np.ndarray) -> np.ndarray:
        import torch

        seen = make_inputs(inputs, layout, rule, covariates)
        raw = trainer.predict_raw(network, (torch.from_numpy(seen.past), torch.from_numpy(seen.known)))
        numbers = np.asarray(raw, dtype=float) * seen.spread[:, None, None] + seen.centre[:, None, None]
        return rule.scales(inputs, layout).restored(numbers)

    return answer
