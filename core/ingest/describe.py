"""Describes a data set the way ``inspect`` reports it: columns, classes, the target and every warning."""

from __future__ import annotations

from typing import Any

from core.tools.tables import targets
from core.tools.words import spell
from core.vocabulary import Dataset, LoadError


def report(dataset: Dataset, target: str | None) -> dict[str, Any]:
    """The contract of ``inspect`` for a data set that was read.

    Raises:
        LoadError: the named target does not exist or cannot be one.
    """
    warnings = list(dataset.warnings)
    described = None
    if dataset.modality == "table":
        rows, cols = dataset.inputs.shape
        if target is not None:
            described, more = _target(dataset, target)
            warnings += more
    else:
        rows, cols = (0 if isinstance(dataset.inputs, str) else len(dataset.inputs)), len(dataset.columns)
    return {
        "outcome": "load_with_warning" if warnings else "load",
        "modality": dataset.modality,
        "rows": int(rows),
        "cols": int(cols),
        "columns": [
            {"name": c.name, "type": c.type, "missing": c.missing, "distinct": c.distinct, "note": c.note}
            for c in dataset.columns
        ],
        "target": described,
        "items": dataset.facts["items"] if isinstance(dataset.facts.get("items"), int) else None,
        "items_bad": dataset.facts.get("items_bad"),
        "classes": described["classes"] if described else list(dataset.labels),
        "warnings": warnings,
        "suggested": _suggested(dataset) if described is None else None,
    }


def _suggested(dataset: Dataset) -> dict[str, Any]:
    """What a page would fill in; data that carries its task (writing, ranking) has no column to name."""
    if dataset.target is None and dataset.facts.get("form"):
        return {"target": None, "form": dataset.facts["form"]}
    return targets.suggest(dataset.columns, dataset.facts.get("suggested"))


def _target(dataset: Dataset, target: str) -> tuple[dict[str, Any], list[str]]:
    column = next((c for c in dataset.columns if c.name == target), None)
    if column is None:
        wanted = " ".join(target.split()).casefold()
        column = next((c for c in dataset.columns if c.name.casefold() == wanted), None)
    if column is None:
        raise LoadError(
            f"There is no column {spell([target])}.",
            f"the columns are {spell((c.name for c in dataset.columns), 12)}",
            "Pick one of them as the target.",
        )
    form, classes, rows, warnings = targets.describe_target(column, dataset.inputs[column.name])
    said = list(warnings)
    copies = targets.leaks(dataset.inputs, column.name)
    if copies:
        said.append(
            f"{spell(copies)} {'is a copy' if len(copies) == 1 else 'are copies'} of the target "
            f"{spell([column.name])} under another spelling or scale (a leak): leave it out."
        )
    return {"name": column.name, "task": form, "classes": list(classes), "rows_used": rows}, said
