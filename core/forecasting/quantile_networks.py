"""Global networks on windows: one for all series, trained on the quantile loss of values on each window's own scale.

Reference: Wen, Torkkola, Narayanaswamy & Madeka 2017 (multi-horizon quantile networks).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from core.forecasting import forecaster
from core.forecasting.forecaster import Forecaster
from core.forecasting.network_attribution import NetworkAttribution
from core.forecasting.network_inputs import CovariateScale, covariate_scale, make_inputs
from core.forecasting.network_layers import NetworkShape
from core.forecasting.tree_features import ScaleRule
from core.models.training import trainer
from core.panels import seasonal_naive, windows
from core.panels.panel_layout import QUANTILES, PanelLayout
from core.schema import Budget, Dataset, JsonObject, ProgressCallback
from core.workers import devices

if TYPE_CHECKING:
    import torch

WINDOWS, VALID_WINDOWS, BATCH = 12_000, 2_000, 256
EPOCHS, PATIENCE = 20, 6

Maker = Callable[[NetworkShape], "torch.nn.Module"]


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
    explainer = NetworkAttribution(network, layout, rule, covariates)
    return Forecaster(layout, answer, size, arrays, facts, stretch=stretch, explainer=explainer)


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
