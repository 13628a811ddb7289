"""What was read, at a glance: rows of a table, pictures, players, texts or curves, a few of every class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from pages.backend import catalogue
from pages.charts import chart_cache, series_strips
from pages.ui import theme
from pages.ui.formatting import escape_markdown, truncated

PICTURES, PLAYERS, TEXTS, CURVES = 40, 6, 6, 6
PICTURE_WIDTH, CLIP_WIDTH = 64, 256
STRIPS, WIDE_STRIP, NARROW_STRIP = 4, 8, 4
WIDE_CLIPS, NARROW_CLIPS = 4, 1
LETTERS = 220


def draw_preview(card: Mapping[str, Any], folder: str) -> None:
    """Draws the preview that belongs to the card's modality; nothing when the parcel holds none."""
    shown = card.get("preview") or []
    kind = catalogue.modality(card["modality"]).preview
    if kind == "curve":
        _curves(card)
    elif shown and kind in DRAWN:
        DRAWN[kind](card, Path(folder))


def count_classes(card: Mapping[str, Any], count: int) -> list[str]:
    """The class of each previewed item: previews take every class in turn, so the counts say which is which."""
    counts = card.get("counts") or {}
    held = [(label, int(counts.get(label, 0))) for label in card.get("labels") or ()]
    most = max((many for _, many in held), default=0)
    order = [label for turn in range(min(most, count)) for label, many in held if many > turn]
    return order[:count] if len(order) >= count else []


def _rows(card: Mapping[str, Any], folder: Path) -> None:
    names = [truncated(column["name"]) for column in card["columns"]]
    body = [list(row.values()) if isinstance(row, dict) else list(row) for row in card["preview"]]
    if body and len(body[0]) == len(names):
        # pandas keeps repeated names apart by position; Arrow would refuse them.
        frame = pd.DataFrame(body, columns=[name + "\u200b" * names[:k].count(name) for k, name in enumerate(names)])
        st.dataframe(frame.head(20), hide_index=True, height=320, alt="The first rows of the data")


def _pictures(card: Mapping[str, Any], folder: Path, width: int = PICTURE_WIDTH) -> None:
    """A few pictures or clips of every class, a strip a class; unnamed ones in one block."""
    wide, narrow = (WIDE_CLIPS, NARROW_CLIPS) if width == CLIP_WIDTH else (WIDE_STRIP, NARROW_STRIP)
    files = [folder / Path(name).name for name in card["preview"][:PICTURES]]
    held: dict[str, list[bytes]] = {}
    named = count_classes(card, len(files)) or [""] * len(files)
    for label, file in zip(named, files, strict=True):
        if file.is_file():
            held.setdefault(label, []).append(file.read_bytes())
    many = len(held) > STRIPS
    sides = st.columns(2, gap="medium") if many else (st.container(),)
    for place, (label, pictures) in enumerate(held.items()):
        with sides[place % len(sides)]:
            if label:
                st.text(f"{truncated(label, 40)} · {int((card.get('counts') or {}).get(label, 0)):,}")
            shown = pictures[: narrow if many else wide]
            named_alike = truncated(f"An example of {label}" if label else "An example", 60)
            st.image(shown, width=width, alt=[f"{named_alike}, {k + 1}" for k in range(len(shown))])
    if (more := len(card.get("labels") or ()) - len(held)) > 0 and named[0]:
        st.caption(f"and {more:,} more classes")


def _clips(card: Mapping[str, Any], folder: Path) -> None:
    _pictures(card, folder, CLIP_WIDTH)
    st.caption("Each strip is one clip: four of its frames, from left to right.")


def _players(card: Mapping[str, Any], folder: Path) -> None:
    files = [folder / Path(name).name for name in card["preview"][:PLAYERS]]
    named = count_classes(card, len(files))
    left, right = st.columns(2)
    for place, file in enumerate(files):
        if file.is_file():
            with (left, right)[place % 2]:
                if named:
                    st.text(truncated(named[place], 40))
                st.audio(file.read_bytes(), format="audio/wav")


def _texts(card: Mapping[str, Any], folder: Path) -> None:
    texts = [str(row[0] if isinstance(row, list) else row) for row in card["preview"][:TEXTS]]
    named = count_classes(card, len(texts))
    for place, text in enumerate(texts):
        with st.container(border=True, gap="xsmall"):
            if named:
                st.caption(escape_markdown(truncated(named[place], 40)))
            st.text(truncated(text, LETTERS))


def _curves(card: Mapping[str, Any]) -> None:
    """Some windows of a series, a strip a channel, each on its own scale."""
    facts = card.get("facts") or {}
    curves = (facts.get("curves") or [])[:CURVES]
    channels = [str(name) for name in facts.get("channels") or ()]
    if not curves:
        return
    if card["modality"] == "forecast":
        _panel_words(facts)
    else:
        st.text(truncated(describe_facts(facts), 400))
    for channel in range(min(len(window) for window in curves)):
        if channel < len(channels):
            st.text(truncated(channels[channel], 60))
        drawn = series_strips.series_strip(curves, channel, theme.current_palette())
        alt = "Some windows of one channel, one beside the other"
        st.altair_chart(drawn, alt=alt, height=chart_cache.chart_height(drawn))
    if card["modality"] != "forecast":
        st.caption(f"{len(curves):d} of the windows, from the first to the last, a line a channel.")


def _panel_words(facts: Mapping[str, Any]) -> None:
    """What the curves of a forecast's preview are: the latest values of how many series, and the step of time."""
    panel = facts["panel"]
    count, step = len(panel["series"]), panel["step"]
    every = str(step["key"]) if int(step["every"]) == 1 else f"{int(step['every']):,} {step['key']}s"
    some = min(CURVES, count)
    which = "the series" if count == 1 else f"{some:,} of {count:,} series" if some < count else f"all {count:,} series"
    st.text(truncated(f"Latest values of {which}, a value a {every}; to be foretold: {facts['target']}", 400))


def describe_facts(facts: Mapping[str, Any]) -> str:
    """How the readings were cut: a window's length, and which columns are time and unit."""
    said = [f"One window is {int(facts['window']):,} readings"] if facts.get("window") else []
    for role in ("time", "unit"):
        if facts.get(role):
            said.append(f"{role}: {truncated(facts[role], 40)}")
    if facts.get("target"):
        planted = facts["target"] == "planted"
        said.append("anomalies are planted to score by" if planted else f"answer: {truncated(facts['target'], 40)}")
    return " · ".join(said)


# How previewed items are drawn, by the kind of preview that a modality declares; curves need no items.
DRAWN: dict[str, Callable[[Mapping[str, Any], Path], None]] = {
    "rows": _rows,
    "image": _pictures,
    "clip": _clips,
    "audio": _players,
    "text": _texts,
}
