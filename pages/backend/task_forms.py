"""The forms of tasks: which kind of task a form is, and which form fits a column."""

from __future__ import annotations

from core import limits
from core.evaluation import tasks
from core.readers.tables import target_inference
from core.schema import Column, Task, TaskForm, TaskKind
from core.wording import FORM_TITLES

__all__ = ["FORM_TITLES", "data_task", "infer_form", "rejection_reason", "task_kind"]


def task_kind(form: TaskForm) -> TaskKind:
    """The kind of task that a form belongs to; classification for an unknown form."""
    return tasks.KINDS.get(form, "classification")


def data_task(form: TaskForm) -> Task | None:
    """The task of data that carries its own (texts to write on, ratings, environments); None for other forms."""
    return tasks.carried_task(form) if form in tasks.CARRIED else None


def rejection_reason(column: Column, form: TaskForm) -> str:
    """Why this column cannot be predicted in this form, in words; empty if it can."""
    if (why := target_inference.rejection_reason(column)) or form == "regression":
        return why
    many = column.distinct > limits.CLASSES
    return f"it has {column.distinct:,} classes; the limit is {limits.CLASSES}" if many else ""


def infer_form(column: Column) -> TaskForm:
    """The form of the task that predicts this column."""
    return target_inference.task_form(column)
