"""Networks on tables, trained: from a prepared table to a fitted network with its encoding, for two contestants."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np

from core.features import table_encoders
from core.models.tabular import tabm_network as networks
from core.models.training import trainer as training
from core.models.training.output_spec import OutputSpec, target_of
from core.schema import Attribution, Budget, Dataset, ProgressCallback
from core.storage import model_archive
from core.workers import devices

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
    shape: networks.TabMConfig
    score: float
    facts: dict[str, Any]

    def raw(self, encoded: np.ndarray) -> np.ndarray:
        """Raw outputs float32 (n, width) of encoded rows."""
        import torch

        with torch.inference_mode():
            return training.predict_raw(self.network, [torch.from_numpy(encoded)], 8192)

    def represented(self, encoded: np.ndarray, size: int = 4096) -> tuple[np.ndarray, np.ndarray]:
        """The last hidden layer (n, members * breadth) and raw outputs (n, width) of encoded rows, float32."""
        import torch

        hidden, raw = [], []
        with torch.inference_mode():
            for begin in range(0, len(encoded), size):
                layer = self.network.represent(torch.from_numpy(encoded[begin : begin + size]))
                answers = self.network.head(layer)
                hidden.append(layer.flatten(1).numpy())
                raw.append((answers.mean(1) if layer.ndim == 3 else answers).numpy())
        return np.concatenate(hidden), np.concatenate(raw)

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """Facts and arrays that ``restore_network`` builds the same model from."""
        facts, arrays = self.encoding.to_state()
        facts |= {"answer": asdict(self.output_spec), "shape": asdict(self.shape)}
        return facts, arrays | {
            f"network.{name}": value for name, value in networks.weight_arrays(self.network).items()
        }


def default_settings(rows: int, form: str, seconds: float = 60.0) -> dict[str, Any]:
    """Settings for this many training rows: TabM of 8 members where its epochs fit the seconds (wall, of one quiet
    core, by the count of rows, never by a clock: the same seed gives the same network), one plain network above."""
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
    settings: Mapping[str, Any],
    budget: Budget,
    on_progress: ProgressCallback,
) -> TabularNetwork:
    """Fit the encoding on ``own`` and train a network there, stopping early on ``inner``.

    The learning rate runs one cycle over the epochs planned; fewer are planned when the seconds would not suffice.

    Raises:
        training.TrainingError: the network did not converge.
    """
    import torch

    begin = time.perf_counter()
    chosen = {**default_settings(len(own), output_spec.form, budget.seconds), **settings}
    device, note = devices.configure_torch(budget.device, budget.threads, budget.seed)
    encoding = table_encoders.fit_dense(own.inputs, bins=chosen["bins"], seed=budget.seed)
    named = {field.name for field in fields(networks.TabMConfig)}
    shape = networks.TabMConfig(**{name: value for name, value in chosen.items() if name in named})
    network = networks.build_tabm(encoding, output_spec.width, shape)
    rows, held = (torch.from_numpy(encoding.transform(part.inputs)) for part in (own, inner))

    truth = target_of(inner)

    def score(current: Any) -> float:
        return output_spec.skill(output_spec.to_predictions(training.predict_raw(current, [held], 8192)), truth)

    steps = max(1, -(-len(rows) // chosen["batch"]))
    config = training.TrainerConfig(
        epochs=chosen["epochs"],
        learning_rate=chosen["rate"],
        weight_decay=chosen["decay"],
        schedule="one-cycle",
        steps=steps,
        patience=chosen["patience"],
        seconds=max(budget.seconds - (time.perf_counter() - begin), 0.05),
        device=device,
    )
    batches = training.minibatches([rows, output_spec.encode(target_of(own))], chosen["batch"], budget.seed)
    done = training.fit_weights(
        network, batches, networks.ensemble_loss(output_spec.loss(), shape.members), score, config, on_progress
    )
    facts = {
        **chosen,
        "best_epoch": done.best_epoch,
        "epochs_run": done.epochs,
        "stopped": done.stopped,
        "device": done.device,
        "precision": done.precision,
        "notes": [*([note] if note else []), *done.notes],
    }
    return TabularNetwork(network, encoding, output_spec, shape, done.best_score, facts)


def describe_network(fitted: TabularNetwork) -> dict[str, Any]:
    """Layers with shapes, parameters and multiply-adds of one answer, beside the facts of the training."""
    import torch

    return {
        **fitted.facts,
        "layers": networks.layer_shapes(fitted.network),
        "parameters": networks.count_parameters(fitted.network),
        "multiply_adds": networks.count_multiply_adds(fitted.network, torch.zeros(1, fitted.encoding.width)),
        "inputs_encoded": fitted.encoding.width,
    }


def restore_network(facts: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> TabularNetwork:
    """A Fitted from what ``TabularNetwork.state`` gave."""
    import torch

    output_spec = OutputSpec(**{**facts["answer"], "prior": tuple(facts["answer"]["prior"])})
    shape = networks.TabMConfig(**facts["shape"])
    encoding = table_encoders.restore_dense(facts, arrays)
    network = networks.build_tabm(encoding, output_spec.width, shape)
    weights = {name[8:]: torch.from_numpy(array) for name, array in arrays.items() if name.startswith("network.")}
    network.load_state_dict(weights)
    return TabularNetwork(network.eval(), encoding, output_spec, shape, float("nan"), {})


def load_network(data: bytes) -> TabularNetwork:
    """A Fitted from saved bytes."""
    facts, arrays, _ = model_archive.unpack(data)
    return restore_network(facts, arrays)


def align_columns(found: Attribution, names: tuple[str, ...]) -> Attribution:
    """The same attribution with every original column in the table's order; a column without influence gets 0."""
    values = np.zeros((len(found.values), len(names)))
    places = {name: place for place, name in enumerate(names)}
    for part, column in zip(found.parts, np.asarray(found.values).T, strict=True):
        values[:, places[part]] = column
    return replace(found, parts=names, values=values)


def rescale_attribution(found: Attribution, mean: float, scale: float) -> Attribution:
    """An attribution of a standardised output, brought to the target's unit."""
    margin = None if found.margin is None else np.asarray(found.margin) * scale + mean
    base = np.asarray(found.base_value) * scale + mean
    return replace(found, values=found.values * scale, base_value=base, margin=margin)
