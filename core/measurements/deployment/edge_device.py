"""What a contestant needs on a device, exported and run without our libraries."""

from __future__ import annotations

import base64
import gzip
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from core import registry
from core.deployment import compression, edge_benchmark, onnx_export
from core.evaluation import refitting
from core.models.onnx import graphs
from core.schema import FittedContestant, Inputs, JsonObject, Measurement, MeasurementCost, MeasurementResult

CLOSE = 1e-3
MOST_OFFERED = 3_000_000
OUTSIDE_SECONDS = 0.5
LEAST_TIMED = 20


def measure(subject: FittedContestant) -> MeasurementResult:
    """Milliseconds of one answer, one value a stretch; the detail has bytes, devices and the smaller versions."""
    refitting.check_supported(subject.task)
    found, rows, worst, tried = _first_faithful_export(subject)
    refitting.report_progress(subject, 0, 4, "exported, now alone in a fresh process")
    alone = replace(edge_benchmark.measure_graph(found.graph, rows), bytes=len(found.graph) + found.sidecar_bytes)
    before = _outside(subject, found)
    detail: JsonObject = {
        **alone.plain(),
        "kind": found.kind,
        "nodes": dict(onnx_export.graph_facts(found.graph)),
        "worst_difference": worst,
        "same": worst <= CLOSE,
        "encode_ms": before,
        "tried": tried,
        "devices": edge_benchmark.device_fits(alone, edge_benchmark.working_megabytes(found.graph, rows)),
        "variants": _variants(subject, found, rows, alone),
        "note": _note(subject, found),
    }
    if not detail["same"]:
        return MeasurementResult((), {**detail, "reason": f"the export answers differently, by up to {worst:.2g}"})
    if len(found.graph) <= MOST_OFFERED:
        detail["file"] = base64.b64encode(found.graph).decode("ascii")
    return MeasurementResult(tuple(block + before for block in alone.blocks), detail)


def _first_faithful_export(subject: FittedContestant) -> tuple[onnx_export.ExportedModel, np.ndarray, float, list[str]]:
    """The first way of exporting whose answers on every test row are the original's, else the last one; with its
    rows, the largest difference (in standard deviations for numbers), and why earlier ways were given up.

    Raises:
        ValueError: there is no way at all.
    """
    wanted = subject.model.predict(subject.test.inputs)
    spread = 1.0 if subject.task.kind == "classification" else max(float(np.std(wanted)), 1e-9)
    tried: list[str] = []
    count = onnx_export.export_routes(subject.model)
    for way in range(count):
        try:
            found = onnx_export.export_model(subject.model, _few(subject), way)
            rows = found.encode(subject.test.inputs)
            theirs = found.to_predictions(onnx_export.run_graph(found.graph, rows))
        except (ValueError, RuntimeError) as error:
            if way == count - 1:
                raise
            tried.append(" ".join(str(error).split())[:200])
            continue
        worst = float(np.max(np.abs(theirs - wanted))) / spread
        if worst <= CLOSE or way == count - 1:
            return found, rows, worst, tried
        tried.append(f"with its features inside the graph it answered differently, by up to {worst:.2g}")
    raise ValueError("this contestant has no export")


def _outside(subject: FittedContestant, found: onnx_export.ExportedModel) -> float:
    """Milliseconds that one row takes before the graph, the median of single rows; 0 where nothing is done outside.

    A table's row is read in whatever language the device speaks, by all contestants alike: that is not counted.
    """
    if not found.outside_graph:
        return 0.0
    taken: list[float] = []
    until = time.perf_counter() + OUTSIDE_SECONDS
    for row in range(len(subject.test)):
        one = subject.test.inputs[row : row + 1]
        begin = time.perf_counter()
        found.encode(one)
        taken.append(1e3 * (time.perf_counter() - begin))
        if time.perf_counter() > until and row >= LEAST_TIMED:
            break
    return float(np.median(taken))


