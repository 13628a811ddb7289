"""The ONNX graph of a model for a bundle, kept only where it was seen to answer like the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.bundles.encodings import GraphEnds, HybridRows
from core.deployment import graph_session, onnx_export
from core.schema import Inputs, Model
from core.states.code_references import CodeReferenceError, Part
from core.states.state_encoder import encode_state

# Largest difference of a probability, or of a number in units of the target's spread.
CLOSE = 1e-5
ROWS = 64


@dataclass(frozen=True)
class BundledGraph:
    """graph: ONNX. ends: the archive of its ``GraphEnds``. difference: the largest one seen. reason: why there is no
    graph, "" where there is one."""

    graph: bytes = b""
    ends: bytes = b""
    difference: float | None = None
    reason: str = ""


def bundled_graph(model: Model, inputs: Inputs, form: str) -> BundledGraph:
    """The graph of a model with its two ends, compared with the model on some of its own rows.

    Args:
        model: fitted. inputs: training rows; at most 64 are asked. form: of the task.

    Returns:
        The graph, or the reason there is none.
    """
    asked = inputs.iloc[:ROWS].reset_index(drop=True) if hasattr(inputs, "iloc") else inputs[:ROWS]
    try:
        found = onnx_export.export_model(model, asked)
        ends = _ends(model, found, asked, form)
        archive, _ = encode_state(ends)
        answers = ends.predict(graph_session.open_session(found.graph), asked)
    except CodeReferenceError as error:
        return BundledGraph(reason=f"what stands before its graph cannot be written down: {error}")
    except Exception as error:
        # An export may fail in as many ways as there are libraries in it; whatever it is, the model itself is bundled.
        return BundledGraph(reason=" ".join(str(error).split())[:200] or type(error).__name__)
    expected = np.asarray(model.predict(asked), dtype=float)
    scale = max(float(np.std(expected)), 1e-12) if form in ("regression", "anomaly") else 1.0
    if answers.shape != expected.shape:
        return BundledGraph(reason="its graph gives answers of another shape")
    difference = float(np.abs(answers - expected).max() / scale)
    if not difference <= CLOSE:
        return BundledGraph(difference=difference, reason=f"its graph differs by up to {difference:.1e}")
    return BundledGraph(found.graph, archive, difference)


def _ends(model: Model, found: onnx_export.ExportedModel, asked: Inputs, form: str) -> GraphEnds:
    spec = found.output_spec
    plain = found.portable is None and found.kind in ("trees", "hybrid")
    scaled = form == "regression" and not plain
    mean, scale = (spec.mean, spec.scale) if scaled else (0.0, 1.0)
    if found.portable is not None:
        return GraphEnds(found.encode, form, mean, scale)
    wanted = found.encode(asked)
    for encoding in _encodings(model):
        made = np.asarray(encoding.transform(asked))
        if made.shape == wanted.shape and np.array_equal(made, wanted, equal_nan=True):
            return GraphEnds(encoding.transform, form, mean, scale)
    return GraphEnds(found.encode, form, mean, scale)


def _encodings(model: Part) -> Iterator[Part]:
    """The encodings that a model of a table may stand on, without the model."""
    if hasattr(model, "representation"):
        yield HybridRows(model.representation.fitted.encoding, model.features)
    for holder in (model, getattr(model, "fitted", None)):
        for name in ("features", "encoding"):
            found = getattr(holder, name, None)
            if hasattr(found, "transform"):
                yield found
