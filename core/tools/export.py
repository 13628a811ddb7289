"""Fitted models as ONNX: from encoded rows (float32) to raw outputs, ready for a runtime without our libraries.

Encoding a row (reading its columns) stays outside: it is plain array arithmetic in whatever language the device speaks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.tools import graphs, hybridgraph


@dataclass(frozen=True)
class Exported:
    """An ONNX graph and its way in: ``encode`` turns inputs into its float32 input (n, ...), ``raw`` is what the
    original answers for those rows, and ``finish`` turns raw outputs into probabilities or values."""

    graph: bytes
    encode: Callable[[Any], np.ndarray]
    raw: Callable[[np.ndarray], np.ndarray]
    finish: Callable[[np.ndarray], np.ndarray]
    kind: str
    answer: Any


def export(model: Any, example: Any) -> Exported:
    """The model as an ONNX graph.

    Args:
        model: a fitted contestant that shows ``encoded`` and a ``booster`` (trees), ``network`` (torch) or
            ``weights`` and ``intercept`` (a linear map), or a hybrid with its ``representation``.
        example: inputs of a few rows, to learn the width of an encoded row.

    Raises:
        ValueError: this contestant has no such parts.
    """
    found = _parts(model)
    rows = found["encode"](example)
    if found["kind"] == "trees":
        graph = graphs.trees(found["core"], rows)
    elif found["kind"] == "hybrid":
        graph = hybridgraph.graph(found["core"], rows)
    elif found["kind"] == "network":
        graph = graphs.network(found["core"], rows)
    else:
        graph = graphs.linear(*found["core"])
    return Exported(graph, found["encode"], found["raw"], found["finish"], found["kind"], found["answer"])


def _parts(model: Any) -> dict[str, Any]:
    """What can be exported of a model: its core, the way in and the way out."""
    if hasattr(model, "representation") and hasattr(model, "boosted"):
        return _hybrid(model)
    encode = getattr(model, "encoded", None) or _through_tensors(model)
    answer = getattr(model, "answer", None) or getattr(getattr(model, "fitted", None), "answer", None)
    if encode is None or answer is None:
        raise ValueError("this contestant has no part that can be exported")
    booster, torch_network = getattr(model, "booster", None), getattr(model, "network", None)
    if booster is not None and torch_network is None:
        plain = answer.form == "regression"
        return {
            "kind": "trees",
            "core": booster,
            "encode": encode,
            "raw": lambda rows: graphs.margin(booster, rows),
            "finish": (lambda raw: raw[:, 0]) if plain else answer.finish,
            "answer": answer,
        }
    if torch_network is not None and booster is None:
        return {
            "kind": "network",
            "core": torch_network,
            "encode": encode,
            "raw": lambda rows: _forward(torch_network, rows),
            "finish": answer.finish,
            "answer": answer,
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
        "finish": answer.finish,
        "answer": answer,
    }


def _hybrid(model: Any) -> dict[str, Any]:
    return {
        "kind": "hybrid",
        "core": model,
        "encode": lambda inputs: hybridgraph.encode(model, inputs),
        "raw": lambda rows: hybridgraph.raw(model, rows),
        "finish": (lambda raw: raw[:, 0]) if model.answer.form == "regression" else model.answer.finish,
        "answer": model.answer,
    }


def _through_tensors(model: Any) -> Callable[[Any], np.ndarray] | None:
    """The way in of a network that takes one float tensor, None for others."""
    tensors = getattr(model, "tensors", None)
    if tensors is None or getattr(model, "network", None) is None:
        return None

    def encode(inputs: Any) -> np.ndarray:
        made = tensors(inputs)
        if len(made) != 1 or not made[0].is_floating_point():
            raise ValueError("the network takes more than one float tensor, which is not exported here")
        return made[0].numpy()

    return encode


def _forward(net: Any, rows: np.ndarray) -> np.ndarray:
    import torch

    from core.tools import training

    return training.outputs(net, (torch.as_tensor(rows),))


def session(graph: bytes) -> Any:
    """An onnxruntime session on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def answers(graph: bytes, rows: np.ndarray) -> np.ndarray:
    """Raw outputs (n, width) of an exported graph, float64."""
    found = session(graph).run(None, {graphs.INPUT: np.ascontiguousarray(rows, dtype=np.float32)})[0]
    return np.asarray(found, dtype=np.float64).reshape(len(rows), -1)


def facts(graph: bytes) -> Mapping[str, int]:
    """How many nodes of each kind a graph has."""
    import onnx

    kinds: dict[str, int] = {}
    for node in onnx.load_from_string(graph).graph.node:
        kinds[node.op_type] = kinds.get(node.op_type, 0) + 1
    return kinds
