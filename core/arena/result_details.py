"""What a contest keeps of its rows: those that everyone explains, held-out answers, copies to look at; readings of
explanations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core import registry
from core.arena import forecast_record
from core.evaluation.errors import held_out, shown_mistakes
from core.explain import item_thumbnails
from core.panels.panel_layout import middle_step
from core.schema import (
    Contest,
    Dataset,
    DisplayRows,
    Facts,
    Fit,
    HeldOut,
    MeasurementResult,
    Run,
    Split,
    StageWork,
    Task,
)

BACKGROUND_ROWS = 50
SHOWN_COLUMNS = 60
EXPLANATION_READINGS = ("completeness", "explain_seconds")


@dataclass(frozen=True)
class ExplainedRows:
    """Row numbers into the prepared data: ``rows`` (n,) of the test part, ``background`` (b,) of the training part.

    outputs: int (n,), the class each explanation is about; None where a model has one output. share: of the usual work
    of judging explanations. item_seconds: reference seconds of explaining one row with the contestant that is asked;
    None: not counted yet.
    """

    rows: np.ndarray
    background: np.ndarray
    outputs: np.ndarray | None
    share: float = 1.0
    item_seconds: float | None = None


def choose_explained_rows(
    dataset: Dataset, task: Task, split: Split, seed: int, work: StageWork | None = None
) -> ExplainedRows:
    """The rows that every contestant explains, drawn with the contest's seed.

    With more than two classes every model explains the row's recorded class, so that all explain the same output.

    Args:
        dataset: prepared. task: decides what is explained. split: the first fold. seed: of the contest.
        work: how many rows are paid for, the first of the same drawing; None: the usual number.

    Returns:
        Rows, background and outputs.
    """
    draw = np.random.default_rng((seed, 7))
    kept = held_out.kept_rows(split, held_out.prediction_width(dataset, task))
    count = registry.modality(dataset.modality).explained_rows if work is None else work.items
    rows = np.sort(draw.permutation(kept)[:count])
    background = np.sort(draw.permutation(split.train)[:BACKGROUND_ROWS])
    outputs = dataset.target[rows] if task.form == "multiclass" and dataset.target is not None else None
    return ExplainedRows(rows, background, outputs, 1.0 if work is None else work.share)


def explained_rows_for_display(dataset: Dataset, task: Task, explained: ExplainedRows) -> DisplayRows:
    """The explained rows for the page: columns and values as text or small copies, recorded answers, row numbers."""
    return replace(display_rows(dataset, task, explained.rows), background=len(explained.background))


def display_rows(dataset: Dataset, task: Task, rows: np.ndarray, most_columns: int | None = None) -> DisplayRows:
    """Rows as a page can show them: columns and values as text or small copies, recorded answers, row numbers.

    Args:
        dataset: prepared. task: says whether answers are classes. rows: row numbers int (n,).
        most_columns: of tables, how many of the first columns are kept; None: all.
    """
    display = DisplayRows(tuple(int(row) for row in rows))
    if hasattr(dataset.inputs, "columns"):
        frame = dataset.inputs.iloc[rows, :most_columns]
        texts = (tuple("" if v is None or v != v else str(v) for v in row) for row in frame.to_numpy(object))
        display = replace(display, columns=tuple(str(name) for name in frame.columns), values=tuple(texts))
    else:
        display = replace(display, items=tuple(item_thumbnails.thumbnails(dataset, rows)))
    if dataset.target is not None:
        answers = dataset.target[rows]
        named = bool(dataset.labels) and task.kind == "classification"
        # Of values at several steps, the middle one is what is explained.
        labels = (
            dataset.labels[int(a)] if named else f"{float(np.ravel(a)[middle_step(np.size(a))]):g}" for a in answers
        )
        display = replace(display, labels=tuple(labels))
    return display


def thin_predictions(fit: Fit, split: Split, dataset: Dataset, task: Task) -> Fit:
    """The fit as a contest keeps it: predictions of the kept test rows only, to six significant digits, and their
    row numbers.

    Args:
        fit: with predictions on all n test rows. split: its fold. dataset, task: of the contest.
    """
    if task.kind == "forecast":
        return forecast_record.thin_forecast(fit, split, dataset)
    if fit.predictions is None:
        return fit
    kept = held_out.kept_positions(split, held_out.prediction_width(dataset, task))
    predictions = held_out.round_significant(np.asarray(fit.predictions)[kept])
    return replace(fit, predictions=predictions, rows=split.test[kept])


def with_held_out(contest: Contest, dataset: Dataset, splits: Sequence[Split]) -> Contest:
    """The contest with the recorded answers of the test rows behind its predictions, and copies of telling mistakes.

    Args:
        contest: as far as it has come. dataset: prepared. splits: in playing order.
    """
    played = max((fit.fold + 1 for run in contest.runs for fit in run.fits), default=0)
    folds = held_out.kept_folds(dataset, contest.task, splits[:played])
    if not folds:
        return contest
    recorded = replace(contest, held_out=HeldOut(folds))
    rows = shown_mistakes.rows_to_show(recorded)
    shown = display_rows(dataset, contest.task, rows, SHOWN_COLUMNS) if len(rows) else DisplayRows()
    return replace(recorded, held_out=HeldOut(folds, shown))


def unsupported_run(key: str, reason: str) -> Run:
    """The run of a contestant that did not start, visible with its reason."""
    contestant = registry.find("contestants", key)
    return Run(key, contestant.title, contestant.family, contestant.pretrained, error=reason)


def explanation_readings(explanation: Facts | None) -> dict[str, MeasurementResult]:
    """The measurements that an explanation gives besides: completeness error and seconds a row."""
    found = explanation or {}
    detail = {"method": found.get("method"), "rows": len(found.get("values") or ())}
    values = {"completeness": found.get("completeness_error"), "explain_seconds": found.get("seconds_per_row")}
    return {key: MeasurementResult((float(value),), detail) for key, value in values.items() if value is not None}


def phase_seconds(clock: Mapping[str, float]) -> dict[str, float]:
    """Wall seconds of each phase of the contest, from the marks passed so far."""
    marks = ["start", "read", "fit", "measure", "explain", "end"]
    names = ["read", "check", "fit", "measure", "explain"]
    there = [mark for mark in marks if mark in clock]
    spent = {name: clock[b] - clock[a] for name, a, b in zip(names, marks, marks[1:], strict=False) if b in clock}
    spent["total"] = clock[there[-1]] - clock["start"] if there else 0.0
    return spent
