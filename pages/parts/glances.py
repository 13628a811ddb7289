"""What was read, at a glance: rows of a table, pictures, players, texts or curves, a few of every class."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import palette
from pages.parts.charts import traces
from pages.parts.text import inert, plain

PICTURES, PLAYERS, CURVES = 40, 8, 6
PICTURE_WIDTH = 72


def draw(card: Mapping[str, Any], folder: str) -> None:
    """Draws the preview that belongs to the card's modality; nothing when the parcel holds none."""
    shown = card.get("preview") or []
    if card["modality"] == "series":
        _curves(card)
    elif shown and card["modality"] == "table":
        _rows(card)
    elif shown and card["modality"] == "image":
        _pictures(card, Path(folder))
    elif shown and card["modality"] == "sound":
        _players(card, Path(folder))
    elif shown and card["modality"] == "text":
        _texts(card)


def classes(card: Mapping[str, Any], count: int) -> list[str]:
    """The class of each previewed item: previews take every class in turn, so the counts say which is which."""
    counts = card.get("counts") or {}
    held = [(label, int(counts.get(label, 0))) for label in card.get("labels") or ()]
    most = max((many for _, many in held), default=0)
    order = [label for turn in range(min(most, count)) for label, many in held if many > turn]
    return order[:count] if len(order) >= count else []


def _rows(card: Mapping[str, Any]) -> None:
    names = [plain(column["name"]) for column in card["columns"]]
    body = [list(row.values()) if isinstance(row, dict) else list(row) for row in card["preview"]]
    if body and len(body[0]) == len(names):
        # pandas keeps repeated names apart by position; Arrow would refuse them.
        frame = pd.DataFrame(body, columns=[name + "\u200b" * names[:k].count(name) for k, name in enumerate(names)])
        st.dataframe(frame.head(20), hide_index=True, height=320, alt="The first rows of the data")


def _pictures(card: Mapping[str, Any], folder: Path) -> None:
    files = [folder / Path(name).name for name in card["preview"][:PICTURES]]
    named = classes(card, len(files))
    there = [(file, named[k] if named else "") for k, file in enumerate(files) if file.is_file()]
    if there:
        captions = [inert(plain(label, 14)) for _, label in there] if named else None
        st.image([file.read_bytes() for file, _ in there], caption=captions, width=PICTURE_WIDTH)


def _players(card: Mapping[str, Any], folder: Path) -> None:
    files = [folder / Path(name).name for name in card["preview"][:PLAYERS]]
    named = classes(card, len(files))
    left, right = st.columns(2)
    for place, file in enumerate(files):
        if file.is_file():
            with (left, right)[place % 2]:
                if named:
                    st.text(plain(named[place], 40))
                st.audio(file.read_bytes(), format="audio/wav")


def _texts(card: Mapping[str, Any]) -> None:
    texts = [str(row[0] if isinstance(row, list) else row) for row in card["preview"][:20]]
    named = classes(card, len(texts))
    columns = {"class": [plain(label, 40) for label in named]} if named else {}
    frame = pd.DataFrame({**columns, "text": [plain(text, 300) for text in texts]})
    st.dataframe(
        frame, hide_index=True, height=380, row_height=60, alt="Some of the texts",
        column_config={"text": st.column_config.TextColumn(width="large")},
    )  # fmt: skip


def _curves(card: Mapping[str, Any]) -> None:
    curves = (card.get("facts") or {}).get("curves") or []
    channels = [str(name) for name in (card.get("facts") or {}).get("channels") or ()]
    if curves:
        st.altair_chart(
            traces.grid(curves[:CURVES], channels, palette.current()),
            alt="Some windows of the series, a line a channel",
        )
        st.caption("Some windows, one line a channel, from the first window to the last.")
