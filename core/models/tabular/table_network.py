"""Networks on tables, trained: from a prepared table to a fitted network with its encoding, for two contestants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.features import table_encoders
from core.models.tabular import tabm_network
from core.models.training import trainer
from core.models.training.output_spec import OutputSpec, target_of
from core.schema import Attribution, Budget, Dataset, Facts, JsonObject, ProgressCallback
from core.storage import model_archive
from core.workers import devices
from core.workers.work_clock import WorkClock

if TYPE_CHECKING:
    from torch import nn

MANY_ROWS = 10_000
SECONDS_A_ROW = 5e-5
SPACE: dict[str, tuple[Any, ...]] = {
    "breadth": (64, 128, 192),
    "blocks": (1, 2, 3),
    "dropout": (0.0, 0.1, 0.3),
    "rate": (2e-3, 4e-3, 8e-3),
    "decay": (1e-3, 1e-2, 1e-1),
    "bins": (8, 16, 32),
}


@dataclass(frozen=True)
class TabularNetwork:
    """A trained network and what it needs to answer: its Dense encoding, the OutputSpec, and facts of the training."""

    network: Any
    encoding: table_encoders.DenseEncoder
    output_spec: OutputSpec
    config: tabm_network.TabMConfig
    score: float
    facts: JsonObject

    def raw(self, encoded: np.ndarray) -> np.ndarray:
        """Raw outputs of encoded rows.

        Args:
            encoded: float32 (n, d).

        Returns:
            float32 (n, width).
        """
        import torch

        with torch.inference_mode():
            return trainer.predict_raw(self.network, [torch.from_numpy(encoded)], 8192)

    def represent(self, encoded: np.ndarray, size: int = 4096) -> tuple[np.ndarray, np.ndarray]:
        """The last hidden layer and the raw outputs of encoded rows.

        Args:
            encoded: float32 (n, d). size: rows a batch.

        Returns:
            float32 (n, ensemble size * width of the layer) and (n, width).
        """
        import torch

        hidden, raw = [], []
        with torch.inference_mode():
            for begin in range(0, len(encoded), size):
                layer = self.network.represent(torch.from_numpy(encoded[begin : begin + size]))
                answers = self.network.head(layer)
                hidden.append(layer.flatten(1).numpy())
                raw.append((answers.mean(1) if layer.ndim == 3 else answers).numpy())
        return np.concatenate(hidden), np.concatenate(raw)

    def to_state(self) -> tuple[JsonObject, dict[str, np.ndarray]]:
        """Everything fitted, in plain form, for ``restore_network``.

        Returns:
            JSON-able values, and arrays by name.
        """
        facts, arrays = self.encoding.to_state()
        facts |= {"answer": asdict(self.output_spec), "shape": self.config.to_settings()}
        return facts, arrays | {
            f"network.{name}": value for name, value in tabm_network.weight_arrays(self.network).items()
        }


def default_settings(rows: int, form: str, seconds: float = 60.0) -> JsonObject:
    """Default settings: a TabM ensemble of 8 where its epochs fit the budget, one plain network above.

    The rule counts rows and never reads a clock, so that the same seed gives the same network.

    Args:
        rows: training rows. form: of the task. seconds: of the budget, wall seconds of one quiet core.

    Returns:
        Setting -> value.
    """
    epochs = 60 if form == "regression" else 30
    many = rows >= MANY_ROWS or rows * epochs * SECONDS_A_ROW > seconds
    return {
        "members": 1 if many else 8,
        "breadth": 256 if many else 128,
        "epochs": epochs,
        "rate": 2e-3 if many else 4e-3,
        "decay": 1e-2,
        "bins": 48 if many else 16,
        "batch": 256,
        "patience": 12,
    }


def fit_table_network(
    own: Dataset,
    inner: Dataset,
    output_spec: OutputSpec,
    settings: Facts,
    budget: Budget,
    on_progress: ProgressCallback,
) -> TabularNetwork:
    """Fit the encoding on ``own`` and train a network there, stopping early on ``inner``.

    The learning rate runs one cycle over the epochs planned; fewer are planned when the seconds would not suffice.

    Raises:
        training.TrainingError: the network did not converge.
    """
    import torch

    clock = WorkClock()
    chosen = {**default_settings(len(own), output_spec.form, budget.seconds), **settings}
    device, note = devices.configure_torch(budget.device, budget.threads, budget.seed)
    encoding = table_encoders.fit_dense(own.inputs, bins=chosen["bins"], seed=budget.seed)
    shape = tabm_network.TabMConfig.from_settings(chosen)
    network = tabm_network.build_tabm(encoding, output_spec.width, shape)
    rows, held = (torch.from_numpy(encoding.transform(part.inputs)) for part in (own, inner))
    truth = target_of(inner)

    def score(current: nn.Module) -> float:
        return output_spec.skill(output_spec.to_predictions(trainer.predict_raw(current, [held], 8192)), truth)

    config = _trainer_config(chosen, len(rows), clock.left(budget.seconds, 0.05), device)
    batches = trainer.minibatches([rows, output_spec.encode(target_of(own))], chosen["batch"], budget.seed)
    done = trainer.fit_weights(
        network,
        batches,
        tabm_network.ensemble_loss(output_spec.loss(), shape.ensemble_size),
        score,
        config,
        on_progress,
    )
    facts = {
        **chosen,
        "best_epoch": done.best_epoch,
        "epochs_run": done.epochs,
        "planned_epochs": done.planned,
        "stopped": done.stopped,
        "device": done.device,
        "precision": done.precision,
        "notes": [*([note] if note else []), *done.notes],
    }
    return TabularNetwork(network, encoding, output_spec, shape, done.best_score, facts)


def _trainer_config(settings: Facts, rows: int, seconds: float, device: str) -> trainer.TrainerConfig:
    return trainer.TrainerConfig(
        epochs=settings["epochs"],
        learning_rate=settings["rate"],
        weight_decay=settings["decay"],
        schedule="one-cycle",
        steps=max(1, -(-rows // settings["batch"])),
        patience=settings["patience"],
        seconds=seconds,
        device=device,
    )


def describe_network(fitted: TabularNetwork) -> JsonObject:
    """The structure of a fitted network: layer shapes, parameters, multiply-adds a prediction, facts of the training.

    Args:
        fitted: the network.

    Returns:
        A JSON-able mapping.
    """
    import torch

    return {
        **fitted.facts,
        "layers": tabm_network.layer_shapes(fitted.network),
        "parameters": tabm_network.count_parameters(fitted.network),
        "multiply_adds": tabm_network.count_multiply_adds(fitted.network, torch.zeros(1, fitted.encoding.width)),
        "inputs_encoded": fitted.encoding.width,
    }


def restore_network(facts: Facts, arrays: Mapping[str, np.ndarray]) -> TabularNetwork:
    """The network that ``TabularNetwork.to_state`` described.

    Args:
        facts: the JSON-able values. arrays: the arrays by name.

    Returns:
        A network that predicts as the original did.
    """
    import torch

    output_spec = OutputSpec(**{**facts["answer"], "prior": tuple(facts["answer"]["prior"])})
    shape = tabm_network.TabMConfig.from_settings(facts["shape"])
    encoding = table_encoders.restore_dense(facts, arrays)
    network = tabm_network.build_tabm(encoding, output_spec.width, shape)
    weights = {name[8:]: torch.from_numpy(array) for name, array in arrays.items() if name.startswith("network.")}
    network.load_state_dict(weights)
    return TabularNetwork(network.eval(), encoding, output_spec, shape, float("nan"), {})


def load_network(data: bytes) -> TabularNetwork:
    """The network of an npz archive.

    Args:
        data: what ``saved`` gave.

    Returns:
        The network.
    """
    facts, arrays, _ = model_archive.unpack(data)
    return restore_network(facts, arrays)


def align_columns(found: Attribution, names: tuple[str, ...]) -> Attribution:
    """An attribution with every original column in the table's order; a column without influence gets 0.

    Args:
        found: the attribution. names: columns of the table.

    Returns:
        The attribution over ``names``.
    """
    values = np.zeros((len(found.values), len(names)))
    places = {name: place for place, name in enumerate(names)}
    for part, column in zip(found.parts, np.asarray(found.values).T, strict=True):
        values[:, places[part]] = column
    return replace(found, parts=names, values=values)


def rescale_attribution(found: Attribution, mean: float, scale: float) -> Attribution:
    """An attribution of a standardised output, brought to the target's unit.

    Args:
        found: the attribution. mean, scale: of the target in training.

    Returns:
        A copy.
    """
    margin = None if found.margin is None else np.asarray(found.margin) * scale + mean
    base = np.asarray(found.base_value) * scale + mean
    return replace(found, values=found.values * scale, base_value=base, margin=margin)
