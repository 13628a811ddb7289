"""What a contest shows of its data: the explained rows, facts of the columns, and how its seconds were spent."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np

from core import registry
from core.arena import planning as plans
from core.explain import item_thumbnails
from core.schema import Dataset, LoadError, MeasurementResult, Plan, Run, Split, Task

BACKGROUND_ROWS = 50
TOLD = ("completeness", "explain_seconds")


def refused_run(key: str, why: str) -> Run:
    """A contestant that did not start, visible with its reason."""
    contestant = registry.find("contestants", key)
    return Run(key, contestant.title, contestant.family, contestant.pretrained, error=why)


def directed(ready: Dataset, plan: Plan) -> Dataset:
    """The data with the directions that the user declared, beside any that came with the data."""
    declared = {name: way for name, way in plan.directions if name in getattr(ready.inputs, "columns", ())}
    if not declared:
        return ready
    declared = {**dict(ready.facts.get("directions") or {}), **declared}
    return replace(ready, facts={**ready.facts, "directions": declared})


def sensitive_columns(ready: Dataset, plan: Plan) -> tuple[str, ...]:
    """The declared sensitive columns that are there; group gaps are measured on them.

    Raises:
        LoadError: if a declared column does not exist.
    """
    for name in plan.sensitive:
        if name not in getattr(ready.inputs, "columns", ()):
            raise LoadError(f"There is no column {name!r} to measure group gaps on.", ready.name)
    return plan.sensitive


def explained_rows(
    ready: Dataset, task: Task, split: Split, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Row numbers to explain (test), background rows (training), and which output each explanation is about.

    With more than two classes every model explains the row's recorded class, so that all play the same game.
    """
    draw = np.random.default_rng((seed, 7))
    rows = np.sort(draw.permutation(split.test)[: registry.modality(ready.modality).explained_rows])
    background = np.sort(draw.permutation(split.train)[:BACKGROUND_ROWS])
    outputs = ready.target[rows] if task.form == "multiclass" and ready.target is not None else None
    return rows, background, outputs


def shown_rows(ready: Dataset, task: Task, rows: np.ndarray, background: int) -> dict[str, Any]:
    """The explained rows for the page: columns and values as text or small copies, recorded answers, row numbers."""
    shown: dict[str, Any] = {"rows": [int(row) for row in rows], "background": background}
    if hasattr(ready.inputs, "columns"):
        frame = ready.inputs.iloc[rows]
        shown["columns"] = [str(name) for name in frame.columns]
        shown["values"] = [["" if v is None or v != v else str(v) for v in row] for row in frame.to_numpy(object)]
    else:
        shown["items"] = item_thumbnails.items(ready, rows)
    if ready.target is not None:
        answers = ready.target[rows]
        named = bool(ready.labels) and task.kind == "classification"
        shown["labels"] = [ready.labels[int(a)] if named else f"{float(a):g}" for a in answers]
    return shown


def dataset_facts(original: Dataset, ready: Dataset, task: Task) -> dict[str, Any]:
    """Facts of the data that pages and reports show."""
    counts = None
    if ready.labels and ready.target is not None and task.kind in ("classification", "anomaly"):
        counts = [int(n) for n in np.bincount(ready.target.astype(int), minlength=len(ready.labels))]
    return {
        "name": original.name, "modality": original.modality, "rows": len(original), "rows_used": len(ready),
        "cols": len(ready.columns) or None, "target": task.target, "labels": list(ready.labels),
        "counts": counts, "warnings": list(ready.warnings), "source": original.source,
        "columns": [asdict(column) for column in ready.columns], "digest": plans.data_digest(ready),
        "origin": asdict(original.origin),
    }  # fmt: skip


def seconds_of(clock: dict[str, float]) -> dict[str, float]:
    """Wall seconds of each part of the contest, from the marks passed so far."""
    marks = ["start", "read", "fit", "measure", "explain", "end"]
    names = ["read", "check", "fit", "measure", "explain"]
    there = [mark for mark in marks if mark in clock]
    spent = {name: clock[b] - clock[a] for name, a, b in zip(names, marks, marks[1:], strict=False) if b in clock}
    spent["total"] = clock[there[-1]] - clock["start"] if there else 0.0
    return spent


def told_by(explanation: dict[str, Any] | None) -> dict[str, MeasurementResult]:
    """The readings that an explanation study gives besides: completeness error and seconds a row."""
    told = explanation or {}
    detail = {"method": told.get("method"), "rows": len(told.get("values") or ())}
    figures = {"completeness": told.get("completeness_error"), "explain_seconds": told.get("seconds_per_row")}
    return {key: MeasurementResult((float(value),), detail) for key, value in figures.items() if value is not None}
