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
from pages.charts import chart_cache, heatmaps
from pages.charts.errors import item_curves
from pages.components import saliency_map_view
from pages.summaries import aligned_explanations, predictions
from pages.ui import theme
from pages.ui.formatting import format_number, literal, md, truncated

KEY = ":red[Red] supports the explained answer, :blue[blue] opposes it; the stronger the colour, the more."


def stored_item(contest: Contest, row: int) -> Mapping[str, Any] | None:
    """The small copy of an explained row, or None for tables and for runs that kept none."""
    kept = contest.rows.items
    return kept[row] if row < len(kept) else None


def draw_explained_item(
    contest: Contest, explanations: Sequence[aligned_explanations.AlignedExplanation], row: int
) -> None:
    """Draws the row itself and one tinted copy of it a side."""
    shown = stored_item(contest, row)
    if shown is None or not explanations:
        return
    if "clip" in shown:
        st.audio(_wav(shown), format="audio/wav")
    original = "pixels" in shown
    columns = st.columns(len(explanations) + original, gap="medium")
    if original:
        with columns[0]:
            clip = "frames" in shown
            st.caption("The clip, four of its frames" if clip else "The picture")
            alt = "Four frames of the explained clip" if clip else "The explained picture"
            st.image(heatmaps.enlarge_image(_pixels(shown)), width="stretch", alt=alt)
    for column, side in zip(columns[original:], explanations, strict=True):
        with column:
            st.caption(f"**{md(theme.FAMILY_TITLES[side.family])}** {md(side.title)}")
            _side(shown, side, row)
            st.text(_answer(contest, side, row))
    st.caption(KEY)
    if original and saliency_map_view.explanations_with_maps(explanations):
        saliency_map_view.draw_saliency_maps(contest, explanations, _pixels(shown), row)
    if shown.get("letters", 0) > len(shown.get("text", "")):
        st.caption(f"The first {len(shown['text']):,} of {shown['letters']:,} letters.")


def _answer(contest: Contest, side: aligned_explanations.AlignedExplanation, row: int) -> str:
    """What the side said of this item, and the score that its colours add up to."""
    run = next((run for run in contest.runs if run.contestant == side.key), None)
    said = predictions.describe_prediction(contest, run, row) if run is not None else ""
    mark = {True: " ✓", False: " ✗", None: ""}[predictions.is_correct(contest, run, row) if run is not None else None]
    score = f"score {_explained_answer(contest, row)}{format_number(float(side.margin[row]), digits=2)}"
    return f"says {said}{mark}\n{score}" if said else score


def _explained_answer(contest: Contest, row: int) -> str:
    """Which answer the score is about: the recorded class, or the second of two."""
    labels, recorded = contest.dataset.get("labels") or (), contest.rows.labels
    if contest.task.kind == "anomaly":
        return ""
    if contest.task.form == "multiclass" and row < len(recorded):
        return f"for {truncated(recorded[row], 24)}: "
    return f"for {truncated(labels[1], 24)}: " if len(labels) == 2 else ""


def _side(item: Mapping[str, Any], side: aligned_explanations.AlignedExplanation, row: int) -> None:
    values, paper = side.values[row], theme.current_palette()
    if "text" in item:
        drawn = heatmaps.word_heatmap(item["text"], side.parts, values, paper)
        st.altair_chart(drawn, width="content", alt="The text, its words tinted")
        return
    if "curves" in item:
        named = [str(name) for name in item.get("channels") or ()]
        for channel, strip in enumerate(heatmaps.segment_heatmap(item, side.parts, values, paper) or ()):
            if channel < len(named):
                st.text(truncated(named[channel], 40))
            alt = "One channel of the window, its segments tinted"
            st.altair_chart(strip, alt=alt, height=chart_cache.chart_height(strip))
        return
    picture = _heated(item, side, heatmaps.relative_strength(values))
    if picture is None:
        st.text(truncated("The parts of this explanation cannot be shown over the item.", 200))
    else:
        st.image(picture, width="stretch", alt=truncated(f"The item, tinted by what {side.title} rests on"))


def _heated(
    item: Mapping[str, Any], side: aligned_explanations.AlignedExplanation, values: np.ndarray
) -> np.ndarray | None:
    if "pixels" in item:
        ground = _pixels(item)
        hot = heatmaps.patch_heatmap(side.parts, values, *ground.shape[:2])
        return None if hot is None else heatmaps.overlay_heatmap(ground, hot, theme.current_palette())
    if "loud" not in item:
        return None
    ground = heatmaps.spectrogram(item)
    hot = heatmaps.band_heatmap(side.parts, values, item["hertz"], float(item["seconds"]), ground.shape[1])
    return None if hot is None else heatmaps.overlay_heatmap(ground[::-1], hot[::-1], theme.current_palette())


def _pixels(item: Mapping[str, Any]) -> np.ndarray:
    return thumbnails.decode_thumbnail(str(item["pixels"]), tuple(item["shape"]))


def _wav(item: Mapping[str, Any]) -> bytes:
    held = io.BytesIO()
    samples = thumbnails.decode_thumbnail(str(item["clip"]), (-1,))
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(int(item["rate"]))
        file.writeframes(samples.tobytes())
    return held.getvalue()


def draw_tinted_item(item: Mapping[str, Any], side: aligned_explanations.AlignedExplanation) -> None:
    """Draws one item tinted by a side that explains this item alone."""
    _side(item, side, 0)


def draw_original_item(item: Mapping[str, Any], width: int = 240) -> None:
    """Draws an item as it is: its picture so many points wide, or a player for its sound with the waveform below."""
    if "clip" in item:
        st.audio(_wav(item), format="audio/wav")
        samples = thumbnails.decode_thumbnail(str(item["clip"]), (-1,)).astype(float) - 128.0
        drawn = item_curves.waveform_chart(samples, float(item["seconds"]), theme.current_palette())
        alt = f"Waveform of {float(item['seconds']):.1f} seconds"
        st.altair_chart(drawn, alt=alt, height=chart_cache.chart_height(drawn))
    if "pixels" in item:
        clip = "frames" in item
        alt = "Four frames of the clip itself" if clip else "The picture itself"
        st.image(heatmaps.enlarge_image(_pixels(item)), width=2 * width if clip else width, alt=alt)


def draw_whole_item(item: Mapping[str, Any]) -> None:
    """Draws a stored item of any kind: picture, player with waveform, channels of a window, or text."""
    draw_original_item(item, 200)
    if "curves" in item:
        for number, drawn in enumerate(item_curves.channel_curves(item, theme.current_palette())):
            alt = f"Channel {number + 1} of the window"
            st.altair_chart(drawn, alt=alt, height=chart_cache.chart_height(drawn))
    if "text" in item:
        st.text(literal(str(item["text"]), 600))
        if item.get("letters", 0) > len(item["text"]):
            st.caption(f"The first {len(item['text']):,} of {item['letters']:,} letters.")
