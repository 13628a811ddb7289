"""Data checks before the first fit: leaks, ids, duplicates, shifts and outliers, and what to do about each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from core import limits
from core.evaluation import column_roles, copy_checks, derived_targets, leakage_probes, small_classes
from core.schema import Column, Dataset, Finding, Split, Task
from core.wording import format_share

if TYPE_CHECKING:
    import pandas as pd

CHECKED_ROWS = 3_000
CHECKED_COLUMNS = 400
LEAK_AUC = 0.95
LEAK_R2 = 0.95
# As many columns that each nearly tell the answer, none of them without error, are rather an easy task than a leak.
SEVERAL, EXACT = 3, 0.999
# A name from after the outcome is a warning once its column predicts as well as this.
LATE_AUC, LATE_R2 = 0.75, 0.5
SHIFT_AUC = 0.6
DUMMY_ACCURACY = 0.8
OUTLIER_SHARE = 0.5
SHOWN = 5


def check_data(
    dataset: Dataset, task: Task, split: Split | None = None, original: Sequence[Column] = ()
) -> tuple[Finding, ...]:
    """Findings about a prepared data set that could make scores misleading, the gravest first.

    Args:
        dataset: prepared, with its target.
        task: what is predicted; only classes, numbers and anomalies are checked.
        split: the first fold, for the train/test shift of grouped or ordered rows.
        original: the columns as uploaded, some of which preparation may have left out.

    Returns:
        Findings; an empty tuple means that none of the checks found anything, not that the data is clean.

    Reference:
        Kaufman, Rosset, Perlich & Stitelman 2012, "Leakage in data mining".
    """
    found: list[Finding] = []
    if dataset.target is not None and task.kind in ("classification", "regression", "anomaly"):
        found += _few(dataset, task)
        found += small_classes.small_class_findings(dataset)
        found += _imbalance(dataset, task) if task.kind != "regression" else _outlier(dataset)
        found += copy_checks.duplicate_findings(dataset)
        if hasattr(dataset.inputs, "columns"):
            found += _table(dataset, task, split, original)
    return sort_findings(found)


def sort_findings(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, the gravest first.

    Args:
        found: in the order in which equally grave ones are shown.
    """
    grave = {"danger": 0, "warning": 1, "info": 2}
    return tuple(sorted(found, key=lambda finding: grave[finding.level]))


def _table(dataset: Dataset, task: Task, split: Split | None, original: Sequence[Column]) -> list[Finding]:
    rows = np.random.default_rng(0).permutation(len(dataset))[:CHECKED_ROWS]
    frame = dataset.inputs.iloc[np.sort(rows)]
    names = [str(name) for name in frame.columns][:CHECKED_COLUMNS]
    coded = {name: leakage_probes.encode_column(frame.iloc[:, place]) for place, name in enumerate(names)}
    target = np.asarray(dataset.target)[np.sort(rows)]
    strengths = _strengths(coded, target, task)
    found = _leaks(strengths, task)
    found += _derived(frame, target, task, {column for one in found for column in one.columns})
    found += _ids(dataset)
    found += _names(names, task, strengths)
    if split is not None and split.method in ("ordered", "grouped"):
        found += _shift(dataset, task, split)
    found += _groups(dataset, task, original)
    return found + _times(dataset, task, original)


def _strengths(coded: dict[str, tuple[np.ndarray, bool]], target: np.ndarray, task: Task) -> dict[str, float]:
    """Column -> how well it alone predicts the target (AUC or R2); names that hardly repeat are left out."""
    classes = int(target.max()) + 1 if task.kind != "regression" else 0
    goals = leakage_probes.leaf_targets(target, classes)
    found = {}
    for name, (codes, ordered) in coded.items():
        if codes.max() > len(codes) // 2 and not ordered:
            continue
        predicted = leakage_probes.out_of_fold(codes, ordered, goals)
        found[name] = leakage_probes.predictive_strength(predicted, target, classes)
    return found


