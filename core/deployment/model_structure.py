"""A trained model as something that can be drawn: the first of its trees, or the widths of its layers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.schema import JsonObject, Model

MOST_DEPTH = 4


def tree_nodes(model: Model, number: int = 0) -> list[JsonObject] | None:
    """The nodes of one tree down to depth 4, in the order they hang: the root first.

    Returns:
        [{"node", "parent", "side", "column", "below", "missing", "leaf"}]: ``column`` is the original column's name and
        ``below`` the threshold under which a row goes left, both None at a leaf; ``leaf`` is what a leaf adds to the
        margin, None at a split or where the drawing stops. None for a model without trees.
    """
    booster = getattr(model, "booster", None)
    if booster is None:
        return None
    grown = json.loads(bytes(booster.save_raw("json")))["learner"]["gradient_booster"]["model"]["trees"]
    if number >= len(grown):
        return None
    found, names = grown[number], list(getattr(getattr(model, "features", None), "blocks", ()))
    told: list[JsonObject] = []
    waiting: list[tuple[int, int | None, str, int]] = [(0, None, "", 0)]
    while waiting:
        node, parent, side, depth = waiting.pop(0)
        left, right = found["left_children"][node], found["right_children"][node]
        place, value = found["split_indices"][node], float(found["split_conditions"][node])
        leaf = left < 0
        told.append(
            {
                "node": node,
                "parent": parent,
                "side": side,
                "column": None
                if leaf
                else names[place]
                if place < len(names)
                else f"direction {place - len(names) + 1}",
                "below": None if leaf else value,
                "missing": None if leaf else ("left" if found["default_left"][node] else "right"),
                "leaf": value if leaf else None,
            }
        )
        if not leaf and depth < MOST_DEPTH:
            waiting += [(left, node, "left", depth + 1), (right, node, "right", depth + 1)]
    return told


def _column(place: int, names: list[str]) -> str:
    """The original column of an encoded one; beyond them a hybrid's trees see directions of its network."""
    return names[place] if place < len(names) else f"direction {place - len(names) + 1}"


def layer_widths(model: Model) -> list[JsonObject] | None:
    """The weight matrices of a network in order: [{"name", "inputs", "outputs", "weights"}]; None without a network."""
    network = getattr(model, "network", None)
    if network is None or not hasattr(network, "named_parameters"):
        return None
    return [
        {
            "name": name,
            "inputs": int(parameter.shape[-1]),
            "outputs": int(parameter.shape[-2]),
            "weights": int(parameter.numel()),
        }
        for name, parameter in network.named_parameters()
        if parameter.ndim >= 2
    ]
