"""A typed sentence, answered by every contestant, and the talk so far."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.schema import Contest
from pages.live import answers_view, chat_form, polling, prepared_example
from pages.ui import session_state
from pages.ui.formatting import literal, md, truncated

LETTERS = 5_000
KEPT = 4
STRIDE = 7_919


def draw_form(contest: Contest, session: Mapping[str, Any]) -> None:
    """A line to type into; the newest sentence on top with its reasons, earlier ones below, folded."""
    labels = [truncated(label, 30) for label in contest.dataset.get("labels") or ()]
    if labels:
        st.text("They tell apart: " + ", ".join(labels[:20]) + (" …" if len(labels) > 20 else ""))
    place = f"_ask_talk_{contest.id}"
    talk = [one for one in session_state.get(place) or () if isinstance(one, str | int)]  # type: ignore[union-attr]
    said = st.chat_input("Type a sentence", max_chars=LETTERS, key=f"ask_text_{contest.id}")
    drawn = st.button("Take one of the test texts", key=f"ask_any_{contest.id}", type="tertiary")
    if said or drawn:
        new = said or STRIDE * (1 + sum(isinstance(one, int) for one in talk)) % max(1, int(session["items"]))
        talk = [new, *(one for one in talk if one != new)][: KEPT + 1]
        session_state.put(place, talk)
    if not talk:
        prepared_example.draw_example(contest)
    for number, one in enumerate(talk):
        _turn(contest, one, number == 0)
    if chat_form.can_chat(contest):
        with st.container(border=True):
            chat_form.draw_form(contest)


def _turn(contest: Contest, said: str | int, newest: bool) -> None:
    """One sentence (or the number of a test text) and its answers; the newest is explained as well."""
    question = {"kind": "text", "explain": newest, **({"text": said} if isinstance(said, str) else {"row": said})}

    def draw(answer: Mapping[str, Any]) -> None:
        shown = (answer.get("shown", {}).get("items") or [{}])[0]
        with st.chat_message("user"):
            st.text(literal(shown.get("text", said), 600))
            if "recorded" in answer.get("shown", {}):
                st.text("Recorded answer: " + truncated(answer["shown"]["recorded"]))
        answers_view.draw_answers(contest, answer)

    if newest:
        polling.draw_when_answered(contest.id, "text", question, draw)
        return
    mark = hashlib.sha256(str(said).encode("utf-8", "replace")).hexdigest()[:8]
    with st.expander("Before: " + md(said if isinstance(said, str) else f"test text {said + 1}", 60)):
        polling.draw_result(polling.ask_and_wait(contest.id, f"text_{mark}", question, 0.5), draw)
