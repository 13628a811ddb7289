"""The forms of tasks: which kind of task a form is, and which form fits a column."""

from __future__ import annotations

from core.evaluation import tasks
from core.readers.tables import target_inference
from core.schema import Column, Task, TaskForm, TaskKind


def task_kind(form: TaskForm) -> TaskKind:
    """The kind of task that a form belongs to; classification for an unknown form."""
    return tasks.KINDS.get(form, "classification")


def data_task(form: TaskForm) -> Task | None:
    """The task of data that carries its own (texts to write on, ratings, environments); None for other forms."""
    return tasks.carried_task(form) if form in tasks.CARRIED else None


def infer_form(column: Column) -> TaskForm:
    """The form of the task that predicts this column."""
    return target_inference.task_form(column)
