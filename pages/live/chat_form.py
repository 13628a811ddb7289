"""A message to the small language model of a contest: its reply, and what the tokens took beside rented ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.schema import Contest
from pages.backend import language_prompts
from pages.live import answers_view, polling
from pages.ui import session_state
from pages.ui.formatting import format_money, format_number, literal

LETTERS = 2_000


def can_chat(contest: Contest) -> bool:
    """Whether a language model that writes took part and finished."""
    return any(run.contestant == language_prompts.CONTESTANT and run.fits and not run.error for run in contest.runs)


def draw_form(contest: Contest) -> None:
    """A message and the reply to it; earlier messages are not remembered."""
    st.markdown("**Chat with the small language model**")
    st.caption("Every message is answered for itself: nothing said before is remembered.")
    said = st.chat_input("Write a message", max_chars=LETTERS, key=f"ask_chat_{contest.id}")
    place = f"_ask_chat_said_{contest.id}"
    if said:
        session_state.put(place, str(said))
    kept = session_state.get(place)
    if not isinstance(kept, str):
        return
    with st.chat_message("user"):
        st.text(literal(kept, 600))
    question = {"kind": "chat", "chat": True, "text": kept}
    polling.draw_when_answered(contest.id, "chat", question, draw_reply)


def draw_reply(answer: Mapping[str, Any]) -> None:
    """The reply and what it took; a reason where there is none."""
    one = answers_view.answers_by_contestant(answer).get(language_prompts.CONTESTANT)
    if one is None:
        return
    with st.chat_message("assistant"):
        if one.get("trouble"):
            st.text(literal(f"No answer: {one['trouble']}", 300))
            return
        st.text(literal(one.get("text") or "(it ended its turn without a word)", 2_000))
    for line in cost_lines(one):
        st.text(literal(line))


def cost_lines(one: Mapping[str, Any]) -> list[str]:
    """What a reply took, beside what rented tokens cost, in sentences."""
    cost, rented = dict(one.get("writing") or {}), dict(one.get("rented") or {})
    if not cost:
        return []
    joules = cost["joules"] / max(1, cost["tokens"])
    lines = [
        f"{cost['tokens']} tokens at {format_number(cost['tokens_a_second'])} per second, the first after "
        f"{format_number(cost['first_seconds'], 's')}; {format_number(joules)} joules per token ({cost['how']}).",
        f"A million tokens cost {format_money(cost['usd_busy'])} here on a machine that never idles and "
        f"{format_money(cost['usd_served'])} as a service, against {format_money(rented['token_low'])} to "
        f"{format_money(rented['token_high'])} rented: what is compared is the price, not what is written.",
    ]
    return [*lines, str(one.get("note", ""))]