def _leaks(strengths: dict[str, float], task: Task) -> list[Finding]:
    """Columns that predict the target almost perfectly on their own."""
    measure, limit = ("R2", LEAK_R2) if task.kind == "regression" else ("AUC", LEAK_AUC)
    strong = sorted(((told, name) for name, told in strengths.items() if told >= limit), reverse=True)
    if not strong:
        return []
    listed = ", ".join(f"{name!r} ({measure} {told:.3f})" for told, name in strong[:SHOWN])
    columns = tuple(name for _, name in strong)
    if len(strong) >= SEVERAL and strong[0][0] < EXACT:
        what = f"Several columns alone almost give the answer away: {listed}. The task is easy, or they all carry it."
        how = "Ask of each whether it is known at the moment of prediction; drop those that are not."
        return [Finding("leak", "warning", what, columns, how)]
    what = f"One column alone almost gives the answer away: {listed}."
    how = "Ask whether it is known at the moment of prediction; if not, drop it: scores would be over-optimistic."
    return [Finding("leak", "danger", what, columns, how)]


def _derived(frame: pd.DataFrame, target: np.ndarray, task: Task, told: set[str]) -> list[Finding]:
    """Columns from which the target follows together, beyond those that give it away alone."""
    classes = int(target.max()) + 1 if task.kind != "regression" else 0
    goal = target if classes else target.astype(float)
    found = []
    for one in derived_targets.find_derivations(frame, goal, classes, task.target or "the target"):
        if set(one.columns) <= told:
            continue
        if one.kind == "pair" and told & set(one.columns):
            continue
        listed = ", ".join(repr(name) for name in one.columns[:SHOWN])
        measure = "AUC" if classes else "R2"
        what = f"The target follows from columns: {one.formula} ({measure} {one.score:.4f})."
        if one.kind == "pair":
            what = f"These columns together give the answer away: {listed}, as {one.formula} (AUC {one.score:.3f})."
        if one.kind == "bands":
            what = f"This column is {one.formula}: {listed}."
        how = "Leave out what is not known at the moment of prediction: every score here would only measure this rule."
        found.append(Finding("derived", "danger", what, one.columns, how))
    return found


def _ids(dataset: Dataset) -> list[Finding]:
    """Columns that number or name the rows; a contestant can only memorise them."""
    names = []
    for place, name in enumerate(dataset.inputs.columns):
        column = dataset.inputs.iloc[:, place]
        if column.dtype.kind == "f":
            values = column.to_numpy()
            steps = np.diff(values[: limits.MAX_ROWS_CONTEST])
            if len(steps) and np.isfinite(steps).all() and steps[0] != 0 and np.ptp(steps) == 0:
                names.append(str(name))
        elif str(column.dtype) == "category" and column.nunique() > 0.95 * len(column):
            names.append(str(name))
    if not names:
        return []
    listed = ", ".join(repr(name) for name in names[:SHOWN])
    how = "Drop it, unless the order of the rows is known before the answer is."
    return [Finding("id", "warning", f"This column only numbers or names the rows: {listed}.", tuple(names), how)]


def _names(names: Sequence[str], task: Task, strengths: dict[str, float]) -> list[Finding]:
    """Columns whose name suggests a value known only after the outcome, or contains the target's name."""
    late = [name for name in names if column_roles.known_afterwards(name, task.target or "")]
    if not late:
        return []
    listed = ", ".join(repr(name) for name in late[:SHOWN]) + (", ..." if len(late) > SHOWN else "")
    how = "If it is filled in only after the outcome is known, drop it."
    telling = LATE_R2 if task.kind == "regression" else LATE_AUC
    level: Literal["info", "warning"] = "warning" if any(strengths.get(name, 0) >= telling for name in late) else "info"
    return [Finding("afterwards", level, f"By its name this may be known only afterwards: {listed}.", tuple(late), how)]


