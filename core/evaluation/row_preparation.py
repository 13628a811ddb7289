"""The rows that a contest uses, from the data as they were read: one way for contests and for checks before them."""

from __future__ import annotations

from core.evaluation import interpolated_rows, small_classes, splits, tasks
from core.panels import windows
from core.schema import Dataset, Plan, Task


def prepare_rows(original: Dataset, task: Task, plan: Plan) -> Dataset:
    """The rows that a contest uses: prepared, without rows made by interpolation, cut, small classes joined.

    Args:
        original: the data as they were read. plan: its rows, seed and rule for small classes.

    Raises:
        LoadError: the target is missing or constant, or too few rows or classes are left.
    """
    if task.kind == "forecast":
        return tasks.prepare(windows.latest_steps(original, plan.rows), task)
    dataset = tasks.prepare(original, task, rare_classes=True)
    small = len(dataset) <= interpolated_rows.MOST_ROWS
    dataset = interpolated_rows.drop_interpolated_rows(dataset, task) if small else dataset
    dataset = splits.subsample_rows(dataset, task, plan.rows, plan.seed)
    dataset = dataset if small else interpolated_rows.drop_interpolated_rows(dataset, task)
    if task.kind != "classification":
        return dataset
    return small_classes.drop_rare_classes(small_classes.join_small_classes(dataset, plan.small_classes))
