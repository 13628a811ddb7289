"""Fitted models as ONNX: from encoded rows (float32) to raw outputs, ready for a runtime without our libraries.

Reading a table's row (its columns as numbers) stays outside: plain array arithmetic in whatever language the device
speaks. Pictures, sounds and series go in as they are; of texts, words are looked up outside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from core.deployment import onnx_hybrid
from core.deployment.graph_session import open_session, run_session
from core.deployment.onnx_hybrid import HybridModel
from core.models.onnx import PortableModel, graphs
from core.models.training.output_spec import OutputSpec
from core.schema import Inputs, JsonObject, Model

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class ExportedModel:
    """An ONNX graph with what stands before and behind it.

    encode: inputs -> the graph's float32 input (n, ...). raw: those rows -> raw outputs of the original model.
    to_predictions: raw outputs -> probabilities or values. outside_graph, sidecar_bytes: what ``encode`` does before
    the graph, in words, and the bytes it needs. portable: where the model has one.
    """

    graph: bytes
    encode: Callable[[Any], np.ndarray]
    raw: Callable[[np.ndarray], np.ndarray]
    to_predictions: Callable[[np.ndarray], np.ndarray]
    kind: str
    output_spec: OutputSpec
    outside_graph: str = ""
    sidecar_bytes: int = 0
    portable: PortableModel | None = None

    @property
    def fixed_tensors(self) -> frozenset[str]:
        """Names of the graph's tensors that nobody learnt."""
        return frozenset() if self.portable is None else self.portable.fixed_tensors()


def export_routes(model: Model) -> int:
    """In how many ways a model can be exported, one when nothing is known of others."""
    portable = getattr(model, "portable", None)
    return len(portable()) if portable else 1


def export_model(model: Model, example: Inputs, route: int = 0) -> ExportedModel:
    """The model as an ONNX graph.

    Args:
        model: a fitted contestant that says how in ``portable``, or shows ``encoded`` and a ``booster`` (trees),
            ``network`` (torch) or ``weights`` and ``intercept`` (a linear map), or a hybrid with ``representation``.
        example: inputs of a few rows, to learn the width of an encoded row.
        route: the first is the best; further ones leave more outside of the graph.

    Raises:
        ValueError: this contestant has no such parts, or its graph could not be written.
    """
    if portable := getattr(model, "portable", None):
        return _export_portable(portable()[route], model.output_spec, example)  # type: ignore[attr-defined]
    found = _export_parts(model)
    rows = found["encode"](example)
    if found["kind"] == "trees":
        graph = graphs.tree_graph(found["core"], rows)
    elif found["kind"] == "hybrid":
        graph = onnx_hybrid.hybrid_graph(found["core"], rows)
    elif found["kind"] == "network":
        graph = graphs.network_graph(found["core"], rows)
    else:
        graph = graphs.linear_graph(*found["core"])
    return ExportedModel(
        graph, found["encode"], found["raw"], found["to_predictions"], found["kind"], found["output_spec"]
    )


def _export_portable(found: PortableModel, output_spec: OutputSpec, example: Inputs) -> ExportedModel:
    try:
        graph = found.graph(found.encode(example))
    except Exception as error:
        # torch's exporter raises errors of many kinds; whatever it is, there is no graph, and the reason is said.
        words = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise ValueError(f"its graph could not be written: {words}") from error
    raw = lambda rows: run_graph(graph, rows)  # noqa: E731
    return ExportedModel(
        graph,
        found.encode,
        raw,
        output_spec.to_predictions,
        found.kind,
        output_spec,
        found.outside_graph,
        found.sidecar_bytes,
        found,
    )


def _export_parts(model: Model) -> JsonObject:
    """What can be exported of a model: its core, the way in and the way out."""
    if hasattr(model, "representation") and hasattr(model, "boosted"):
        return _hybrid(cast("HybridModel", model))
    encode = getattr(model, "encoded", None) or _through_tensors(model)
    output_spec = getattr(model, "output_spec", None) or getattr(getattr(model, "fitted", None), "output_spec", None)
    if encode is None or output_spec is None:
        raise ValueError(
            "its frozen body is a graph of its own already, and joining it with what was trained here is not done"
            if dict(model.describe() if hasattr(model, "describe") else {}).get("pretrained")
            else "this contestant has no part that can be exported"
        )
    booster, torch_network = getattr(model, "booster", None), getattr(model, "network", None)
    if booster is not None and torch_network is None:
        plain = output_spec.form == "regression"
        return {
            "kind": "trees",
            "core": booster,
            "encode": encode,
            "raw": lambda rows: graphs.booster_margin(booster, rows),
            "to_predictions": (lambda raw: raw[:, 0]) if plain else output_spec.to_predictions,
            "output_spec": output_spec,
        }
    if torch_network is not None and booster is None:
        return {
            "kind": "network",
            "core": torch_network,
            "encode": encode,
            "raw": lambda rows: _forward(torch_network, rows),
            "to_predictions": output_spec.to_predictions,
            "output_spec": output_spec,
        }
    coefficients, intercepts = getattr(model, "weights", None), getattr(model, "intercept", None)
    if coefficients is None or intercepts is None:
        raise ValueError("this contestant is made of parts that have no common export")
    weights = np.atleast_2d(np.asarray(coefficients, dtype=np.float32))
    offsets = np.atleast_1d(np.asarray(intercepts, dtype=np.float32))
    return {
        "kind": "linear",
        "core": (weights, offsets),
        "encode": encode,
        "raw": lambda rows: rows @ weights.T + offsets,
        "to_predictions": output_spec.to_predictions,
        "output_spec": output_spec,
    }


def _hybrid(model: HybridModel) -> JsonObject:
    return {
        "kind": "hybrid",
        "core": model,
        "encode": lambda inputs: onnx_hybrid.encode_hybrid(model, inputs),
        "raw": lambda rows: onnx_hybrid.hybrid_raw_outputs(model, rows),
        "to_predictions": (lambda raw: raw[:, 0])
        if model.output_spec.form == "regression"
        else model.output_spec.to_predictions,
        "output_spec": model.output_spec,
    }


def _through_tensors(model: Model) -> Callable[[Any], np.ndarray] | None:
    """The way in of a network that takes one float tensor, None for others."""
    tensors = getattr(model, "tensors", None)
    if tensors is None or getattr(model, "network", None) is None:
        return None

    def encode(inputs: Inputs) -> np.ndarray:
        made = tensors(inputs)
        if len(made) != 1 or not made[0].is_floating_point():
            raise ValueError("the network takes more than one float tensor, which is not exported here")
        return made[0].numpy()

    return encode


def _forward(net: nn.Module, rows: np.ndarray) -> np.ndarray:
    import torch

    from core.models.training import trainer

    return trainer.predict_raw(net, (torch.as_tensor(rows),))


def run_graph(graph: bytes, rows: np.ndarray) -> np.ndarray:
    """Raw outputs (n, width) of an exported graph, float64, on one thread."""
    return run_session(open_session(graph), rows)


def graph_facts(graph: bytes) -> Mapping[str, int]:
    """How many nodes of each kind a graph has."""
    import onnx

    kinds: dict[str, int] = {}
    for node in onnx.load_from_string(graph).graph.node:
        kinds[node.op_type] = kinds.get(node.op_type, 0) + 1
    return kinds