def _note(subject: FittedContestant, found: onnx_export.ExportedModel) -> str:
    if found.outside_graph:
        beside = f", with {found.sidecar_bytes / 1e3:,.0f} kB of words beside the graph" if found.sidecar_bytes else ""
        return f"outside the graph: {found.outside_graph}{beside}; its time in Python is part of the milliseconds"
    if registry.modality(subject.train.modality).structured:
        return "from the encoded row on; reading and encoding the columns comes on top"
    return "all of it is in the graph, features included"


def _few(subject: FittedContestant) -> Inputs:
    """Inputs of a few training rows, to learn the width from."""
    return subject.train.take(np.arange(min(4, len(subject.train)))).inputs


def _variants(
    subject: FittedContestant, found: onnx_export.ExportedModel, rows: np.ndarray, alone: edge_benchmark.EdgeTiming
) -> list[JsonObject]:
    """The export itself and its smaller versions, each with bytes, time and the skill it loses."""
    taught = found.encode(subject.train.take(np.arange(min(compression.MOST_ROWS, len(subject.train)))).inputs)
    makers: dict[str, Callable[[], tuple[bytes, str]]] = {
        "8-bit weights": lambda: (graphs.quantise_dynamic(found.graph, found.fixed_tensors), "dynamic quantisation"),
        "pruned": lambda: compression.prune(subject.model, found, rows),
        "student": lambda: compression.distil(found, taught, subject.seed),
    }
    whole = _skill(subject, found, found.graph, rows)
    first = {
        "name": "as trained",
        "about": found.kind,
        "skill": whole,
        "lost": 0.0,
        "packed": _compressed_size(found.graph),
    }
    told: list[JsonObject] = [{**first, "bytes": alone.bytes, "p50": alone.p50, "p95": alone.p95}]
    for step, (name, make) in enumerate(makers.items(), start=1):
        refitting.report_progress(subject, step, len(makers) + 1, name)
        try:
            graph, about = make()
            took = edge_benchmark.measure_graph(graph, rows)
            skill = _skill(subject, found, graph, rows)
        except (ValueError, RuntimeError) as error:
            told.append({"name": name, "reason": " ".join(str(error).split())[:200]})
            continue
        sizes = {
            "bytes": len(graph) + found.sidecar_bytes,
            "packed": _compressed_size(graph),
            "p50": took.p50,
            "p95": took.p95,
        }
        told.append({"name": name, "about": about, "skill": skill, "lost": whole - skill, **sizes})
    return told


def _skill(subject: FittedContestant, found: onnx_export.ExportedModel, graph: bytes, rows: np.ndarray) -> float:
    known = np.concatenate([np.asarray(part.target) for part in (subject.train, subject.valid)])
    answers = found.to_predictions(onnx_export.run_graph(graph, rows))
    return refitting.skill(subject.task, known, np.asarray(subject.test.target), answers)


def _compressed_size(graph: bytes) -> int:
    return len(gzip.compress(graph, 6))


MEASUREMENT = Measurement(
    key="edge",
    title="One answer on a device",
    unit="ms",
    better="lower",
    about="The fitted model is exported to ONNX, its answers are checked against the original's on every test row, "
    "and a fresh process with one thread and nothing of this app answers single rows: median time, 95th percentile, "
    "bytes, memory and the time to load and to the first answer. Beside it 8-bit weights, a pruned version and a "
    "small student taught by the model, each with the skill it loses; and which of three kinds of device it fits, "
    "by stated rules of thumb. Encoding the columns comes on top.",
    measure=measure,
    slow=True,
    families=("classical", "deep", "hybrid"),
    reference="Hinton, Vinyals & Dean 2015 (distillation); Han et al. 2015 (pruning)",
    kinds=("classification", "regression"),
    group="ship",
    order=1,
    question="Does it fit on a device?",
    answers="Exported to ONNX, checked, run alone on one thread; with 8-bit, pruned and student versions.",
    cost=MeasurementCost(seconds=9),
    panel="edge",
    runs_alone=True,
)
