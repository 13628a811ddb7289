"""What the audit of a contest compares: groups of people, and numbers that may only raise or lower the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from core.schema import Plan, Task
from pages.ui.formatting import md, truncated


def ask_audit_columns(card: dict[str, Any], plan: Plan, task: Task, key: str) -> Plan:
    """The plan with the sensitive columns and the declared directions of a table.

    Args:
        card: the description of the data. task: as asked for. key: of the data.
    """
    return replace(plan, sensitive=_sensitive(card, plan, task, key), directions=_directions(card, task, key))


def _sensitive(card: dict[str, Any], plan: Plan, task: Task, key: str) -> tuple[str, ...]:
    names = [column["name"] for column in card["columns"]]
    others = [k for k, name in enumerate(names) if name != task.target]
    chosen = st.multiselect(
        "Protected groups to compare errors across (sex, age band, …)", others,
        [k for k in others if names[k] in plan.sensitive], format_func=lambda k: truncated(names[k]),
        key=f"sensitive_{key}", persist_state="session",
    )  # fmt: skip
    return tuple(names[k] for k in chosen)


def _directions(card: dict[str, Any], task: Task, key: str) -> tuple[tuple[str, int], ...]:
    """Numbers that may only raise or only lower the answer, as declared; breaking one is counted for every model."""
    if task.form == "multiclass":
        return ()
    names = [one["name"] for one in card["columns"] if one["type"] == "numeric" and one["name"] != task.target]
    found: dict[str, int] = {}
    for column, way, title in zip(st.columns(2), (1, -1), ("only raise", "only lower"), strict=True):
        picked = column.multiselect(
            md(f"Numbers that may {title} the answer"), range(len(names)), format_func=lambda k: truncated(names[k]),
            key=f"directions_{way}_{key}", persist_state="session",
            help="Declared directions are part of the audit: how often a model breaks them. Monotone trees keep them.",
        )  # fmt: skip
        found |= {names[k]: way for k in picked}
    return tuple(sorted(found.items()))
