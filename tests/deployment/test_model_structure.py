"""What is drawn is what was trained: a stump by hand, every kept node once, the layers of a network."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from core.deployment import model_structure


def grown(depth):
    import xgboost

    rows = np.random.default_rng(0).normal(size=(300, 2)).astype(np.float32)
    target = np.where(rows[:, 1] < 0.25, -1.0, 1.0)
    settings = {"max_depth": depth, "eta": 1.0, "lambda": 0.0, "base_score": 0.0, "nthread": 1}
    booster = xgboost.train(settings, xgboost.DMatrix(rows, label=target + 0.3 * rows[:, 0]), 1)
    return SimpleNamespace(booster=booster, features=SimpleNamespace(blocks=["first", "second"]))


def test_a_stump_by_hand():
    root, left, right = model_structure.tree_nodes(grown(1))
    assert root["column"] == "second" and abs(root["below"] - 0.25) < 0.05 and root["parent"] is None
    assert (left["side"], right["side"]) == ("left", "right") and left["leaf"] < 0 < right["leaf"]
    assert left["column"] is None and root["leaf"] is None


def test_a_deep_tree_is_cut_and_whole_above():
    nodes = model_structure.tree_nodes(grown(7))
    named = {one["node"] for one in nodes}
    assert len(named) == len(nodes) <= 31
    assert all(one["parent"] in named for one in nodes[1:])


def test_layers_and_models_without_either():
    import torch

    net = torch.nn.Sequential(torch.nn.Linear(5, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    found = model_structure.layer_widths(SimpleNamespace(network=net))
    assert [(one["inputs"], one["outputs"], one["weights"]) for one in found] == [(5, 3, 15), (3, 1, 3)]
    assert (
        model_structure.layer_widths(SimpleNamespace()) is None
        and model_structure.tree_nodes(SimpleNamespace()) is None
    )
    assert model_structure.tree_nodes(grown(1), number=5) is None
