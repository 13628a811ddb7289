"""A recorded sound, or a test clip, with hiss over it, answered live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.schema import Contest
from pages.live import answers_view, polling, prepared_example, recordings

CLIP, RECORD = "Test clip", "Record a sound"


def draw_form(contest: Contest, session: Mapping[str, Any]) -> None:
    """A recording or a test clip and how much hiss; it can be heard as the models hear it."""
    last = max(1, int(session["items"]))
    left, right = st.columns([2, 5], gap="large")
    with left:
        way = recordings.choose_source(contest, (CLIP, RECORD))
        if way == CLIP:
            asked = {"row": int(st.number_input(f"Clip, 1 to {last:,}", 1, last, 1, key=f"ask_item_{contest.id}")) - 1}
        else:
            asked = _ask_recording(contest)
        noise = st.slider("Hiss, loudness against the clip's own, %", 0, 200, 0, 10, key=f"ask_noise_{contest.id}")
        explain = st.toggle("Explain the answers", False, key=f"ask_why_{contest.id}")
    question: dict[str, Any] = {"kind": "item", **asked, "noise": noise / 100, "explain": explain}
    with right:
        if not asked:
            st.caption("Record or choose a sound: its loudest part of the length of training is asked about.")
            prepared_example.draw_example(contest)
            return
        polling.draw_when_answered(
            contest.id, "sound", question, lambda answer: answers_view.draw_items_and_answers(contest, answer)
        )


def _ask_recording(contest: Contest) -> dict[str, Any]:
    spoken = st.audio_input("A sound from the microphone", key=f"ask_microphone_{contest.id}")
    chosen = st.file_uploader("or from a file", ["wav", "flac", "ogg"], key=f"ask_sound_{contest.id}")
    return dict(recordings.recorded("recording", spoken or chosen))
