"""Rules about rows that a contest may not take as they come: small classes, and items whose names share a word."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from core.schema import Plan, SmallClasses, Task
from pages.backend import catalogue

SMALL: dict[SmallClasses, str] = {
    "other": "Join them into “other”",
    "drop": "Leave them out",
    "keep": "Keep them (no verdict)",
}


def ask_small_classes(card: dict[str, Any], task: Task, plan: Plan, key: str) -> Plan:
    """What to do with classes of fewer than 20 rows; asked only where there are several classes."""
    if task.form != "multiclass":
        return plan
    unit = catalogue.modality(card["modality"]).unit_noun
    chosen = st.segmented_control(
        f"Classes with fewer than 20 {unit}s", list(SMALL), default=plan.small_classes, format_func=SMALL.get,
        required=True, key=f"small_{key}", persist_state="session",
        help="A class with so few cannot be tested on its own, and no verdict would be given at all. The verdict "
        "speaks of the classes that are left.",
    )  # fmt: skip
    return replace(plan, small_classes=chosen)
