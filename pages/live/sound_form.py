"""A test clip with hiss over it, answered live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.schema import Contest
from pages.components import item_view
from pages.live import answers_view, polling
from pages.ui.formatting import escape_markdown, truncated


def draw_form(contest: Contest, session: Mapping[str, Any]) -> None:
    """Which clip and how much hiss; the clip can be heard as the contestants hear it."""
    last = max(1, int(session["items"]))
    left, right = st.columns([2, 5], gap="large")
    with left:
        row = int(st.number_input(f"Test clip, 1 to {last:,}", 1, last, 1, key=f"ask_item_{contest.id}")) - 1
        noise = st.slider("Hiss, loudness against the clip's own, %", 0, 200, 0, 10, key=f"ask_noise_{contest.id}")
        explain = st.toggle("Explain the answers", False, key=f"ask_why_{contest.id}")
    question = {"kind": "item", "row": row, "noise": noise / 100, "explain": explain}

    def draw(answer: Mapping[str, Any]) -> None:
        for item in answer.get("shown", {}).get("items") or ():
            item_view.draw_original_item(item)
        if "recorded" in answer.get("shown", {}):
            st.caption(f"Recorded: {escape_markdown(truncated(answer['shown']['recorded'], 40))}")
        answers_view.draw_answers(contest, answer)

    with right:
        polling.draw_when_answered(contest.id, "sound", question, draw)
