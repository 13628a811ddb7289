"""A recorded sound, or a test clip, with hiss over it, answered live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.schema import Contest
from pages.components import item_view
from pages.live import answers_view, polling, prepared_example, recordings
from pages.ui.formatting import escape_markdown, truncated

CLIP, RECORD = "Test clip", "Record a sound"


def draw_form(contest: Contest, session: Mapping[str, Any]) -> None:
    """A recording or a test clip and how much hiss; it can be heard as the models hear it."""
    last = max(1, int(session["items"]))
    left, right = st.columns([2, 5], gap="large")
    with left:
        way = st.segmented_control(
            "What to ask about", (CLIP, RECORD), default=CLIP, required=True, key=f"ask_way_{contest.id}",
            label_visibility="collapsed",
        )  # fmt: skip
        if way == CLIP:
            asked = {"row": int(st.number_input(f"Clip, 1 to {last:,}", 1, last, 1, key=f"ask_item_{contest.id}")) - 1}
        else:
            asked = _ask_recording(contest)
        noise = st.slider("Hiss, loudness against the clip's own, %", 0, 200, 0, 10, key=f"ask_noise_{contest.id}")
        explain = st.toggle("Explain the answers", False, key=f"ask_why_{contest.id}")
    question: dict[str, Any] = {"kind": "item", **asked, "noise": noise / 100, "explain": explain}

    def draw(answer: Mapping[str, Any]) -> None:
        for item in answer.get("shown", {}).get("items") or ():
            item_view.draw_original_item(item)
        if "recorded" in answer.get("shown", {}):
            st.caption(f"Recorded: {escape_markdown(truncated(answer['shown']['recorded'], 40))}")
        answers_view.draw_answers(contest, answer)

    with right:
        if not asked:
            st.caption("Record or choose a sound: its loudest part of the length of training is asked about.")
            prepared_example.draw_example(contest)
            return
        polling.draw_when_answered(contest.id, "sound", question, draw)


def _ask_recording(contest: Contest) -> dict[str, Any]:
    spoken = st.audio_input("A sound from the microphone", key=f"ask_microphone_{contest.id}")
    chosen = st.file_uploader("or from a file", ["wav", "flac", "ogg"], key=f"ask_sound_{contest.id}")
    return dict(recordings.recorded("recording", spoken or chosen))
