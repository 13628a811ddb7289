"""A blind test: the visitor says which texts or pictures were made by people, and reads the score."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from pages.ui import session_state
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import literal, md, truncated

SIDE = 112
ACROSS = 6


@dataclass(frozen=True)
class QuizLabels:
    """The two answers a visitor can give: made by a person, or by a model."""

    real: str
    made: str


@st.fragment
@error_boundary
def draw_quiz(section: Mapping[str, Any], key_prefix: str) -> None:
    """Draws the items in an order that tells nothing, a choice under each, and the score so far."""
    rows = shuffle_rows(section["rows"])
    labels = QuizLabels(str(section.get("real", "Real")), str(section.get("drawn", "Made")))
    across = ACROSS if "picture" in rows[0] else 2
    for first in range(0, len(rows), across):
        part = rows[first : first + across]
        for number, (column, row) in enumerate(zip(st.columns(across), part, strict=False), first):
            with column:
                _draw_item(row, number, key_prefix, labels)
    guesses = [session_state.get(f"{key_prefix}_guess_{number}") for number in range(len(rows))]
    st.markdown(md(score_guesses(rows, guesses, labels)))
    if any(guess is not None for guess in guesses):
        st.button(
            "Start over", key=f"{key_prefix}_again", on_click=_forget, args=(key_prefix, len(rows)), type="tertiary"
        )


def shuffle_rows(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows by a digest of what they show, so that their place gives nobody away."""
    return sorted(
        rows, key=lambda row: hashlib.sha256(json.dumps(row.get("text", row.get("picture"))).encode()).digest()
    )


def score_guesses(rows: Sequence[Mapping[str, Any]], guesses: Sequence[Any], labels: QuizLabels) -> str:
    """How many guesses were right, and what chance would give; once all are in, how likely chance does as well."""
    known = [(row, guess) for row, guess in zip(rows, guesses, strict=True) if guess in (labels.real, labels.made)]
    right = sum((guess == labels.real) == bool(row.get("real")) for row, guess in known)
    if not known:
        return f"{len(rows)} to guess; half of them by chance."
    said = f"{right} of {len(known)} right; chance gives {len(known) / 2:g}."
    if len(known) == len(rows):
        luck = sum(math.comb(len(rows), hits) for hits in range(right, len(rows) + 1)) / 2 ** len(rows)
        said += f" Someone who only guesses does as well in {100 * luck:.0f} of 100 tries."
    return said


def enlarge_pixels(picture: Any) -> np.ndarray:
    """Grey or colour pixels, enlarged by whole factors so that small pictures stay sharp."""
    levels = np.clip(np.asarray(picture, dtype=float), 0, 255).astype(np.uint8)
    factor = max(1, math.ceil(SIDE / max(levels.shape[:2])))
    return levels.repeat(factor, axis=0).repeat(factor, axis=1)


def _draw_item(row: Mapping[str, Any], number: int, key_prefix: str, labels: QuizLabels) -> None:
    if "picture" in row:
        st.image(enlarge_pixels(row["picture"]), width=SIDE, alt="A picture to judge")
    else:
        with st.container(border=True):
            st.text(literal(row.get("text", ""), 1_000))
    key = f"{key_prefix}_guess_{number}"
    picked = st.segmented_control(
        f"Item {number + 1:d}",
        (labels.real, labels.made),
        format_func=md,
        key=key,
        label_visibility="collapsed",
        disabled=session_state.get(key) is not None,
    )
    if picked is not None:
        mark = "✓" if (picked == labels.real) == bool(row.get("real")) else "✗"
        st.caption(f"{md(mark)} {md(truncated(row.get('title', ''), 40))}")


def _forget(key_prefix: str, count: int) -> None:
    for number in range(count):
        session_state.put(f"{key_prefix}_guess_{number}", None)
