"""A test item as it is, answered live: the form for data that declare none of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.schema import Contest
from pages.backend import catalogue
from pages.live import answers_view, polling
from pages.ui.formatting import md


def draw_form(contest: Contest, session: Mapping[str, Any]) -> None:
    """Which test item is asked about, and whether its answers are explained."""
    last, noun = max(1, int(session["items"])), catalogue.modality_of(contest).unit_noun
    left, right = st.columns([2, 5], gap="large")
    with left:
        row = st.number_input(f"Test {md(noun)}, 1 to {last:,}", 1, last, 1, key=f"ask_item_{contest.id}")
        explain = st.toggle("Explain the answers", False, key=f"ask_why_{contest.id}")
    question = {"kind": "item", "row": int(row) - 1, "explain": explain}
    with right:
        polling.draw_when_answered(
            contest.id, "item", question, lambda answer: answers_view.draw_items_and_answers(contest, answer)
        )
