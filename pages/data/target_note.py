"""What the chosen target holds, and why it cannot be predicted, before anybody waits for a run."""

from __future__ import annotations

import streamlit as st

from core.schema import Column, TaskForm
from pages.backend import task_forms
from pages.ui import alerts
from pages.ui.formatting import truncated


def describe_target(column: Column, form: TaskForm) -> None:
    """Draws the counts and examples of a column, and a warning where it cannot be predicted in this form.

    Args:
        column: the one that was picked. form: as which it is to be predicted.
    """
    kinds = "different values" if form == "regression" else "class" if column.distinct == 1 else "classes"
    found = [f"{column.distinct:,} {kinds}"]
    if column.missing:
        found.append(f"{column.missing:,} missing (those rows are left out)")
    if column.examples:
        found.append("for example " + ", ".join(truncated(text, 20) for text in column.examples[:3]))
    st.text(" · ".join(found))
    if why := task_forms.rejection_reason(column, form):
        alerts.draw_alert("warning", f"This column cannot be predicted so: {why}.", "Pick another target or type.")
