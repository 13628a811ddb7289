"""Pictures to draw from by class, and a game: who drew this one? Counts stay in the visitor's session."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from core.schema import Facts
from pages.components import blind_quiz
from pages.ui import session_state
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import literal, md, truncated

SIDE = 112
ANSWERS = "answers"
LARGEST = 128 * 128


@st.fragment
@error_boundary
def draw_game(section: Facts, key_prefix: str) -> None:
    """Draws the pictures of the class that is asked for, then one picture at a time to guess about, and the counts."""
    rows = [row for row in section["rows"] if row.get("pixels")]
    sources = [str(source) for source in section.get("sources") or dict.fromkeys(row["title"] for row in rows)]
    size = int(section["height"]), int(section["width"])
    # Two data sets share one place on the page, so that counts must hang on what is shown.
    key = f"{key_prefix}_{hashlib.sha256(str(section.get('title')).encode()).hexdigest()[:8]}"
    if not 0 < size[0] * size[1] <= LARGEST:
        raise ValueError("pictures of a study are small")
    _draw_by_class([row for row in rows if not row.get("guessed")], sources, size, key)
    _guess(shuffle_pool([row for row in rows if row.get("guessed")]), sources, size, key)


def shuffle_pool(rows: Sequence[Facts]) -> list[Facts]:
    """The pictures in an order that tells nothing of who drew them."""
    return sorted(rows, key=lambda row: hashlib.sha256(str(row["pixels"]).encode()).digest())


def unpack_pixels(text: str, height: int, width: int) -> np.ndarray:
    """Grey levels (height, width) of a picture that a study wrote down.

    Raises:
        ValueError: the text holds a picture of another size.
    """
    engine = zlib.decompressobj()
    raw = engine.decompress(base64.b64decode(text), height * width + 1)
    if len(raw) != height * width:
        raise ValueError("a picture of this study has another size than it says")
    return np.frombuffer(raw, dtype=np.uint8).reshape(height, width)


def count_answers(rows: Sequence[Facts], answers: Sequence[str], sources: Sequence[str]) -> list[list[str | int]]:
    """A table of guesses: one row a source, how often it was shown, guessed as each source.

    Args:
        rows: in the order they are shown. answers: to the first of them. sources: who may have drawn.
    """
    table: list[list[str | int]] = []
    for source in sources:
        given = [answer for row, answer in zip(rows, answers, strict=False) if row["title"] == source]
        table.append([source, len(given), *(given.count(other) for other in sources)])
    return table


def sum_up(rows: Sequence[Facts], answers: Sequence[str], sources: Sequence[str]) -> str:
    """How many guesses were right, and what chance would give."""
    if not answers:
        return f"{len(rows)} pictures; one in {len(sources)} is right by chance."
    right = sum(row["title"] == answer for row, answer in zip(rows, answers, strict=False))
    return f"{right} of {len(answers)} right; chance gives {len(answers) / len(sources):.1f}."


def _draw_by_class(rows: Sequence[Facts], sources: Sequence[str], size: tuple[int, int], key: str) -> None:
    labels = list(dict.fromkeys(str(row.get("label", "")) for row in rows))
    asked = st.selectbox(
        "Draw", range(len(labels)), format_func=lambda place: literal(labels[place]), key=f"{key}_asked"
    )
    for source in sources:
        st.caption(md(source))
        drawn = [row for row in rows if row["title"] == source and str(row.get("label", "")) == labels[int(asked)]]
        with st.container(horizontal=True, gap="small"):
            for row in drawn:
                picture = blind_quiz.enlarge_pixels(unpack_pixels(row["pixels"], *size))
                st.image(picture, width=SIDE, alt=f"Drawn as asked: {literal(labels[int(asked)])}")


def _guess(rows: Sequence[Facts], sources: Sequence[str], size: tuple[int, int], key: str) -> None:
    st.markdown("**Who drew this one?**")
    answers = _answers(key)[: len(rows)]
    if answers:
        last = rows[len(answers) - 1]
        mark = "✓" if last["title"] == answers[-1] else "✗"
        st.markdown(
            md(f"{mark} The last one: {truncated(last['title'], 40)}, asked for {literal(last.get('label', ''), 40)}.")
        )
    if len(answers) < len(rows):
        picture = blind_quiz.enlarge_pixels(unpack_pixels(rows[len(answers)]["pixels"], *size))
        st.image(picture, width=2 * SIDE, alt="A picture to judge")
        with st.container(horizontal=True):
            for number, source in enumerate(sources):
                st.button(md(source), key=f"{key}_say_{number}", on_click=_answer, args=(key, answers, source))
    st.markdown(md(sum_up(rows, answers, sources)))
    if answers:
        names = ["Drawn by", "shown", *(f"guessed {source}" for source in sources)]
        st.dataframe(
            pd.DataFrame(count_answers(rows, answers, sources), columns=names), hide_index=True, height="content",
            alt="How often each was shown and what you guessed",
        )  # fmt: skip
        st.button("Start over", key=f"{key}_again", type="tertiary", on_click=_answer, args=(key, None, ""))


def _answers(key: str) -> list[str]:
    known = session_state.get(f"{key}_{ANSWERS}")
    return [str(answer) for answer in known] if isinstance(known, list) else []


def _answer(key: str, before: Sequence[str] | None, source: str) -> None:
    session_state.put(f"{key}_{ANSWERS}", [] if before is None else [*before, source])
