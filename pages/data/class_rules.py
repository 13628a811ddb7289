"""Rules about rows that a contest may not take as they come: small classes, and items whose names share a word."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from core.schema import Plan, SmallClasses, Task
from pages.backend import catalogue
from pages.ui.formatting import md, truncated

SMALL: dict[SmallClasses, str] = {
    "other": "Join them into “other”",
    "drop": "Leave them out",
    "keep": "Keep them (no verdict)",
}

NONE = "none"


def ask_small_classes(card: dict[str, Any], task: Task, plan: Plan, key: str) -> Plan:
    """What to do with classes of fewer than 20 rows; asked only where there are several classes."""
    if task.form != "multiclass":
        return plan
    unit = catalogue.modality(card["modality"]).unit_noun
    chosen = st.segmented_control(
        f"Classes with fewer than 20 {md(unit)}s", list(SMALL), default=plan.small_classes, format_func=SMALL.get,
        required=True, key=f"small_{key}", persist_state="session",
        help="A class with so few cannot be tested on its own, and no verdict would be given at all. The verdict "
        "speaks of the classes that are left.",
    )  # fmt: skip
    return replace(plan, small_classes=chosen)


def suggested_groups(card: dict[str, Any]) -> str | None:
    """The groups in file names that are kept apart unless the visitor says otherwise, as "name:2" or "folder:1"."""
    return next((str(one["key"]) for one in _offers(card) if one["convincing"]), None)


def _offers(card: dict[str, Any]) -> list[dict[str, Any]]:
    return list((card.get("facts") or {}).get("name_groups") or ())


def ask_name_groups(card: dict[str, Any], task: Task, key: str) -> Task:
    """Which part of the file names or folders says what belongs together; asked only where one could."""
    offers = _offers(card)
    if not offers:
        return task
    keys = [NONE, *(str(one["key"]) for one in offers)]
    titles = {NONE: "none of these", **{str(one["key"]): _title(one) for one in offers}}
    unit = catalogue.modality(card["modality"]).unit_noun
    chosen = st.selectbox(
        f"{md(unit.capitalize())}s that belong together, by their names", keys, keys.index(task.groups or NONE),
        format_func=titles.get, key=f"name_groups_{key}", persist_state="session",
        help=f"{md(unit.capitalize())}s of one group never stand on both sides of a fold. Choose none if new ones come "
        "from the same speakers, patients or sessions.",
    )  # fmt: skip
    return replace(task, groups=None if chosen == NONE else chosen)


def _title(offer: dict[str, Any]) -> str:
    kind, place = str(offer["key"]).split(":")
    where = f"part {place} of the file names" if kind == "name" else f"folder {place} above the file"
    return f"{where}: {', '.join(truncated(word, 16) for word in offer['examples'])} … ({offer['count']:,})"
