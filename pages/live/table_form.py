"""What if: a row of the test part whose columns can be changed, and what every model then answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.schema import Contest
from pages.live import answers_view, polling
from pages.ui import number_field, session_state
from pages.ui.formatting import escape_markdown, md, truncated
from pages.ui.number_field import NumberField

FIRST = 6
PANEL = "row"


def draw_form(contest: Contest, session: Mapping[str, Any]) -> None:
    """Chooses a row, offers its most telling columns as fields, and asks about the row as it is and as it was."""
    last = max(1, int(session["items"]))
    left, right = st.columns([2, 3], gap="large")
    with left:
        row = int(st.number_input(f"Row of the test part, 1 to {last:,}", 1, last, 1, key=f"ask_row_{contest.id}")) - 1
        before = polling.first_answer(contest.id, f"{PANEL}_before", {"kind": "row", "row": row})
        if before is None:
            return
        if "recorded" in before["shown"]:
            st.caption(f"Recorded answer of this row: {escape_markdown(before['shown']['recorded'])}")
        question = {"kind": "row", "row": row, "explain": True, **_ask_changes(contest, before, row)}
    with right:
        polling.draw_when_answered(
            contest.id,
            PANEL,
            question,
            lambda answer: answers_view.draw_answers(contest, answer, before if question["values"] else None),
        )


def _ask_changes(contest: Contest, before: Mapping[str, Any], row: int) -> dict[str, Any]:
    """The fields of a row's most telling columns, and what of it was changed, as parts of a question."""
    held = {str(name): str(value) for name, value in before["shown"]["row"].items()}
    kinds = {str(column["name"]): str(column["type"]) for column in contest.dataset.get("columns") or ()}
    names = rank_columns(contest, list(held))
    edits = {}
    shown = session_state.get(f"ask_columns_{contest.id}")
    places = [place for place in shown if place < len(names)] if isinstance(shown, list) else range(FIRST)
    places = places[: len(names)]
    for first in range(0, len(places), 2):
        for column, place in zip(st.columns(2), places[first : first + 2], strict=False):
            with column:
                name = names[place]
                value = _draw_field(contest, _Field(name, kinds.get(name, ""), held[name], f"{row}_{place}"))
                if str(value) != held[name]:
                    edits[name] = value
    st.multiselect(
        "Columns to change",
        range(len(names)),
        range(min(FIRST, len(names))),
        format_func=lambda k: truncated(names[k]),
        key=f"ask_columns_{contest.id}",
    )
    return {"values": edits, **_contested(contest, names)}


def _contested(contest: Contest, names: Sequence[str]) -> dict[str, Any]:
    """Find counterfactual: whether to look for what would turn it, and which columns cannot be changed."""
    if contest.task.form != "binary":
        return {}
    # One below the other: beside a field the label is cut where the window is narrow.
    wanted = st.toggle(
        "Find counterfactual", key=f"ask_turn_{contest.id}",
        help="Looks for the smallest change of one or two columns after which a model answers the other way.",
    )  # fmt: skip
    if not wanted:
        return {}
    stay = [place for place, name in enumerate(names) if name in contest.plan.sensitive]
    fixed = st.multiselect(
        "Locked features", range(len(names)), stay, format_func=lambda k: truncated(names[k]),
        key=f"ask_fixed_{contest.id}",
    )  # fmt: skip
    return {"turn": True, "fixed": [names[place] for place in fixed]}


def rank_columns(contest: Contest, columns: Sequence[str]) -> list[str]:
    """The row's columns, those first on which the contest's explanations put most weight."""
    weight = dict.fromkeys(columns, 0.0)
    for run in contest.runs:
        told = run.explanation or {}
        total = sum(abs(float(size)) for size in told.get("global") or ()) or 1.0
        for part, size in zip(told.get("parts") or (), told.get("global") or (), strict=False):
            if str(part) in weight:
                weight[str(part)] += abs(float(size)) / total
    return sorted(columns, key=lambda name: -weight[name])


def known_values(contest: Contest, name: str, now: str) -> list[str]:
    """The words a column is known to hold: those of the explained rows and its examples, and the row's own."""
    columns = [str(column) for column in contest.rows.columns]
    seen = [now]
    if name in columns:
        place = columns.index(name)
        seen += [str(values[place]) for values in contest.rows.values]
    described = next((one for one in contest.dataset.get("columns") or () if str(one["name"]) == name), {})
    return list(dict.fromkeys([*seen, *(str(word) for word in described.get("examples") or ())]))


@dataclass(frozen=True)
class _Field:
    """One column of the row: its name, its type, the row's own value as text, and where it stands."""

    name: str
    kind: str
    value: str
    position: str


def _draw_field(contest: Contest, field: _Field) -> Any:
    """The field of one column: a number where the row holds one, else a choice that takes other words too."""
    name, kind, held, key = field.name, field.kind, field.value, f"ask_{contest.id}_{field.position}"
    number = _number(held)
    if kind == "numeric" or (number is not None and kind not in ("categorical", "boolean", "date", "text")):
        found = number_field.draw_number(NumberField(truncated(name, 40), number, key, placeholder="missing"))
        return "" if found is None else held if found == number else found
    if kind == "text":
        return st.text_area(md(name, 40), held, key=key, height=100, max_chars=5_000)
    words = known_values(contest, name, held)
    picked = st.selectbox(
        md(name, 40),
        words,
        0,
        format_func=lambda word: truncated(word) or "missing",
        key=key,
        accept_new_options=True,
    )
    return held if picked is None else picked


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if found == found and abs(found) != float("inf") else None
