"""What about an upload could make every score misleading, beside the form, with one click to leave a column out."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.schema import Finding, Task
from pages.backend import datasets
from pages.ui import alerts, session_state
from pages.ui.formatting import escape_markdown, truncated

SHOWN = 4
# Findings whose columns one may want to leave out; groups and times are offered in the rules, where they are chosen.
DROPPED = ("leak", "derived", "id", "afterwards")
ELSEWHERE = ("groups", "time")


def draw_alarms(folder: str, card: dict[str, Any], task: Task, key: str) -> None:
    """Draws the alarms about the chosen target that are not yet dealt with; nothing when there are none."""
    with st.spinner("Looking for leaks …"):
        found = datasets.list_alarms(folder, task)
    open_ones = [one for one in found if not (one.columns and set(one.columns) <= set(task.drop))]
    told = [one for one in open_ones if one.key not in ELSEWHERE]
    for place, one in enumerate(told[:SHOWN]):
        _draw(one, card, task, f"{key}_{place}", f"drop_{key}")
    offered = [one for one in open_ones if one.key in ELSEWHERE]
    rest = [*told[SHOWN:], *offered]
    if rest:
        with st.expander(f"More about the data ({len(rest):d})"):
            for one in rest:
                alerts.draw_alert(one.level, one.what, one.how)


def _draw(one: Finding, card: dict[str, Any], task: Task, key: str, drop_key: str) -> None:
    alerts.draw_alert(one.level, one.what, one.how)
    names = [column["name"] for column in card["columns"]]
    left = [name for name in one.columns if name in names and name not in task.drop]
    if one.key not in DROPPED or not left:
        return
    label = escape_markdown(truncated(left[0], 40)) if len(left) == 1 else f"these {len(left):d} columns"
    st.button(
        "Leave out " + label, key=f"leave_{one.key}_{key}", on_click=_leave_out,
        args=(drop_key, [names.index(name) for name in left]),
    )  # fmt: skip


def _leave_out(drop_key: str, places: list[int]) -> None:
    """Adds columns to those that the rules leave out."""
    chosen = session_state.get(drop_key)
    there = list(chosen) if isinstance(chosen, list | tuple) else []
    session_state.put(drop_key, sorted({*there, *places}))
