"""Trains a network of any modality under a budget: device, batches, the answer's loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from core.models.training import trainer, tuning
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Facts, JsonObject, ProgressCallback
from core.workers import devices

if TYPE_CHECKING:
    import torch
    from torch import nn

# What a tuner may set, as factors of the value that the kind of network starts from. The names are those of saved
# results and seed the tuner, so they stay; HYPERPARAMETERS gives the field each one sets.
SPACE = {"rate": (0.2, 4.0), "decay": (0.1, 10.0), "smoothing": (0.0, 3.0)}
HYPERPARAMETERS = {"rate": "learning_rate", "decay": "weight_decay", "smoothing": "smoothing"}


@dataclass(frozen=True)
class NetworkHyperparameters:
    """Of one kind of network: its top learning rate, batch size, most epochs, weight decay and label smoothing."""

    learning_rate: float = 5e-3
    batch: int = 128
    epochs: int = 40
    weight_decay: float = 2e-2
    smoothing: float = 0.05
    patience: int = 12


class LabelledTensors(NamedTuple):
    """What a network learns from or is judged on: its input tensors of n rows, and the target (n,)."""

    inputs: Sequence[torch.Tensor]
    target: np.ndarray


class NetworkPlan(NamedTuple):
    """How a network is trained: (batch tensors, generator) -> batch tensors is the augmentation, None for none."""

    hyperparameters: NetworkHyperparameters
    budget: Budget
    augment: Callable[..., Sequence[torch.Tensor]] | None = None


def fit_network(
    make: Callable[[], Any],
    train: LabelledTensors,
    valid: LabelledTensors,
    output_spec: OutputSpec,
    plan: NetworkPlan,
    on_progress: ProgressCallback,
) -> tuple[Any, JsonObject]:
    """Trains a fresh network.

    Args:
        make: () -> torch Module, called after the seed is set.
        train, valid: tensors with their targets. output_spec: the target's shape.
        plan: hyperparameters, budget and augmentation of a batch. Augmentation is left out if
            ``budget.augment`` is off; with several ``configurations`` as many learning rates, decays and
            smoothings are tried.

    Returns:
        (the network on the CPU in evaluation mode, facts: epochs, device, stop, history length, notes).

    Raises:
        training.TrainingError: nothing finite was ever reached.
    """
    if plan.budget.configurations > 1 and len(valid.target):
        return _fit_tuned(
            lambda one: _fit_one(make, train, valid, output_spec, one, on_progress),
            valid,
            output_spec,
            plan,
            on_progress,
        )
    return _fit_one(make, train, valid, output_spec, plan, on_progress)


def _fit_one(
    make: Callable[[], Any],
    train: LabelledTensors,
    valid: LabelledTensors,
    output_spec: OutputSpec,
    plan: NetworkPlan,
    on_progress: ProgressCallback,
) -> tuple[Any, JsonObject]:
    hyperparameters, budget, augment = plan
    device, note = devices.configure_torch(budget.device, budget.threads, budget.seed)
    network = make()
    # Small sets get smaller batches, so that there are enough steps to learn from.
    size = max(8, min(hyperparameters.batch, len(train.target) // 24))
    tensors = (*train.inputs, output_spec.encode(train.target))
    batches = trainer.minibatches(tensors, size, budget.seed, augment if budget.augment else None)
    loss = output_spec.loss(hyperparameters.smoothing)
    watched = valid if len(valid.target) else train
    config = trainer.TrainerConfig(
        epochs=hyperparameters.epochs,
        learning_rate=hyperparameters.learning_rate,
        weight_decay=hyperparameters.weight_decay,
        schedule="one-cycle",
        steps=-(-len(train.target) // size),
        patience=hyperparameters.patience,
        patience_share=0.5,
        seconds=budget.seconds,
        device=device,
    )
    done = trainer.fit_weights(
        network, batches, loss, _validation_score(watched, output_spec, device), config, on_progress
    )
    return network, _training_facts(done, note, bool(augment is not None and budget.augment))


def _fit_tuned(
    fit: Callable[..., tuple[Any, JsonObject]],
    held: LabelledTensors,
    output_spec: OutputSpec,
    plan: NetworkPlan,
    on_progress: ProgressCallback,
) -> tuple[Any, JsonObject]:
    """Trains several networks under the same seconds in all and keeps the one best on the inner validation rows."""
    hyperparameters, budget, augment = plan
    defaults = {name: getattr(hyperparameters, HYPERPARAMETERS[name]) for name in SPACE}
    space = {name: tuple(factor * defaults[name] for factor in factors) for name, factors in SPACE.items()}

    def train(settings: Facts, share: Budget) -> tuple[float, tuple[Any, JsonObject]]:
        chosen = {HYPERPARAMETERS[name]: value for name, value in settings.items()}
        network, facts = fit(NetworkPlan(replace(hyperparameters, **chosen), share, augment))
        return _validation_score(held, output_spec, "cpu")(network), (network, facts)

    (network, facts), tuning_facts = tuning.tune(space, budget, train, on_progress, defaults)
    return network, {**facts, **tuning_facts}


def _training_facts(done: trainer.TrainingResult, note: str, augmented: bool) -> JsonObject:
    """What training did, JSON-able."""
    return {
        "epochs": done.epochs,
        "planned_epochs": done.planned,
        "best_epoch": done.best_epoch,
        "stopped": done.stopped,
        "device": done.device,
        "precision": done.precision,
        "augmented": augmented,
        "notes": [text for text in (note, *done.notes) if text],
    }


def _validation_score(held: LabelledTensors, output_spec: OutputSpec, device: str) -> Callable[[Any], float]:
    """A network's skill on held rows, for early stopping."""

    def score(current: nn.Module) -> float:
        import torch

        # After a fallback the network sits on the processor, whatever was wished for.
        place = next(current.parameters()).device.type
        with torch.autocast(place, dtype=torch.bfloat16, enabled=place != "cpu" and devices.supports_bfloat16(device)):
            return output_spec.skill(
                output_spec.to_predictions(trainer.predict_raw(current, held.inputs, 512)), held.target
            )

    return score
