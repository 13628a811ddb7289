"""ONNX graphs written by hand or by torch: linear maps, small networks, boosted trees, lighter copies of a graph."""

from __future__ import annotations

import contextlib
import json
import logging
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core.schema import JsonObject

if TYPE_CHECKING:
    import xgboost
    from torch import nn

OPSET = 18
TREE_DOMAIN = "ai.onnx.ml"
INPUT, OUTPUT = "rows", "raw"
MIN_PRUNED_SIZE = 64


def linear_graph(weights: np.ndarray, offsets: np.ndarray) -> bytes:
    """A linear map as an ONNX graph.

    Args:
        weights: float (outputs, width). offsets: float (outputs,).

    Returns:
        The serialised graph.
    """
    return perceptron_graph([(weights, offsets)], (weights.shape[1],))


def perceptron_graph(layers: Sequence[tuple[np.ndarray, np.ndarray]], shape: tuple[int, ...]) -> bytes:
    """A multilayer perceptron with ReLU as an ONNX graph.

    Args:
        layers: (weights (out, in), offsets (out,)) of each. shape: of a row, flattened first.

    Returns:
        The serialised graph.
    """
    from onnx import helper, numpy_helper

    nodes = [helper.make_node("Flatten", [INPUT], ["x0"])] if len(shape) > 1 else []
    name, held = ("x0" if nodes else INPUT), []
    for place, (weights, offsets) in enumerate(layers):
        last = place == len(layers) - 1
        held.append(numpy_helper.from_array(np.ascontiguousarray(weights.T, dtype=np.float32), f"w{place}"))
        held.append(numpy_helper.from_array(np.asarray(offsets, dtype=np.float32), f"b{place}"))
        out = OUTPUT if last else f"h{place}"
        nodes.append(helper.make_node("Gemm", [name, f"w{place}", f"b{place}"], [out]))
        if not last:
            nodes.append(helper.make_node("Relu", [out], [f"a{place}"]))
            name = f"a{place}"
    return _model(nodes, held, shape, len(layers[-1][1]))


