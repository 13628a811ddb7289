"""Smaller versions of a fitted model: fewer trees, zeroed weights, a small student taught by the model's answers."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.tools import graphs
from core.tools.export import Exported

KEPT = 0.5
STUDENT_BREADTH = 32
STUDENT_STEPS = 400
STUDENT_TREES = 30
STUDENT_DEPTH = 3
MOST_ROWS = 4_000


def pruned(model: Any, found: Exported, rows: np.ndarray) -> tuple[bytes, str]:
    """The model with half of it taken away, and in words what was: the later half of the trees, or the half of each
    weight matrix that is nearest to zero (Han et al. 2015; the bytes shrink only when packed).

    Raises:
        ValueError: a linear model is left alone.
    """
    if found.kind == "trees":
        rounds = max(1, round(KEPT * model.booster.num_boosted_rounds()))
        return graphs.trees(model.booster[:rounds], rows), f"the first {rounds} of its rounds"
    if found.kind == "linear":
        raise ValueError("a linear model is already small")
    return graphs.thinned(found.graph, KEPT), "half of each weight matrix set to zero"


def student(found: Exported, rows: np.ndarray, seed: int = 0) -> tuple[bytes, str]:
    """A small model taught to give the raw outputs of the original (Hinton, Vinyals & Dean 2015): a network of one
    hidden layer of 32 for a network, 30 trees of depth 3 for trees and linear models.

    Args:
        rows: encoded training rows (n, d); at most 4,000 are used.
    """
    chosen = np.random.default_rng(seed).permutation(len(rows))[:MOST_ROWS]
    taught = np.ascontiguousarray(rows[chosen])
    wanted = np.asarray(found.raw(taught), dtype=np.float32)
    if found.kind == "network":
        return _small_network(taught, wanted, seed), f"a network with one hidden layer of {STUDENT_BREADTH}"
    return _small_trees(taught, wanted, seed), f"{STUDENT_TREES} trees of depth {STUDENT_DEPTH} an output"


def _small_network(rows: np.ndarray, wanted: np.ndarray, seed: int) -> bytes:
    import torch

    torch.manual_seed(seed)
    inputs, targets = torch.as_tensor(rows.reshape(len(rows), -1)), torch.as_tensor(wanted)
    net = torch.nn.Sequential(
        torch.nn.Linear(inputs.shape[1], STUDENT_BREADTH),
        torch.nn.ReLU(),
        torch.nn.Linear(STUDENT_BREADTH, wanted.shape[1]),
    )
    optimizer = torch.optim.AdamW(net.parameters(), lr=5e-3, weight_decay=1e-4)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(STUDENT_STEPS):
        batch = torch.randint(len(inputs), (256,), generator=generator)
        loss = torch.nn.functional.mse_loss(net(inputs[batch]), targets[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    layers = [[part.detach().numpy() for part in layer.parameters()] for layer in (net[0], net[2])]
    return graphs.perceptron([(weights, offsets) for weights, offsets in layers], rows.shape[1:])


def _small_trees(rows: np.ndarray, wanted: np.ndarray, seed: int) -> bytes:
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
    booster = xgboost.train(settings, data, STUDENT_TREES)
    return graphs.trees(booster, rows)
