"""The parts of a portable model, and how they are written as one ONNX graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.models.onnx import graphs
from core.schema import Inputs

if TYPE_CHECKING:
    import torch
    import xgboost
    from torch import nn

TREE_ROWS = "tree_rows"


@dataclass(frozen=True)
class PortableModel:
    """One way to ship a model.

    encode: inputs -> float32 rows (n, ...) that the graph takes. kind: "network", "trees", "linear", "kernel" or
    "hybrid". feature_module: a torch Module, those rows -> features (None: the rows are features already).
    head_module: a torch Module, features -> raw outputs, or else ``booster``: an xgboost Booster over the features.
    outside_graph: in words, what ``encode`` does before the graph ("": only a change of number format).
    sidecar_bytes: bytes that must be shipped with the graph, such as a vocabulary. student_module: a torch Module,
    rows -> features for a small student, where these are not ``feature_module``; student_features: what they are.
    """

    encode: Callable[[Any], np.ndarray]
    kind: str
    feature_module: nn.Module | None = None
    head_module: nn.Module | None = None
    booster: xgboost.Booster | None = None
    outside_graph: str = ""
    sidecar_bytes: int = 0
    student_module: nn.Module | None = None
    student_features: str = "the same features"

    def graph(self, rows: np.ndarray) -> bytes:
        """The ONNX graph of the model.

        Args:
            rows: an example of what ``encode`` gives (n, ...).

        Returns:
            The serialised graph.
        """
        if self.booster is None:
            return graphs.network_graph(
                chain_modules(*(part for part in (self.feature_module, self.head_module) if part is not None)), rows
            )
        if self.feature_module is None:
            return graphs.tree_graph(self.booster, rows)
        return _join_trees(self.feature_module, self.booster, rows)

    def fixed_tensors(self) -> frozenset[str]:
        """Names of the graph's tensors that were not fitted, such as filter banks: compression leaves them alone.

        Returns:
            Tensor names.
        """
        learnt = [part for part in (self.feature_module, self.head_module) if part is not None]
        return frozenset(name for name, _ in chain_modules(*learnt).named_buffers()) if learnt else frozenset()

    def with_head(self, **parts: Any) -> PortableModel:
        """The same features under another head: ``head_module`` or ``booster``."""
        return replace(self, **{"head_module": None, "booster": None, **parts})

    def features(self, rows: np.ndarray, size: int = 64) -> np.ndarray:
        """What the head takes.

        Args:
            rows: from ``encode``. size: rows a batch.

        Returns:
            float32 (n, d).
        """
        front = self.student_module or self.feature_module
        if front is None:
            return rows.reshape(len(rows), -1)
        import torch

        with torch.no_grad():
            return np.concatenate(
                [front(torch.as_tensor(rows[begin : begin + size])).numpy() for begin in range(0, len(rows), size)]
            )


def _join_trees(module: nn.Module, booster: xgboost.Booster, rows: np.ndarray) -> bytes:
    """A torch Module whose outputs are the rows of boosted trees."""
    import onnx
    import torch

    with torch.no_grad():
        made = module(torch.as_tensor(rows[:2])).numpy()
    front = onnx.load_from_string(graphs.network_graph(module, rows, (TREE_ROWS,)))
    grown = onnx.load_from_string(graphs.tree_graph(booster, made))
    node = grown.graph.node[0]
    node.input[0] = TREE_ROWS
    front.graph.node.append(node)
    del front.graph.output[:]
    front.graph.output.append(grown.graph.output[0])
    front.opset_import.append(onnx.helper.make_opsetid(graphs.TREE_DOMAIN, 3))
    return front.SerializeToString()


def chain_modules(*modules: nn.Module) -> nn.Module:
    """Modules in sequence.

    Args:
        modules: torch Modules.

    Returns:
        One Module.
    """
    import torch

    return torch.nn.Sequential(*modules).eval()


def feature_layer(network: Any) -> torch.nn.Module:
    """A network without its last layer, as a Module.

    Args:
        network: a torch Module.

    Returns:
        A Module, inputs -> activations (n, d).
    """
    import torch

    class Features(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            return self.network.features(rows)

    return Features().eval()


def as_float32(inputs: Inputs) -> np.ndarray:
    """Inputs as float32: the only step outside a graph that holds everything else.

    Args:
        inputs: an array.

    Returns:
        float32, same shape.
    """
    return np.ascontiguousarray(inputs, dtype=np.float32)
