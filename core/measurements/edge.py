"""What a contestant needs on a device, exported and run without our libraries."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable
from typing import Any

import numpy as np

from core.tools import edge, export, graphs, refits, students
from core.vocabulary import Measurement, Reading, Subject

CLOSE = 1e-3
MOST_OFFERED = 3_000_000


def measure(subject: Subject) -> Reading:
    """Milliseconds of one answer, one value a stretch; the detail has bytes, devices and the smaller versions."""
    refits.plays(subject.task)
    found = export.export(subject.model, _few(subject))
    rows = found.encode(subject.test.inputs)
    refits.report(subject, 0, 4, "exported, now alone in a fresh process")
    theirs = found.finish(export.answers(found.graph, rows))
    worst = float(np.max(np.abs(theirs - subject.model.predict(subject.test.inputs))))
    spread = 1.0 if subject.task.kind == "classification" else max(float(np.std(theirs)), 1e-9)
    alone = edge.measured(found.graph, rows)
    detail: dict[str, Any] = {
        **alone.plain(),
        "kind": found.kind,
        "nodes": dict(export.facts(found.graph)),
        "worst_difference": worst,
        "same": worst <= CLOSE * spread,
        "devices": edge.fits(alone, edge.working_megabytes(found.graph, rows)),
        "variants": _variants(subject, found, rows, alone),
        "note": "from the encoded row on; reading and encoding the columns comes on top",
    }
    if not detail["same"]:
        return Reading((), {**detail, "reason": f"the export answers differently, by up to {worst:.2g}"})
    if len(found.graph) <= MOST_OFFERED:
        detail["file"] = base64.b64encode(found.graph).decode("ascii")
    return Reading(alone.blocks, detail)


def _few(subject: Subject) -> Any:
    """Inputs of a few training rows, to learn the width from."""
    return subject.train.take(np.arange(min(4, len(subject.train)))).inputs


def _variants(subject: Subject, found: export.Exported, rows: np.ndarray, alone: edge.Measured) -> list[dict[str, Any]]:
    """The export itself and its smaller versions, each with bytes, time and the skill it loses."""
    taught = found.encode(subject.train.inputs)
    makers: dict[str, Callable[[], tuple[bytes, str]]] = {
        "8-bit weights": lambda: (graphs.quantised(found.graph), "dynamic quantisation"),
        "pruned": lambda: students.pruned(subject.model, found, rows),
        "student": lambda: students.student(found, taught, subject.seed),
    }
    whole = _skill(subject, found, found.graph, rows)
    first = {"name": "as trained", "about": found.kind, "skill": whole, "lost": 0.0, "packed": _packed(found.graph)}
    told: list[dict[str, Any]] = [{**first, "bytes": alone.bytes, "p50": alone.p50, "p95": alone.p95}]
    for step, (name, make) in enumerate(makers.items(), start=1):
        refits.report(subject, step, len(makers) + 1, name)
        try:
            graph, about = make()
            took = edge.measured(graph, rows)
            skill = _skill(subject, found, graph, rows)
        except (ValueError, RuntimeError) as error:
            told.append({"name": name, "reason": " ".join(str(error).split())[:200]})
            continue
        sizes = {"bytes": len(graph), "packed": _packed(graph), "p50": took.p50, "p95": took.p95}
        told.append({"name": name, "about": about, "skill": skill, "lost": whole - skill, **sizes})
    return told


def _skill(subject: Subject, found: export.Exported, graph: bytes, rows: np.ndarray) -> float:
    known = np.concatenate([np.asarray(part.target) for part in (subject.train, subject.valid)])
    answers = found.finish(export.answers(graph, rows))
    return refits.skill(subject.task, known, np.asarray(subject.test.target), answers)


def _packed(graph: bytes) -> int:
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
)
