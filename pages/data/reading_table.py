"""How each column of an upload was read: doubts with both readings on top, one table, and a type of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.schema import LoadError, ReadAs
from pages.backend import datasets
from pages.ui import session_state
from pages.ui.formatting import literal, md, truncated

SHOWN_DOUBTS = 4
MOST_ROWS = 2_000
ROW_HEIGHT, MOST_HEIGHT = 35, 430
AUTOMATIC = "automatic"
# What a person can choose, in the words of the table.
CHOICES: dict[str, ReadAs] = {
    "number": "number",
    "category": "category",
    "date": "date",
    "duration": "duration",
    "text": "text",
    "id": "id",
    "leave out": "drop",
    "number, decimal comma": "number-comma",
    "number, decimal point": "number-point",
    "date, day first": "date-dmy",
    "date, month first": "date-mdy",
    "date, year first": "date-ymd",
}
WORDS = {kind: word for word, kind in CHOICES.items()}
TYPE_WORDS = {
    "numeric": "number",
    "boolean": "two values",
    "categorical": "category",
    "id": "id, left out",
    "constant": "one value only",
}
HEADS = ("Column", "Read as", "Set type", "Examples", "What was changed", "Why")


def draw_readings(card: Mapping[str, Any], folder: str) -> None:
    """The doubts and the table of an upload's columns; nothing where the data were no table or are embedded.

    Args:
        card: the description of the data. folder: of their parcel.
    """
    told = datasets.list_readings(card)
    if not told or not datasets.can_reread(folder):
        return
    types = datasets.overruled_types(card)
    doubtful = [one for one in told if one["doubt"] is not None]
    for place, one in enumerate(doubtful[:SHOWN_DOUBTS]):
        _draw_doubt(one, folder, types, f"doubt_{folder[-32:]}_{place}")
    changed = sum(bool(one["changed"]) for one in told)
    title = f"How each column was read ({len(told):,}" + (f", {changed:,} changed)" if changed else ")")
    with st.expander(title, expanded=bool(changed)):
        st.caption("Wrong? Set a type and the file is read again. A category keeps every spelling as it is written.")
        with st.form(f"types_{folder[-32:]}", border=False):
            edited = st.data_editor(
                _frame(told[:MOST_ROWS]),
                hide_index=True,
                disabled=[name for name in HEADS if name != "Set type"],
                num_rows="fixed",
                height=min(MOST_HEIGHT, ROW_HEIGHT * (len(told) + 1) + 3),
                key=f"types_table_{folder[-32:]}",
                column_config={
                    "Column": st.column_config.TextColumn(width=95, pinned=True),
                    "Read as": st.column_config.TextColumn(width=85),
                    "Set type": st.column_config.SelectboxColumn(
                        options=[AUTOMATIC, *CHOICES], required=True, width=115
                    ),
                    "Examples": st.column_config.TextColumn(width=120),
                    "What was changed": st.column_config.TextColumn(width=320),
                    "Why": st.column_config.TextColumn(width=240),
                },
            )
            if st.form_submit_button("Apply and read again"):
                wanted = chosen_types([one["name"] for one in told], list(edited["Set type"]))
                _apply(folder, types, wanted)


def _frame(told: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """One row a column, all of it text that the table prints literally."""
    rows = [
        (
            truncated(one["name"], 60),
            TYPE_WORDS.get(one["type"], one["type"]),
            WORDS.get(one["overruled"], AUTOMATIC),
            truncated(", ".join(one["examples"]), 60),
            truncated(one["changed"], 400),
            truncated(one["why"], 200),
        )
        for one in told
    ]
    return pd.DataFrame(rows, columns=list(HEADS))


def chosen_types(names: Sequence[str], chosen: Sequence[str | None]) -> dict[str, ReadAs]:
    """The types that a person set, by the names of the columns.

    Args:
        names: of the columns, in the order of the table. chosen: what stands in the rows of the table.
    """
    return {name: CHOICES[word] for name, word in zip(names, chosen, strict=False) if word in CHOICES}


def _draw_doubt(one: Mapping[str, Any], folder: str, types: Mapping[str, ReadAs], key: str) -> None:
    """Both readings of one column with a cell as an example of each, and a button for each."""
    doubt = one["doubt"]
    with st.container(border=True, gap="small"):
        st.badge("In doubt", color="orange")
        said = f"{truncated(one['name'], 60)}: its values fit two readings. In use: {doubt.taken}."
        cell = truncated(doubt.example, 40)
        if cell:
            said += f" “{cell}” is read as {doubt.taken_value}; with {doubt.other} it would be {doubt.other_value}."
        st.text(literal(said))
        with st.container(horizontal=True):
            for verb, kind in (("Keep", doubt.settle), ("Change to", doubt.change)):
                if kind is not None:
                    st.button(
                        md(f"{verb}: {WORDS[kind]}"), key=f"{key}_{kind}", on_click=_settle,
                        args=(folder, types, one["name"], kind),
                    )  # fmt: skip


def _settle(folder: str, types: Mapping[str, ReadAs], name: str, kind: ReadAs) -> None:
    _reread(folder, {**types, name: kind})


def _apply(folder: str, now: Mapping[str, ReadAs], wanted: Mapping[str, ReadAs]) -> None:
    if dict(now) == dict(wanted):
        st.caption("No type was changed.")
        return
    _reread(folder, wanted)
    st.rerun()


def _reread(folder: str, types: Mapping[str, ReadAs]) -> None:
    try:
        session_state.select_dataset_folder(str(datasets.retype_upload(folder, types)))
    except LoadError as refused:
        session_state.queue_alert("upload", str(refused))
