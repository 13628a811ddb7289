"""A hybrid as one ONNX graph: its network, the directions of what it learnt, and the trees that start from its answer.

One input row holds the network's encoding and the trees' encoding side by side.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

import numpy as np

from core.models.onnx import graphs
from core.schema import Inputs, JsonObject

if TYPE_CHECKING:
    import torch
    import xgboost
    from torch import nn

    from core.features.table_encoders import OrdinalEncoder
    from core.models.tabular.boosting import BoostedTrees
    from core.models.tabular.stacking import Representation
    from core.models.training.output_spec import OutputSpec

TREE_ROWS, START, SUM = "tree_rows", "start", "leaves"


class HybridModel(Protocol):
    """A table's network with boosted trees on top, as far as its graph is written from it.

    ``features`` encode rows for the trees; ``trust`` is the share of the network's answer that the trees start from.
    """

    representation: Representation
    boosted: BoostedTrees
    features: OrdinalEncoder
    output_spec: OutputSpec
    trust: float

    @property
    def booster(self) -> xgboost.Booster:
        """The trees over raw columns and network directions."""


def encode_hybrid(model: HybridModel, inputs: Inputs) -> np.ndarray:
    """Rows float32 (n, dense + ordinal) as the graph takes them."""
    dense = model.representation.fitted.encoding.transform(inputs)
    return np.concatenate([dense, model.features.transform(inputs)], axis=1).astype(np.float32)


def hybrid_raw_outputs(model: HybridModel, rows: np.ndarray) -> np.ndarray:
    """What the original answers for such rows: raw margins (n, width)."""
    width = model.representation.fitted.encoding.width
    hidden, start = model.representation.fitted.represent(np.ascontiguousarray(rows[:, :width]))
    directions = (hidden - model.representation.mean) @ model.representation.axes
    encoded = np.concatenate([rows[:, width:], directions], axis=1)
    start = np.float32(model.trust) * start
    if model.output_spec.form == "regression":
        start = model.output_spec.to_predictions(start)[:, None]
    return model.boosted.raw(encoded, start.astype(np.float32))


def hybrid_graph(model: HybridModel, rows: np.ndarray) -> bytes:
    """The whole hybrid as ONNX, rows as ``encode_hybrid`` gives them."""
    import onnx
    from onnx import helper

    front = onnx.load_from_string(graphs.network_graph(_front(model), rows, (TREE_ROWS, START)))
    learner = json.loads(bytes(model.booster.save_raw("json")))["learner"]["gradient_booster"]["model"]
    width = max(learner["tree_info"], default=0) + 1
    grown: JsonObject = graphs.tree_attributes(learner["trees"], learner["tree_info"])
    front.graph.node.append(
        helper.make_node(
            "TreeEnsembleRegressor",
            [TREE_ROWS],
            [SUM],
            domain=graphs.TREE_DOMAIN,
            n_targets=width,
            aggregate_function="SUM",
            post_transform="NONE",
            **grown,
        )
    )
    front.graph.node.append(helper.make_node("Add", [SUM, START], [graphs.OUTPUT]))
    del front.graph.output[:]
    front.graph.output.append(helper.make_tensor_value_info(graphs.OUTPUT, onnx.TensorProto.FLOAT, ["n", width]))
    front.opset_import.append(helper.make_opsetid(graphs.TREE_DOMAIN, 3))
    return front.SerializeToString()


def _front(model: HybridModel) -> nn.Module:
    """The torch part: rows -> (rows of the trees, where the trees start)."""
    import torch

    fitted, output_spec = model.representation.fitted, model.output_spec
    width = fitted.encoding.width
    scale, mean = (output_spec.scale, output_spec.mean) if output_spec.form == "regression" else (1.0, 0.0)
    scale *= model.trust

    class Front(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = fitted.network
            self.register_buffer("middle", torch.as_tensor(model.representation.mean, dtype=torch.float32))
            self.register_buffer("axes", torch.as_tensor(model.representation.axes, dtype=torch.float32))

        def forward(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            layer = self.network.represent(rows[:, :width])
            answers = self.network.head(layer)
            start = answers.mean(1) if layer.ndim == 3 else answers
            directions = (layer.flatten(1) - self.middle) @ self.axes
            return torch.cat([rows[:, width:], directions], dim=1), start * scale + mean

    return Front()