def prune_by_magnitude(graph: bytes, kept: float, fixed: frozenset[str] = frozenset()) -> bytes:
    """A graph in which all but the largest weights of each matrix are zero.

    Args:
        graph: serialised. kept: share of weights that stay. fixed: names of tensors that are left alone.

    Returns:
        The serialised graph.

    Reference: Han et al. 2015.
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.load_from_string(graph)
    for tensor in model.graph.initializer:
        weights = numpy_helper.to_array(tensor)
        learnt = tensor.name not in fixed and weights.dtype == np.float32
        if learnt and weights.ndim >= 2 and weights.size > MIN_PRUNED_SIZE:
            border = np.quantile(np.abs(weights), 1 - kept)
            tensor.CopyFrom(numpy_helper.from_array(np.where(np.abs(weights) <= border, 0, weights), tensor.name))
    return model.SerializeToString()


def tree_graph(booster: xgboost.Booster, rows: np.ndarray) -> bytes:
    """Boosted trees as one ONNX TreeEnsembleRegressor over float32 rows, missing values as NaN.

    Args:
        booster: an xgboost Booster. rows: encoded rows on which the constant offset is read off.
    """
    from onnx import helper

    learner = json.loads(bytes(booster.save_raw("json")))["learner"]["gradient_booster"]["model"]
    grown, classes = learner["trees"], learner["tree_info"]
    width = max(classes, default=0) + 1
    fields: JsonObject = tree_attributes(grown, classes)
    node = helper.make_node(
        "TreeEnsembleRegressor",
        [INPUT],
        [OUTPUT],
        domain=TREE_DOMAIN,
        n_targets=width,
        aggregate_function="SUM",
        post_transform="NONE",
        base_values=_offset(booster, grown, classes, rows[:1]),
        **fields,
    )
    return _model([node], [], rows.shape[1:], width)


def tree_attributes(grown: list, classes: list) -> dict[str, list]:
    """The parallel lists of ONNX's tree operators, from XGBoost's own arrays.

    Args:
        grown: trees of the booster's JSON. classes: output of each tree.

    Returns:
        Attribute name -> list.
    """
    names = ["treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids"]
    names += ["missing_value_tracks_true"]
    lists: dict[str, list] = {f"nodes_{name}": [] for name in names}
    leaves: dict[str, list] = {f"target_{name}": [] for name in ("treeids", "nodeids", "ids", "weights")}
    for number, tree in enumerate(grown):
        columns = zip(
            tree["split_indices"],
            tree["split_conditions"],
            tree["left_children"],
            tree["right_children"],
            tree["default_left"],
            strict=True,
        )
        for place, (feature, value, left, right, default_left) in enumerate(columns):
            leaf = left < 0
            mode = "LEAF" if leaf else "BRANCH_LT"
            where = (0, 0, 0) if leaf else (left, right, int(default_left))
            row = (number, place, 0 if leaf else feature, 0.0 if leaf else value, mode, *where)
            for name, entry in zip(lists, row, strict=True):
                lists[name].append(entry)
            if leaf:
                for name, entry in zip(leaves, (number, place, classes[number], value), strict=True):
                    leaves[name].append(entry)
    return lists | leaves


def _offset(booster: xgboost.Booster, grown: list, classes: list, row: np.ndarray) -> list[float]:
    """The constant each output starts from: the margin of one row less the leaves it falls into."""
    import xgboost

    start = booster_margin(booster, row)[0]
    leaves = booster.predict(xgboost.DMatrix(row), pred_leaf=True).reshape(-1).astype(int)
    for number, leaf in enumerate(leaves):
        start[classes[number]] -= grown[number]["split_conditions"][leaf]
    return [float(value) for value in start]


def _model(nodes: list, held: list, shape: tuple[int, ...], outputs: int) -> bytes:
    from onnx import TensorProto, helper

    graph = helper.make_graph(
        nodes,
        "model",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["n", *shape])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", outputs])],
        held,
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(TREE_DOMAIN, 3)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10).SerializeToString()


def booster_margin(booster: xgboost.Booster, rows: np.ndarray) -> np.ndarray:
    """Raw margins of a booster.

    Args:
        booster: an xgboost Booster. rows: float32 (n, d).

    Returns:
        float64 (n, width).
    """
    raw = booster.inplace_predict(rows, predict_type="margin")
    return np.asarray(raw, dtype=np.float64).reshape(len(rows), -1)


def network_graph(net: nn.Module, rows: np.ndarray, outputs: tuple[str, ...] = (OUTPUT,)) -> bytes:
    """A torch Module as an ONNX graph with a free number of rows.

    Args:
        net: over one float32 input. rows: an example (n, ...). outputs: their names.

    Returns:
        The serialised graph.
    """
    import torch

    example = (torch.as_tensor(rows[:2]),)
    with _quiet_exporters():
        program: Any = torch.onnx.export(
            net.eval(),
            example,
            dynamo=True,
            opset_version=OPSET,
            input_names=[INPUT],
            output_names=list(outputs),
            dynamic_shapes=({0: torch.export.Dim("n", min=1)},),
            verbose=False,
        )
    return program.model_proto.SerializeToString()


def quantise_dynamic(graph: bytes, fixed: frozenset[str] = frozenset()) -> bytes:
    """The same network with 8-bit integer weights (dynamic quantisation of its matrix products).

    Args:
        fixed: names of tensors that were not learnt; products with them keep their precision.

    Raises:
        ValueError: nothing in it can be quantised.
    """
    import tempfile
    from pathlib import Path

    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    nodes = onnx.load_from_string(graph).graph.node
    spared = [node.name for node in nodes if fixed.intersection(node.input)]
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "before.onnx", Path(folder) / "after.onnx"
        before.write_bytes(graph)
        with _quiet_exporters():
            # Unsigned weights: signed ones overflow on processors without VNNI, where pairs of products share 16 bits.
            quantize_dynamic(before, after, weight_type=QuantType.QUInt8, nodes_to_exclude=spared)
        found = after.read_bytes()
    kinds = {node.op_type for node in onnx.load_from_string(found).graph.node}
    if not kinds & {"MatMulInteger", "DynamicQuantizeLinear", "ConvInteger"}:
        raise ValueError("no matrix product of it has constant weights")
    return found


@contextlib.contextmanager
def _quiet_exporters() -> Iterator[None]:
    """Exporters announce changes of their own and advise on speed; none of it concerns the user."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
