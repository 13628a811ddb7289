"""The rows that a contest uses, from the data as they were read: one way for contests and for checks before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.evaluation import interpolated_rows, small_classes, splits, tasks
from core.panels import windows
from core.schema import Dataset, Plan, Task


def prepare_rows(original: Dataset, task: Task, plan: Plan) -> Dataset:
    """The rows that a contest uses: prepared, without rows made by interpolation, cut, small classes joined.

    Args:
        original: the data as they were read. plan: its rows, seed, rule for small classes and rows to leave out.

    Raises:
        LoadError: the target is missing or constant, or too few rows or classes are left.
    """
    if task.kind == "forecast":
        return tasks.prepare(windows.latest_steps(original, plan.rows), task)
    dataset = tasks.prepare(leave_out_rows(original, plan.leave_out), task, rare_classes=True)
    small = len(dataset) <= interpolated_rows.MOST_ROWS
    dataset = interpolated_rows.drop_interpolated_rows(dataset, task) if small else dataset
    dataset = splits.subsample_rows(dataset, task, plan.rows, plan.seed)
    dataset = dataset if small else interpolated_rows.drop_interpolated_rows(dataset, task)
    if task.kind != "classification":
        return dataset
    return small_classes.drop_rare_classes(small_classes.join_small_classes(dataset, plan.small_classes))


def leave_out_rows(original: Dataset, rows: Sequence[int]) -> Dataset:
    """The data without some rows, each row left with the number it had; told as a warning where any is left out.

    Args:
        original: the data as they were read. rows: their numbers; what is no row is passed over.
    """
    every = np.arange(len(original))
    numbered = replace(original, rows_read=every)
    kept = np.setdiff1d(every, np.asarray(rows, dtype=np.int64))
    gone = len(original) - len(kept)
    if not gone:
        return numbered
    told = f"{gone:,} of {len(original):,} rows are left out by choice."
    return replace(numbered.take(kept), warnings=(*original.warnings, told))
