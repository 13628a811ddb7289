"""What about an upload could make every score misleading, asked before the first fit: leaks, formulas, ids, copies."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from core.evaluation import copy_checks, data_checks, row_preparation, tasks
from core.ingest import sandbox
from core.readers.tables import target_inference, target_quality
from core.schema import Dataset, Facts, Finding, JsonObject, LoadError, Plan, TaskForm

CHECKED_ROWS = 20_000
KINDS = ("classification", "regression", "anomaly")


def find_alarms(dataset: Dataset, target: str | None = None, form: TaskForm | None = None) -> tuple[Finding, ...]:
    """Findings about predicting one column, from at most 20,000 rows drawn at random, the gravest first.

    Args:
        dataset: as it was read. target: the column; None takes the labels or the suggested column. form: of the task;
            None lets the column decide.

    Returns:
        Nothing where there is no such task: what cannot be predicted is refused elsewhere, in words.
    """
    if isinstance(dataset.inputs, str):
        return ()
    doubts: tuple[Finding, ...] = ()
    try:
        task = tasks.infer_task(dataset, target)
        doubts = _doubts(dataset, task.target)
        if form is not None and form != task.form:
            task = replace(task, form=form, kind=tasks.KINDS[form])
        if task.kind not in KINDS:
            return doubts
        rows = np.random.default_rng(0).permutation(len(dataset))[:CHECKED_ROWS]
        part = dataset if len(rows) == len(dataset) else dataset.take(np.sort(rows))
        ready = row_preparation.prepare_rows(part, task, Plan())
        found = copy_checks.check_copies(ready, task, copy_checks.find_copies(ready))
        return data_checks.sort_findings((*doubts, *found, *data_checks.check_data(ready, task, None, part.columns)))
    except LoadError:
        return doubts


def _doubts(dataset: Dataset, target: str | None) -> tuple[Finding, ...]:
    """Findings on the labels of a table's target themselves."""
    if target is None or target not in getattr(dataset.inputs, "columns", ()):
        return ()
    column = target_inference.find_column(dataset.columns, target)
    said = target_quality.describe_doubts(column, dataset.inputs[target], dataset.inputs, dataset.columns)
    return tuple(
        Finding("target", "warning", one, (), "Pick another target or type, or mend the file.") for one in said
    )


def list_alarms(dataset: Dataset, target: str | None = None, form: TaskForm | None = None) -> list[JsonObject]:
    """The same findings as JSON-able data; a check that fails finds nothing.

    Args:
        dataset: as it was read. target, form: see ``find_alarms``.
    """
    try:
        return [{**asdict(one), "columns": list(one.columns)} for one in find_alarms(dataset, target, form)]
    except Exception:
        # A check that fails must not cost the file that was read; the contest runs its own checks again.
        return []


def keep_alarms(dataset: Dataset, folder: Path | str, target: str | None, form: TaskForm | None) -> list[JsonObject]:
    """Looks for alarms and writes them beside the data set; inside the reader process.

    Args:
        dataset: as it was read. folder: of its parcel. target, form: see ``find_alarms``.
    """
    found = list_alarms(dataset, target, form)
    _place(folder, target, form).write_text(json.dumps(found), encoding="utf-8")
    return found


def alarms_of(folder: Path | str, target: str | None, form: TaskForm | None = None) -> list[JsonObject]:
    """The alarms of a data set on disk for one target; asked of a reader process once and kept beside the data.

    Args:
        folder: of its parcel. target, form: see ``find_alarms``.
    """
    place = _place(folder, target, form)
    if not place.exists():
        order: Facts = {"parcel": str(Path(folder).resolve()), "target": target, "form": form}
        try:
            sandbox.run_reader(order)
        except LoadError:
            return []
    try:
        return list(json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return []


def _place(folder: Path | str, target: str | None, form: TaskForm | None) -> Path:
    mark = hashlib.sha256(json.dumps([target, form]).encode()).hexdigest()[:16]
    return Path(folder) / f"alarms-{mark}.json"
