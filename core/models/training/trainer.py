"""The one training loop of every network here: AdamW, early stopping, a clock, and the best weights kept.

Reference: Loshchilov & Hutter 2019 (AdamW); Smith & Topin 2018 (one cycle); Prechelt 1998 (early stopping).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.models.training import one_cycle
from core.schema import Progress, ProgressCallback
from core.workers import devices, network_work, work_clock
from core.workers.work_clock import WorkClock

if TYPE_CHECKING:
    import torch

Batches = Callable[[int], Iterable[Sequence[Any]]]


class TrainingError(Exception):
    """A network could not be trained; the message says why in words."""


@dataclass(frozen=True)
class TrainerConfig:
    """How to train.

    epochs: at most; fewer when ``seconds`` (of ``WorkClock``) do not suffice for the work that is counted before the
    first step, or when ``patience`` epochs bring nothing better.
    patience_share: patience is at least this share of the epochs planned.
    learning_rate, weight_decay: of AdamW; parameters of one dimension are not decayed.
    steps: batches an epoch (for one-cycle).
    precision: "auto" is bfloat16 on CUDA that has it natively, float32 elsewhere. clip: largest gradient norm, or None.
    min_delta: smallest gain of the score that counts as better.
    """

    epochs: int = 100
    learning_rate: float = 1e-3
    weight_decay: float = 1e-2
    schedule: Literal["constant", "one-cycle"] = "constant"
    steps: int = 1
    patience: int = 16
    patience_share: float = 0.0
    seconds: float = 10.0
    device: str = "cpu"
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    clip: float | None = 1.0
    min_delta: float = 0.0


@dataclass(frozen=True)
class TrainingResult:
    """What training did. history: (cpu_seconds, training loss, validation score) an epoch; notes: in words; planned:
    the epochs that the seconds allowed for."""

    best_epoch: int
    best_score: float
    epochs: int
    stopped: Literal["patience", "seconds", "epochs", "did not converge"]
    history: tuple[tuple[float, float, float], ...]
    device: str
    precision: str
    notes: tuple[str, ...] = ()
    planned: int = 0


def fit_weights(
    network: torch.nn.Module,
    batches: Batches,
    loss: Callable,
    score: Callable[[Any], float],
    config: TrainerConfig,
    on_progress: ProgressCallback,
) -> TrainingResult:
    """Train ``network`` in place; it ends with its best weights, on the CPU, in evaluation mode.

    Args:
        network: a torch Module.
        batches: epoch -> iterable of (input, ..., target) tensors; augmentation happens there. See ``minibatches``.
        loss: (outputs, target) -> scalar tensor.
        score: network (in evaluation mode, without gradients) -> score of the inner validation rows, higher is better.
        config: see TrainerConfig.
        on_progress: gets one Progress an epoch (and one every half second within); may raise to cancel.

    Raises:
        TrainingError: the loss was not finite before there was any usable weight.
    """
    spare = copy.deepcopy(network)
    clock = WorkClock(config.device)
    try:
        return _train(network, batches, loss, score, config, on_progress)
    except (RuntimeError, AssertionError) as error:
        # torch built without CUDA answers a wish for it with an AssertionError
        if config.device == "cpu":
            raise
        note = devices.fallback_note(config.device, error)
    # A full or broken accelerator is no reason to drop out: the same weights start again on the processor.
    _put_back(network, spare)
    left = clock.left(config.seconds, 0.1)
    again = _train(
        network, batches, loss, score, replace(config, device="cpu", precision="float32", seconds=left), on_progress
    )
    return replace(again, notes=(*again.notes, note))


def _put_back(network: torch.nn.Module, spare: torch.nn.Module) -> None:
    """The weights of a copy on the processor, put in place without a word from the accelerator, which may be gone."""
    for own, other in zip(network.modules(), spare.modules(), strict=True):
        for name, parameter in other.named_parameters(recurse=False):
            own.register_parameter(name, parameter)
        for name, value in other.named_buffers(recurse=False):
            own._buffers[name] = value


def minibatches(
    tensors: Sequence[Any], size: int, seed: int, augment: Callable[..., Sequence[Any]] | None = None
) -> Batches:
    """Shuffled batches of about ``size`` rows, all nearly equal so that no batch holds a single row.

    Args:
        tensors: (input, ..., target), each with the same leading axis.
        augment: (batch tensors, torch Generator) -> batch tensors.
    """
    import torch

    rows = len(tensors[-1])
    parts = max(1, math.ceil(rows / max(1, size)))

    def epoch(number: int) -> Iterator[Sequence[Any]]:
        generator = torch.Generator().manual_seed(seed * 100_003 + number)
        for chosen in torch.tensor_split(torch.randperm(rows, generator=generator), parts):
            batch = [tensor[chosen] for tensor in tensors]
            yield batch if augment is None else augment(batch, generator)

    return epoch


def predict_raw(network: torch.nn.Module, tensors: Sequence[Any], size: int = 2048) -> np.ndarray:
    """Raw outputs of a network, in batches and without gradients.

    Args:
        network: a torch Module. tensors: inputs with n rows each. size: rows a batch.

    Returns:
        float32 (n, width).
    """
    import torch

    place = next((parameter.device for parameter in network.parameters()), torch.device("cpu"))
    with torch.no_grad():
        parts = [
            network(*(tensor[begin : begin + size].to(place) for tensor in tensors)).float().cpu()
            for begin in range(0, len(tensors[0]), size)
        ]
    return torch.cat(parts).numpy() if len(parts) != 1 else parts[0].numpy()


def _optimizer(network: torch.nn.Module, config: TrainerConfig) -> torch.optim.Optimizer:
    import torch

    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim >= 2], "weight_decay": config.weight_decay},
        {"params": [p for p in trained if p.ndim < 2], "weight_decay": 0.0},
    ]
    kept = [group for group in groups if group["params"]]
    return torch.optim.AdamW(kept, lr=config.learning_rate, fused=config.device.startswith(("cpu", "cuda")))


def _train(
    network: torch.nn.Module,
    batches: Batches,
    loss: Callable,
    score: Callable,
    config: TrainerConfig,
    hear: ProgressCallback,
) -> TrainingResult:
    network.to(config.device)
    run = _Loop(network, batches, loss, score, config, hear)
    patience = max(config.patience, int(config.patience_share * run.planned))
    best: dict[str, torch.Tensor] = {}
    best_score, best_epoch, stopped, notes, epoch = -math.inf, 0, "", [], 0
    history: list[tuple[float, float, float]] = []
    while not stopped:
        epoch += 1
        mean_loss = run.epoch(epoch)
        network.eval()
        value = score(network) if math.isfinite(mean_loss) else math.nan
        work_clock.charge_seconds(run.score_seconds, config.device)
        history.append((run.clock.cpu_seconds(), mean_loss, value))
        hear(Progress("fit", epoch, run.planned, loss=mean_loss, score=value, cpu_seconds=history[-1][0]))
        if not (math.isfinite(mean_loss) and math.isfinite(value)):
            if not best_epoch:
                raise TrainingError(f"did not converge: the loss was not a finite number in epoch {epoch}")
            stopped = "did not converge"
            notes.append(f"did not converge beyond epoch {best_epoch}: the loss then was not finite")
        elif value > best_score + config.min_delta or not best_epoch:
            best, best_score, best_epoch = copy.deepcopy(network.state_dict()), value, epoch
        elif epoch - best_epoch >= patience:
            stopped = "patience"
        stopped = stopped or run.ended(epoch)
    cut = stopped == "seconds"
    work_clock.record_end("budget" if cut else "converged", config.epochs / run.affordable if cut else 1.0)
    network.load_state_dict(best)
    network.to("cpu").eval()
    told = (tuple(history), config.device, run.precision, tuple(notes), run.planned)
    return TrainingResult(best_epoch, best_score, epoch, stopped, *told)  # type: ignore[arg-type]


class _Loop:
    """One network being trained: its optimizer, what a step and a look at the validation rows cost, the epochs that
    follow from it, and the pass over one epoch."""

    def __init__(
        self,
        network: torch.nn.Module,
        batches: Batches,
        loss: Callable,
        score: Callable,
        config: TrainerConfig,
        on_progress: ProgressCallback,
    ) -> None:
        self.network, self.batches, self.loss = network, batches, loss
        self.config, self.on_progress = config, on_progress
        known = {"auto": "bfloat16" if devices.supports_bfloat16(config.device) else "float32"}
        self.precision = known.get(config.precision, config.precision)
        self.clock = WorkClock(config.device)
        self.step_seconds, self.score_seconds = self._count(score)
        self.optimizer = _optimizer(self.network, config)
        epoch = max(config.steps, 1) * self.step_seconds + self.score_seconds
        threads = work_clock.threads() if config.device.startswith("cpu") else 1
        self.affordable = threads * config.seconds / max(epoch, 1e-12)
        self.planned = max(1, min(config.epochs, int(self.affordable)))

    def _count(self, score: Callable[[Any], float]) -> tuple[float, float]:
        """Reference seconds of one step and of one look at the validation rows, counted on a copy."""
        import torch

        trial, batch = copy.deepcopy(self.network), next(iter(self.batches(0)))
        step = network_work.count_step(trial.train(), lambda current: self._loss(current, batch))
        with torch.no_grad():
            judged = network_work.count_call(lambda: score(trial.eval()))
        return step.seconds(self.config.device), judged.seconds(self.config.device)

    def ended(self, epoch: int) -> str:
        """Why training is over after an epoch, or "" if it goes on."""
        if epoch >= self.planned:
            return "epochs" if self.planned >= self.config.epochs and self.affordable >= 1 else "seconds"
        return "seconds" if self.clock.elapsed() >= math.inf else ""

    def epoch(self, number: int) -> float:
        """Train once over the batches; the mean loss, or nan. Where not even one epoch is affordable, only the steps
        that are, at least one."""
        import torch

        self.network.train()
        total, count = torch.zeros((), device=self.config.device), 0
        length = max(1, self.config.steps) * min(1.0, self.affordable)
        for batch in self.batches(number):
            total += self._step(batch, (number - 1 + count / length) / self.planned)
            work_clock.charge_seconds(self.step_seconds, self.config.device)
            count += 1
            if self.clock.shows_again():
                self.on_progress(Progress("fit", number, self.planned, cpu_seconds=self.clock.cpu_seconds()))
            if self.clock.elapsed() >= math.inf or (self.affordable < 1 and count >= length):
                break
        return float(total) / max(count, 1)

    def _loss(self, network: torch.nn.Module, batch: Sequence[Any]) -> Any:
        import torch

        *inputs, target = (tensor.to(self.config.device, non_blocking=True) for tensor in batch)
        kind = self.config.device.split(":")[0]
        with torch.autocast(kind, dtype=torch.bfloat16, enabled=self.precision == "bfloat16"):
            return self.loss(network(*inputs), target)

    def _step(self, batch: Sequence[Any], progress: float) -> torch.Tensor:
        import torch

        config = self.config
        if config.schedule == "one-cycle":
            for group in self.optimizer.param_groups:
                group["lr"] = config.learning_rate * one_cycle.rate_factor(min(1.0, progress))
        value = self._loss(self.network, batch)
        self.optimizer.zero_grad(set_to_none=True)
        value.backward()
        if config.clip is not None:
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), config.clip)
        self.optimizer.step()
        return value.detach()