def _shift(dataset: Dataset, task: Task, split: Split) -> list[Finding]:
    """A finding when test rows differ from training rows; checked where rows are not dealt at random."""
    rng = np.random.default_rng(1)
    known = np.concatenate([split.train, split.valid])
    rows = np.concatenate([rng.permutation(part)[: CHECKED_ROWS // 2] for part in (known, split.test)])
    away = np.arange(len(rows)) >= min(len(known), CHECKED_ROWS // 2)
    frame = dataset.inputs.iloc[rows]
    names = [str(name) for name in frame.columns if str(name) != task.order][:CHECKED_COLUMNS]
    pairs = [leakage_probes.encode_column(frame[name]) for name in names]
    told, alone = leakage_probes.shift_auc([codes for codes, _ in pairs], [ordered for _, ordered in pairs], away)
    chance = 2 * np.sqrt((len(away) + 1) / (12 * max(away.sum() * (~away).sum(), 1)))
    if not told > max(SHIFT_AUC, 0.5 + chance):
        return []
    worst = [names[place] for place in np.argsort(alone)[::-1][:3] if alone[place] > 0.55]
    where = f", most by {', '.join(repr(name) for name in worst)}" if worst else ""
    what = f"Test rows differ from training rows: they can be told apart with AUC {told:.2f}{where}."
    how = "Scores on them speak of this change too; expect live data to go on drifting."
    return [Finding("shift", "warning", what, tuple(worst), how)]


def _imbalance(dataset: Dataset, task: Task) -> list[Finding]:
    counts = np.bincount(np.asarray(dataset.target).astype(int))
    share = counts.max() / counts.sum()
    if share <= DUMMY_ACCURACY or task.kind == "anomaly":
        return []
    shown = format_share(share)
    what = f"{shown} of the rows are one class: always answering it is {shown} accurate."
    return [
        Finding("imbalance", "warning", what, (), "Accuracy is greyed out; look at skill, AUC or balanced accuracy.")
    ]


def _few(dataset: Dataset, task: Task) -> list[Finding]:
    """A finding when the rows, or those of a class, are too few for a verdict."""
    how = "The contest still runs and shows its numbers, but nobody will be said to win."
    if len(dataset) < limits.MIN_ROWS_VERDICT:
        what = f"{len(dataset)} rows are too few for a verdict; it takes {limits.MIN_ROWS_VERDICT}."
        return [Finding("few_rows", "warning", what, (), how)]
    if task.kind == "regression":
        return []
    rarest = int(np.bincount(np.asarray(dataset.target).astype(int)).min())
    if rarest < limits.MIN_CLASS_ROWS_VERDICT:
        what = f"The rarest class has {rarest} rows; a verdict takes {limits.MIN_CLASS_ROWS_VERDICT}."
        return [Finding("few_rows", "warning", what, (), how)]
    return []


def _outlier(dataset: Dataset) -> list[Finding]:
    """A single row that makes up most of the target's variance, and so decides every squared score."""
    values = np.asarray(dataset.target, dtype=float)
    squares = (values - np.median(values)) ** 2
    if not squares.sum() > 0 or squares.max() / squares.sum() <= OUTLIER_SHARE:
        return []
    share, value = squares.max() / squares.sum(), values[squares.argmax()]
    what = f"A single row (target {value:g}) makes up {format_share(share)} of the spread."
    how = "Check that value: every squared score here depends on it. Correct it, drop it, or predict the logarithm."
    return [Finding("outlier", "danger", what, (), how)]


def _groups(dataset: Dataset, task: Task, original: Sequence[Column]) -> list[Finding]:
    """Columns whose values repeat like customers or patients do: suggested as groups, never applied by themselves."""
    if dataset.groups is not None:
        return []
    rows = len(dataset)
    columns = {column.name: column for column in (*original, *dataset.columns)}
    names = [
        column.name
        for column in columns.values()
        if column.name not in (task.target, *task.drop)
        and column_roles.groups_rows(column, rows, _numbers_of(dataset, column))
    ]
    if not names:
        return []
    listed = ", ".join(repr(name) for name in names[:SHOWN])
    how = "If new rows will come from new ones of these, choose it as the group: whole groups are then held back."
    return [Finding("groups", "info", f"Rows seem to belong together by {listed}.", tuple(names), how)]


def _times(dataset: Dataset, task: Task, original: Sequence[Column]) -> list[Finding]:
    """Columns that look like time: suggested as the order, never applied by themselves."""
    if dataset.order is not None:
        return []
    columns = {column.name: column for column in (*original, *dataset.columns)}
    names = [
        column.name
        for column in columns.values()
        if column.name not in (task.target, *task.drop)
        and column_roles.dates_rows(column, _numbers_of(dataset, column))
    ]
    if not names:
        return []
    listed = ", ".join(repr(name) for name in names[:SHOWN])
    how = "If the future is to be predicted from the past, choose it as the order; test rows then come later."
    return [Finding("time", "info", f"Rows seem to be dated by {listed}.", tuple(names), how)]


def _numbers_of(dataset: Dataset, column: Column) -> np.ndarray | None:
    """A column's values where it holds numbers and is still among the inputs."""
    if column.name not in getattr(dataset.inputs, "columns", ()):
        return None
    values = dataset.inputs[column.name]
    return values.to_numpy(float) if getattr(values, "dtype", None) is not None and values.dtype.kind in "fiu" else None
