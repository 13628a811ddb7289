"""Describes a data set the way ``inspect`` reports it: columns, classes, the target and every warning."""

from __future__ import annotations

from dataclasses import asdict

from core import registry
from core.ingest import target_alarms
from core.readers.tables import target_inference, target_quality
from core.schema import LEFT_OUT, ColumnReading, Dataset, JsonObject, LoadError, Plan
from core.wording import quote_names
from core.workers import memory_need
from core.workers.contest_size import DataSize


def inspect_dataset(dataset: Dataset, target: str | None) -> JsonObject:
    """The contract of ``inspect`` for a data set that was read.

    Raises:
        LoadError: the named target does not exist or cannot be one.
    """
    warnings = list(dataset.warnings)
    described = None
    if registry.modality(dataset.modality).structured:
        rows, cols = dataset.inputs.shape
        if target is not None:
            described, more = _target(dataset, target)
            warnings += more
    else:
        rows, cols = (0 if isinstance(dataset.inputs, str) else len(dataset.inputs)), len(dataset.columns)
        described = _answers(dataset, target) if target is not None else None
    columns: list[JsonObject] = [
        {"name": c.name, "type": c.type, "missing": c.missing, "distinct": c.distinct, "note": c.note}
        for c in dataset.columns
    ]
    if table := dataset.facts.get("table"):
        rows, cols, columns = table["rows"], len(table["columns"]), table["columns"]
    told = {one.name: one for one in dataset.readings}
    alarms = target_alarms.list_alarms(dataset, described["name"] if described else None)
    return {
        "outcome": "load_with_warning" if warnings else "load",
        "modality": dataset.modality,
        "rows": int(rows),
        "cols": int(cols),
        "columns": [{**column, **_reading(told.get(column["name"]))} for column in columns],
        "target": described,
        "items": dataset.facts["items"] if isinstance(dataset.facts.get("items"), int) else None,
        "items_bad": dataset.facts.get("items_bad"),
        "classes": described["classes"] if described else list(dataset.labels),
        "warnings": warnings,
        "recognised": dataset.facts.get("recognised"),
        "suggested": _suggested(dataset) if described is None else None,
        "alarms": alarms,
        "findings": [
            {"severity": one["level"], "title": one["what"], "columns": one["columns"], "how": one["how"]}
            for one in alarms
        ],
        "left_out": [{"name": one.name, **_reading(one)} for one in dataset.readings if one.type == LEFT_OUT],
        "offers": dataset.facts.get("offers") or [],
        "types": dict(dataset.origin.types),
        "sheet": dataset.facts.get("sheet"),
        "sheets": dataset.facts.get("sheets") or [],
        "sample": _sample(dataset),
        "memory": _memory(dataset),
    }


def _memory(dataset: Dataset) -> JsonObject:
    """What a contest with the usual settings needs of it by estimate, and what this host allows."""
    size = DataSize.of(dataset)
    need = memory_need.memory_need(size, (), memory_need.rows_here(size, Plan()).rows)
    refused = memory_need.too_large(size, memory_need.usual_contestants(size.modality), need.rows)
    needed = need.in_turns if need.turns else need.together
    return {
        "needed_mb": round(needed / 1e6), "allowed_mb": round(need.allowed / 1e6), "turns": need.turns,
        "words": need.words, "refused": refused,
    }  # fmt: skip


def _sample(dataset: Dataset) -> JsonObject | None:
    """How many rows a contest with the usual settings uses and why not all; None where it uses all."""
    used = memory_need.rows_here(DataSize.of(dataset), Plan())
    read = dataset.facts.get("sampled") or {"of": used.of}
    why = used.why or ("more are not held in memory" if read["of"] > used.of else "")
    return {"rows": used.rows, "of": read["of"], "why": why} if why else None


def _reading(told: ColumnReading | None) -> JsonObject:
    """How one column was read; nothing where the data were no table."""
    if told is None:
        return {"examples": [], "changed": [], "why": "", "doubt": None, "overruled": None}
    return {
        "examples": list(told.examples),
        "changed": [asdict(one) for one in told.changes],
        "why": told.why,
        "doubt": asdict(told.doubts[0]) if told.doubts else None,
        "overruled": told.overruled,
    }


def _suggested(dataset: Dataset) -> JsonObject:
    """What a page would fill in; data that carries its task (writing, ranking) has no column to name."""
    if dataset.target is None and dataset.facts.get("form"):
        return {"target": None, "form": dataset.facts["form"]}
    frame = dataset.inputs if hasattr(dataset.inputs, "columns") else None
    found = target_inference.suggest_target(dataset.columns, dataset.facts.get("suggested"), frame)
    # Data that carry their answers say what kind they are: classes of a time to failure would be too many.
    form = dataset.facts.get("form")
    return {**found, "form": form} if form and found["target"] else found


def _answers(dataset: Dataset, target: str) -> JsonObject:
    """What is predicted on data that carry their answers; ``target`` must be their name."""
    named = str(dataset.facts.get("target", "class"))
    if " ".join(target.split()).casefold() != named.casefold():
        raise LoadError(
            f"There is no column {quote_names([target])}.",
            f"the answers of this data set are {quote_names([named])}",
            "Leave the target out, or read the file as a table.",
        )
    form = str(dataset.facts.get("form") or ("binary" if len(dataset.labels) == 2 else "multiclass"))
    rows = 0 if dataset.target is None else len(dataset.target)
    return {"name": named, "task": form, "classes": list(dataset.labels), "rows_used": rows}


def _target(dataset: Dataset, target: str) -> tuple[JsonObject, list[str]]:
    column = target_inference.find_column(dataset.columns, target)
    form, classes, rows, warnings = target_inference.describe_target(column, dataset.inputs[column.name])
    said = [
        *warnings,
        *target_quality.describe_doubts(column, dataset.inputs[column.name], dataset.inputs, dataset.columns),
    ]
    copies = target_inference.target_copies(dataset.inputs, column.name)
    if copies:
        said.append(
            f"{quote_names(copies)} {'is a copy' if len(copies) == 1 else 'are copies'} of the target "
            f"{quote_names([column.name])} under another spelling or scale (a leak): leave it out."
        )
    return {"name": column.name, "task": form, "classes": list(classes), "rows_used": rows}, said
