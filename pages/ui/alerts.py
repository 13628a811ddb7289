"""Boxes that say something in words: heading and text may quote the user and are printed literally."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from core.schema import LoadError, Outcome
from pages.ui.formatting import literal, md

Level = Literal["danger", "warning", "info", "good"]
_BADGES: dict[Level, tuple[str, Literal["red", "orange", "gray", "green"]]] = {
    "danger": ("Data quality warning", "red"),
    "warning": ("Data note", "orange"),
    "info": ("Note", "gray"),
    "good": ("No issues found", "green"),
}
_CHIPS: dict[Outcome, tuple[str, Literal["green", "red", "gray", "orange", "violet"]]] = {
    "supported": ("✓ supported", "green"),
    "contradicted": ("✗ contradicted", "red"),
    "tied": ("= tied", "violet"),
    "undecided": ("? undecided", "orange"),
    "not measured": ("not measured", "gray"),
}


def draw_alert(level: Level, text: str, remedy: str = "", heading: str | None = None) -> None:
    """A bordered box: a coloured badge, the text, and what to do about it."""
    word, colour = _BADGES[level]
    with st.container(border=True, gap="small"):
        st.badge(md(heading or word), color=colour)
        st.text(literal(text))
        if remedy:
            st.text(literal("→ " + remedy))


def draw_load_error(error: LoadError) -> None:
    """Why a file was refused: what, where, and what to do, in the user's words."""
    where = f" ({error.where})" if error.where else ""
    draw_alert("danger", error.what + where, error.how, heading="This file cannot be used")


def draw_outcome(outcome: Outcome) -> None:
    """One of the five outcomes as a coloured chip."""
    word, colour = _CHIPS[outcome]
    st.badge(md(word), color=colour)
