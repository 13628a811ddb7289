"""One explained picture, text, sound or window, with what each side saw in it, side by side."""

from __future__ import annotations

import io
import wave
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from core.schema import Contest
from pages.backend import thumbnails
from pages.charts import heatmaps
from pages.components import saliency_map_view
from pages.summaries import aligned_explanations, predictions
from pages.ui import theme
from pages.ui.formatting import number, own, plain

KEY = ":red[Red] speaks for the explained answer, :blue[blue] against it; the stronger the colour, the more."


def item(contest: Contest, row: int) -> Mapping[str, Any] | None:
    """The small copy of an explained row, or None for tables and for runs that kept none."""
    kept = contest.rows.get("items") or ()
    return kept[row] if row < len(kept) else None


def draw(contest: Contest, fair: Sequence[aligned_explanations.Side], row: int) -> None:
    """Draws the row itself and one tinted copy of it a side."""
    shown = item(contest, row)
    if shown is None or not fair:
        return
    if "clip" in shown:
        st.audio(_wav(shown), format="audio/wav")
    original = "pixels" in shown
    columns = st.columns(len(fair) + original, gap="medium")
    if original:
        with columns[0]:
            st.caption("The picture")
            st.image(heatmaps.enlarged(_pixels(shown)), width="stretch")
    for column, side in zip(columns[original:], fair, strict=True):
        with column:
            st.caption(f"**{own(theme.FAMILY_TITLES[side.family])}** {own(side.title)}")
            _side(shown, side, row)
            st.text(_answer(contest, side, row))
    st.caption(KEY)
    if original and saliency_map_view.there(fair):
        saliency_map_view.draw(contest, fair, _pixels(shown), row)
    if shown.get("letters", 0) > len(shown.get("text", "")):
        st.caption(f"The first {len(shown['text']):,} of {shown['letters']:,} letters.")


def _answer(contest: Contest, side: aligned_explanations.Side, row: int) -> str:
    """What the side said of this item, and the score that its colours add up to."""
    run = next((run for run in contest.runs if run.contestant == side.key), None)
    said = predictions.words(contest, run, row) if run is not None else ""
    mark = {True: " ✓", False: " ✗", None: ""}[predictions.right(contest, run, row) if run is not None else None]
    score = f"score {_of(contest, row)}{number(float(side.margin[row]), digits=2)}"
    return f"says {said}{mark}\n{score}" if said else score


def _of(contest: Contest, row: int) -> str:
    """Which answer the score is about: the recorded class, or the second of two."""
    labels, recorded = contest.dataset.get("labels") or (), contest.rows.get("labels") or ()
    if contest.task.kind == "anomaly":
        return ""
    if contest.task.form == "multiclass" and row < len(recorded):
        return f"for {plain(recorded[row], 24)}: "
    return f"for {plain(labels[1], 24)}: " if len(labels) == 2 else ""


def _side(shown: Mapping[str, Any], side: aligned_explanations.Side, row: int) -> None:
    values, paper = side.values[row], theme.current()
    if "text" in shown:
        drawn = heatmaps.words(shown["text"], side.parts, values, paper)
        st.altair_chart(drawn, width="content", alt="The text, its words tinted")
        return
    if "curves" in shown:
        named = [str(name) for name in shown.get("channels") or ()]
        for channel, strip in enumerate(heatmaps.stretches(shown, side.parts, values, paper) or ()):
            if channel < len(named):
                st.text(plain(named[channel], 40))
            st.altair_chart(strip, alt="One channel of the window, its segments tinted")
        return
    picture = _heated(shown, side, heatmaps.shares(values))
    if picture is None:
        st.text(plain("The parts of this explanation cannot be shown over the item.", 200))
    else:
        st.image(picture, width="stretch")


def _heated(shown: Mapping[str, Any], side: aligned_explanations.Side, values: np.ndarray) -> np.ndarray | None:
    if "pixels" in shown:
        ground = _pixels(shown)
        hot = heatmaps.patched(side.parts, values, *ground.shape[:2])
        return None if hot is None else heatmaps.overlay(ground, hot, theme.current())
    ground = heatmaps.spectrogram(shown)
    hot = heatmaps.banded(side.parts, values, shown["hertz"], float(shown["seconds"]), ground.shape[1])
    return None if hot is None else heatmaps.overlay(ground[::-1], hot[::-1], theme.current())


def _pixels(shown: Mapping[str, Any]) -> np.ndarray:
    return thumbnails.decode_thumbnail(str(shown["pixels"]), tuple(shown["shape"]))


def _wav(shown: Mapping[str, Any]) -> bytes:
    held = io.BytesIO()
    samples = thumbnails.decode_thumbnail(str(shown["clip"]), (-1,))
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(int(shown["rate"]))
        file.writeframes(samples.tobytes())
    return held.getvalue()


def tinted(shown: Mapping[str, Any], side: aligned_explanations.Side) -> None:
    """Draws one item tinted by a side that explains this item alone."""
    _side(shown, side, 0)


def original(shown: Mapping[str, Any], width: int = 240) -> None:
    """Draws an item as it is: its picture so many points wide, or a player for its sound."""
    if "clip" in shown:
        st.audio(_wav(shown), format="audio/wav")
    if "pixels" in shown:
        st.image(heatmaps.enlarged(_pixels(shown)), width=width)
