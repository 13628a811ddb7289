"""The learners that raw and hand-made inputs are fed to.

The two learners of each kind of data are the same on both inputs: what a craft gives to one and to the other is then a
matter of the inputs alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core import registry
from core.features.standardisation import fit_standardisation
from core.models import heads
from core.models.input_views import InputView
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Dataset, Inputs, ProgressCallback, Task

if TYPE_CHECKING:
    from torch import nn

COMPONENTS = 200
Encode = Callable[[Any], Any]


def feature_views(train: Dataset) -> tuple[InputView, InputView]:
    """The raw and the hand-made view that a modality declares, fitted on training rows.

    Raises:
        ValueError: it declares none.
    """
    declared = registry.modality(train.modality).views
    if declared is None:
        raise ValueError(f"there are no hand-made features for {train.modality} data here")
    raw, made = declared(train)
    return raw, made


def fit_classical(
    view: InputView, parts: tuple[Dataset, Dataset], task: Task, budget: Budget, on_progress: ProgressCallback
) -> Encode:
    """The classical learner of this kind of data on a view: a kernel machine for pictures, a linear model for texts,
    boosted trees for sounds and series. Returns inputs -> answers."""
    output_spec = _answer(parts[0], task)
    own, held = (heads.LabelledRows(view.encode(part.inputs), np.asarray(part.target)) for part in parts)
    if view.head == "kernel_svm":
        head = heads.fit_kernel_svm(own, held, output_spec, budget, on_progress, view.blocks)
    elif view.head == "linear":
        head = heads.fit_linear(own, held, output_spec, budget.seconds, on_progress)
    else:
        head = heads.fit_boosted_trees(own, held, output_spec, budget, on_progress)
    return lambda inputs: output_spec.to_predictions(head.raw(view.encode(inputs)))


def fit_view_network(
    view: InputView, parts: tuple[Dataset, Dataset], task: Task, budget: Budget, on_progress: ProgressCallback
) -> Encode:
    """A network of two hidden layers on a hand-made view, standardised; sparse views are first brought to 200
    principal components. Returns inputs -> answers."""
    import torch

    from core.models.training import trainer
    from core.models.training.fit_network import LabelledTensors, NetworkHyperparameters, NetworkPlan, fit_network

    output_spec = _answer(parts[0], task)
    ready = _standardised(view, parts[0], budget.seed)
    own, held = (torch.as_tensor(ready(part.inputs)) for part in parts)
    width = own.shape[1]

    def make() -> nn.Module:
        return torch.nn.Sequential(
            torch.nn.Linear(width, 256), torch.nn.ReLU(), torch.nn.Dropout(0.2),
            torch.nn.Linear(256, 128), torch.nn.ReLU(), torch.nn.Dropout(0.2), torch.nn.Linear(128, output_spec.width),
        )  # fmt: skip

    targets = [np.asarray(part.target) for part in parts]
    diet = NetworkHyperparameters(learning_rate=2e-3, batch=64, epochs=40)
    net, _ = fit_network(
        make,
        LabelledTensors((own,), targets[0]),
        LabelledTensors((held,), targets[1]),
        output_spec,
        NetworkPlan(diet, budget),
        on_progress,
    )
    return lambda inputs: output_spec.to_predictions(trainer.predict_raw(net, (torch.as_tensor(ready(inputs)),), 512))


def temporal_network(
    view: InputView, parts: tuple[Dataset, Dataset], task: Task, budget: Budget, on_progress: ProgressCallback
) -> Encode:
    """A temporal network on raw inputs such as samples, where the contestants' own networks see hand-made features."""
    from dataclasses import replace

    from core.models.series.series_networks import fit_series_network

    as_readings = view.as_readings
    if as_readings is None:
        raise ValueError("such inputs are no readings over time")
    own, held = (replace(part, inputs=as_readings(part.inputs), modality="series") for part in parts)
    output_spec = _answer(parts[0], task)
    fitted = fit_series_network(own, held, output_spec, budget, on_progress)
    return lambda inputs: output_spec.to_predictions(fitted.raw(as_readings(inputs)))


def _answer(train: Dataset, task: Task) -> OutputSpec:
    return OutputSpec.from_target(task.form, np.asarray(train.target), len(train.labels))


def _standardised(view: InputView, train: Dataset, seed: int) -> Callable[[Any], np.ndarray]:
    seen = view.encode(train.inputs)
    turn: Any = None
    if not isinstance(seen, np.ndarray):
        from sklearn.utils.extmath import randomized_svd

        turn = randomized_svd(seen, min(COMPONENTS, min(seen.shape) - 1), n_iter=2, random_state=seed)[2].T
        seen = np.asarray(seen @ turn)
    scale = fit_standardisation(seen, min_spread=1e-6)

    def ready(inputs: Inputs) -> np.ndarray:
        rows = view.encode(inputs)
        rows = rows if turn is None else np.asarray(rows @ turn)
        return scale(rows).astype(np.float32)

    return ready


def raw_text(found: Sequence[InputView]) -> dict[str, str]:
    """What the two views are, in words."""
    return {"raw_inputs": found[0].about, "made_inputs": found[1].about}
