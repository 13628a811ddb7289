"""Smaller versions of a fitted model: fewer trees, zeroed weights, a small student taught by the model's answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.deployment.onnx_export import ExportedModel
from core.models.onnx import graphs
from core.schema import Model

if TYPE_CHECKING:
    import xgboost
    from torch import nn

KEPT = 0.5
STUDENT_BREADTH = 32
STUDENT_STEPS = 400
STUDENT_TREES = 30
STUDENT_DEPTH = 3
MOST_ROWS = 4_000
MOST_FEATURED = 1_500


def prune(model: Model, found: ExportedModel, rows: np.ndarray) -> tuple[bytes, str]:
    """The model with half of it taken away, and in words what was: the later half of the trees, or the half of each
    weight matrix that is nearest to zero (Han et al. 2015; the bytes shrink only when packed).

    Raises:
        ValueError: a linear model is left alone.
    """
    if found.portable is not None and found.portable.booster is not None:
        whole = found.portable.booster
        rounds = max(1, round(KEPT * whole.num_boosted_rounds()))
        return found.portable.with_head(booster=whole[:rounds]).graph(rows), f"the first {rounds} of its rounds"
    if found.kind == "trees":
        booster: xgboost.Booster = getattr(model, "booster")  # noqa: B009
        rounds = max(1, round(KEPT * booster.num_boosted_rounds()))
        return graphs.tree_graph(booster[:rounds], rows), f"the first {rounds} of its rounds"
    if found.kind == "linear" and found.portable is None:
        raise ValueError("a linear model is already small")
    return graphs.prune_by_magnitude(found.graph, KEPT, found.fixed_tensors), "half of each weight matrix set to zero"


def distil(found: ExportedModel, rows: np.ndarray, seed: int = 0) -> tuple[bytes, str]:
    """A small model taught to give the raw outputs of the original (Hinton, Vinyals & Dean 2015): a network of one
    hidden layer of 32 for a network, 30 trees of depth 3 for trees and linear models.

    Args:
        rows: encoded training rows (n, d); at most 4,000 are used.
    """
    if found.portable is not None:
        return _distil_portable(found, rows, seed)
    chosen = np.random.default_rng(seed).permutation(len(rows))[:MOST_ROWS]
    taught = np.ascontiguousarray(rows[chosen])
    wanted = np.asarray(found.raw(taught), dtype=np.float32)
    if found.kind == "network":
        return _small_network(taught, wanted, seed), f"a network with one hidden layer of {STUDENT_BREADTH}"
    return _small_trees(taught, wanted, seed), f"{STUDENT_TREES} trees of depth {STUDENT_DEPTH} an output"


def _distil_portable(found: ExportedModel, rows: np.ndarray, seed: int) -> tuple[bytes, str]:
    """A student behind the same way in, on the original's own hand-made features where it has some."""
    whole = found.portable
    assert whole is not None
    chosen = np.random.default_rng(seed).permutation(len(rows))[:MOST_FEATURED]
    taught = np.ascontiguousarray(rows[chosen])
    wanted, seen = np.asarray(found.raw(taught), dtype=np.float32), whole.features(taught)
    front = whole.student_module or whole.feature_module
    if whole.booster is not None:
        small = whole.with_head(booster=_few_trees(seen, wanted, seed))
        return small.graph(taught), f"{STUDENT_TREES} trees of depth {STUDENT_DEPTH} an output, on the same features"
    about = f"a network with one hidden layer of {STUDENT_BREADTH}, on "
    about += whole.student_features
    student = _fit_small_network(seen, wanted, seed)
    small = replace(whole.with_head(head_module=student), feature_module=front)
    if front is None:
        return graphs.perceptron_graph(_layers(student), rows.shape[1:]), about
    return small.graph(taught), about


def _small_network(rows: np.ndarray, wanted: np.ndarray, seed: int) -> bytes:
    return graphs.perceptron_graph(
        _layers(_fit_small_network(rows.reshape(len(rows), -1), wanted, seed)), rows.shape[1:]
    )


def _layers(net: nn.Sequential) -> list[tuple[np.ndarray, np.ndarray]]:
    found = [[part.detach().numpy() for part in layer.parameters()] for layer in net if hasattr(layer, "weight")]
    return [(weights, offsets) for weights, offsets in found]


def _fit_small_network(rows: np.ndarray, wanted: np.ndarray, seed: int) -> nn.Sequential:
    """A network with one hidden layer taught the raw outputs; the scale of its inputs is folded into the weights."""
    import torch

    torch.manual_seed(seed)
    middle, spread = rows.mean(axis=0), max(float(rows.std()), 1e-6)
    inputs, targets = torch.as_tensor((rows - middle) / spread), torch.as_tensor(wanted)
    net = torch.nn.Sequential(
        torch.nn.Linear(inputs.shape[1], STUDENT_BREADTH),
        torch.nn.ReLU(),
        torch.nn.Linear(STUDENT_BREADTH, wanted.shape[1]),
    )
    level, reach = wanted.mean(axis=0), max(float(wanted.std()), 1e-6)
    targets = (targets - torch.as_tensor(level)) / reach
    optimizer = torch.optim.AdamW(net.parameters(), lr=5e-3, weight_decay=1e-4)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(STUDENT_STEPS):
        batch = torch.randint(len(inputs), (256,), generator=generator)
        loss = torch.nn.functional.mse_loss(net(inputs[batch]), targets[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        first: Any = net[0]
        first.weight /= spread
        first.bias -= first.weight @ torch.as_tensor(middle)
        last: Any = net[2]
        last.weight *= reach
        last.bias.copy_(last.bias * reach + torch.as_tensor(level))
    return net.eval()


def _small_trees(rows: np.ndarray, wanted: np.ndarray, seed: int) -> bytes:
    return graphs.tree_graph(_few_trees(rows, wanted, seed), rows)


def _few_trees(rows: np.ndarray, wanted: np.ndarray, seed: int) -> xgboost.Booster:
    import xgboost

    settings = {
        "objective": "reg:squarederror",
        "max_depth": STUDENT_DEPTH,
        "eta": 0.3,
        "nthread": 1,
        "seed": seed,
        "base_score": 0.0,
    }
    data = xgboost.DMatrix(rows, label=wanted)
    return xgboost.train(settings, data, STUDENT_TREES)
