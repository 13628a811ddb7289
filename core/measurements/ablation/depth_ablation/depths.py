"""The depth ablation: small networks of 0 to 3 hidden layers, and boosted trees of depth 1 to 8, on the same cuts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.evaluation import refitting
from core.features import flatten
from core.models.training.booster import BoostingRows, Schedule, booster_parameters, train_booster
from core.models.training.output_spec import OutputSpec
from core.schema import FittedContestant, MeasurementResult

if TYPE_CHECKING:
    from torch import nn

NETWORK_DEPTHS = (0, 1, 2, 3)
TREE_DEPTHS = (1, 2, 3, 4, 6, 8)
BREADTH = 64
ROUNDS = 200


def ablate_networks(subject: FittedContestant, seconds: float = 6.0) -> MeasurementResult:
    """Gain of the validated depth (1 to 3 hidden layers of 64) over none, points of skill, one value a cut."""
    return _ablated(subject, "network", NETWORK_DEPTHS, _network(seconds))


def ablate_trees(subject: FittedContestant) -> MeasurementResult:
    """Gain of the validated tree depth (2 to 8) over stumps in boosted trees, points of skill, one value a cut."""
    return _ablated(subject, "tree", TREE_DEPTHS, _trees)


def _ablated(
    subject: FittedContestant, kind: str, depths: tuple[int, ...], train: Callable[..., tuple[Any, float]]
) -> MeasurementResult:
    cuts = refitting.folds(refitting.pooled_rows(subject), subject.task, refitting.REPEATS)
    rows: dict[int, list[float]] = {depth: [] for depth in depths}
    gains, picked = [], []
    for step, cut in enumerate(cuts):
        refitting.report_progress(subject, step, len(cuts), f"{kind} depth {depths[0]} to {depths[-1]}")
        output_spec = OutputSpec.from_target(subject.task.form, cut.train.target, len(cut.train.labels))  # type: ignore[arg-type]
        flat = flatten.fit_flatten(cut.train)
        parts = [(flat(part.inputs), part.target) for part in (cut.train, cut.valid)]
        asked = flat(cut.test.inputs)
        inner: dict[int, float] = {}
        for depth in depths:
            predict, inner[depth] = train(subject, parts, output_spec, depth, cut.seed)
            found = refitting.skill(subject.task, cut.known_targets, np.asarray(cut.test.target), predict(asked))
            rows[depth].append(found)
        best = max(depths[1:], key=lambda depth: inner[depth])
        picked.append(best)
        gains.append(rows[best][-1] - rows[depths[0]][-1])
    curve = [{"depth": depth, "skills": rows[depth]} for depth in depths]
    detail = {
        "kind": kind,
        "curve": curve,
        "picked": picked,
        "rho": 1 / (len(cuts) - 1),
        "rows": len(cuts[0].known_targets),
    }
    return MeasurementResult(tuple(gains), detail)


def _network(seconds: float) -> Callable[..., tuple[Any, float]]:
    """The way to train a network of one depth within these seconds."""
    return lambda subject, parts, output_spec, depth, seed: _perceptron(
        replace(subject, budget=replace(subject.budget, seconds=seconds, seed=seed, device="cpu")),
        parts,
        output_spec,
        depth,
    )


def _perceptron(subject: FittedContestant, parts: list, output_spec: OutputSpec, depth: int) -> tuple[Any, float]:
    import torch

    from core.models.training import trainer
    from core.models.training.fit_network import LabelledTensors, NetworkHyperparameters, NetworkPlan, fit_network

    width = parts[0][0].shape[1]

    def make() -> nn.Module:
        sizes = [width, *[BREADTH] * depth]
        layers: list[Any] = []
        for before, after in itertools.pairwise(sizes):
            layers += [torch.nn.Linear(before, after), torch.nn.ReLU()]
        return torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-1], output_spec.width))

    tensors = [LabelledTensors((torch.as_tensor(values),), np.asarray(target)) for values, target in parts]
    # A linear map moves one weight a column where a stack moves many: at the same rate it would stop half-way.
    diet = NetworkHyperparameters(learning_rate=5e-3 if depth else 3e-2, epochs=40, smoothing=0.0)
    network, _ = fit_network(
        make,
        tensors[0],
        tensors[1],
        output_spec,
        NetworkPlan(diet, subject.budget),
        refitting.without_curves(subject),
    )

    def predict(values: np.ndarray) -> np.ndarray:
        return output_spec.to_predictions(trainer.predict_raw(network, (torch.as_tensor(values),)))

    return predict, output_spec.skill(predict(parts[1][0]), parts[1][1])


def _trees(subject: FittedContestant, parts: list, output_spec: OutputSpec, depth: int, seed: int) -> tuple[Any, float]:
    import xgboost

    regression = output_spec.form == "regression"
    own, inner = (
        BoostingRows(values, (target - output_spec.mean) / output_spec.scale if regression else target)
        for values, target in parts
    )
    budget = replace(subject.budget, seed=seed)
    parameters = booster_parameters(output_spec, {"max_depth": depth, "eta": 0.1}, budget)
    best = train_booster(own, inner, parameters, Schedule(ROUNDS, 20, math.inf), lambda progress: None).booster

    def predict(values: np.ndarray) -> np.ndarray:
        raw = best.predict(xgboost.DMatrix(values), output_margin=True)
        return output_spec.to_predictions(np.asarray(raw, dtype=float).reshape(len(values), output_spec.width))

    return predict, output_spec.skill(predict(parts[1][0]), parts[1][1])
