"""A typed beginning that every writer goes on with, live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.schema import Contest
from pages.components import document_badges
from pages.live import answers_view, polling
from pages.ui.formatting import format_number, format_seconds, literal, md, truncated

LETTERS = 400


def draw_form(contest: Contest, session: Mapping[str, Any]) -> None:
    """A beginning, how boldly to draw, and everybody's continuation."""
    prompt = st.text_input(
        "Beginning", "The old captain", max_chars=LETTERS, key=f"ask_prompt_{contest.id}",
        help="Characters that the corpus does not hold are read as unknown.",
    )  # fmt: skip
    left, middle, right = st.columns(3)
    length = left.slider("Characters to write", 40, 400, 160, 20, key=f"ask_length_{contest.id}")
    heat = middle.slider(
        "Temperature", 0.2, 1.5, 0.8, 0.1, key=f"ask_heat_{contest.id}",
        help="1 draws from the model itself; lower prefers the likely, higher the surprising.",
    )  # fmt: skip
    seed = int(right.number_input("Draw", 0, 10_000, 0, key=f"ask_seed_{contest.id}"))
    question = {"kind": "prompt", "text": prompt, "length": length, "temperature": heat, "seed": seed}
    polling.draw_when_answered(contest.id, "prompt", question, _written)


def _written(answer: Mapping[str, Any]) -> None:
    there = answers_view.answers_by_contestant(answer)
    for first in range(0, len(there), 3):
        part = list(there.values())[first : first + 3]
        for column, one in zip(st.columns(max(2, len(part)), gap="medium"), part, strict=False):
            with column.container(border=True):
                st.markdown(f"{document_badges.family_badge(one['family'])} {md(one['title'])}")
                if one.get("trouble"):
                    st.text(literal(f"No answer: {one['trouble']}", 300))
                    continue
                st.text(literal(one.get("text", ""), 1_000))
                st.caption(md(_cost(one)))


def _cost(one: Mapping[str, Any]) -> str:
    said = [f"written in {format_seconds(float(one['ms']) / 1000)}"] if one.get("ms") is not None else []
    if one.get("value"):
        said.append(f"the beginning takes {format_number(float(one['value'][0]))} bits per character")
    return truncated(", ".join(said), 200)
