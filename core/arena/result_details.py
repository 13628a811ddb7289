"""What a contest explains: the rows that everyone explains, their display, and readings that explanations give."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core import registry
from core.explain import item_thumbnails
from core.schema import Dataset, DisplayRows, Facts, MeasurementResult, Split, Task

BACKGROUND_ROWS = 50
EXPLANATION_READINGS = ("completeness", "explain_seconds")


@dataclass(frozen=True)
class ExplainedRows:
    """Row numbers into the prepared data: ``rows`` (n,) of the test part, ``background`` (b,) of the training part.

    outputs: int (n,), the class each explanation is about; None where a model has one output.
    """

    rows: np.ndarray
    background: np.ndarray
    outputs: np.ndarray | None


def choose_explained_rows(dataset: Dataset, task: Task, split: Split, seed: int) -> ExplainedRows:
    """The rows that every contestant explains, drawn with the contest's seed.

    With more than two classes every model explains the row's recorded class, so that all explain the same output.
    """
    draw = np.random.default_rng((seed, 7))
    rows = np.sort(draw.permutation(split.test)[: registry.modality(dataset.modality).explained_rows])
    background = np.sort(draw.permutation(split.train)[:BACKGROUND_ROWS])
    outputs = dataset.target[rows] if task.form == "multiclass" and dataset.target is not None else None
    return ExplainedRows(rows, background, outputs)


def explained_rows_for_display(dataset: Dataset, task: Task, explained: ExplainedRows) -> DisplayRows:
    """The explained rows for the page: columns and values as text or small copies, recorded answers, row numbers."""
    rows = explained.rows
    display = DisplayRows(tuple(int(row) for row in rows), len(explained.background))
    if hasattr(dataset.inputs, "columns"):
        frame = dataset.inputs.iloc[rows]
        texts = (tuple("" if v is None or v != v else str(v) for v in row) for row in frame.to_numpy(object))
        display = replace(display, columns=tuple(str(name) for name in frame.columns), values=tuple(texts))
    else:
        display = replace(display, items=tuple(item_thumbnails.thumbnails(dataset, rows)))
    if dataset.target is not None:
        answers = dataset.target[rows]
        named = bool(dataset.labels) and task.kind == "classification"
        labels = (dataset.labels[int(a)] if named else f"{float(a):g}" for a in answers)
        display = replace(display, labels=tuple(labels))
    return display


def explanation_readings(explanation: Facts | None) -> dict[str, MeasurementResult]:
    """The measurements that an explanation gives besides: completeness error and seconds a row."""
    found = explanation or {}
    detail = {"method": found.get("method"), "rows": len(found.get("values") or ())}
    values = {"completeness": found.get("completeness_error"), "explain_seconds": found.get("seconds_per_row")}
    return {key: MeasurementResult((float(value),), detail) for key, value in values.items() if value is not None}
