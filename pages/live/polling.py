"""The line to the contestants: a question is put when it is new, and its answers are drawn as they arrive."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import streamlit as st

from core.schema import LoadError
from pages.backend import live_answers
from pages.ui import alerts, session_state

PATIENCE, LOOK, LATER = 1.2, 0.03, 0.7
# While the room looks again by itself, it waits no longer than this within one look.
GLANCE = 0.2
Draw = Callable[[Mapping[str, Any]], None]


def is_polling(run: str) -> bool:
    """Whether the room of this run looks again by itself every ``LATER`` seconds."""
    return bool(session_state.get(f"_watched_{run}"))


def request_poll(run: str) -> None:
    """Notes that something drawn now is not complete yet."""
    session_state.put(f"_more_{run}", True)


@contextlib.contextmanager
def polling(run: str) -> Iterator[None]:
    """Around one drawing of the room: looks again by itself from now on if something was not complete, else no more.

    The room is one fragment without others inside. One that ticks inside another one outlives a drawing without it,
    then writes to a place that is gone, and the browser shows an empty page.
    """
    session_state.put(f"_more_{run}", False)
    yield
    more = bool(session_state.get(f"_more_{run}"))
    if more != is_polling(run):
        session_state.put(f"_watched_{run}", more)
        st.rerun()


def ask_and_wait(run: str, panel: str, question: Mapping[str, Any], patience: float = PATIENCE) -> dict[str, Any]:
    """What is known about a question after at most ``patience`` seconds; it is put only when it is a new one.

    panel: which form asks; a newer question of the same form replaces one that still waits. A refusal is told as
    {"trouble": words, "complete": True}.
    """
    owner, whole = session_state.owner(), {**question, "panel": panel}
    mark = hashlib.sha256(json.dumps(whole, sort_keys=True, default=str).encode()).hexdigest()[:32]
    place = f"_ask_{run}_{panel}"
    kept = session_state.get(place)
    id = kept[1] if isinstance(kept, tuple) and kept[0] == mark else None
    found = live_answers.read_answer(run, owner, id) if id else None
    if id is None or (found or {}).get("skipped") or (found is None and time.monotonic() - kept[2] > 30):
        try:
            id = live_answers.ask_question(run, owner, whole)
        except LoadError as refused:
            return {"trouble": str(refused), "complete": True}
        session_state.put(place, (mark, id, time.monotonic()))
        found = None
    until = time.monotonic() + patience
    while not (found or {}).get("complete") and time.monotonic() < until:
        time.sleep(LOOK)
        found = live_answers.read_answer(run, owner, id)
    return found or {"answers": {}, "shown": {}, "complete": False}


def first_answer(run: str, panel: str, question: Mapping[str, Any]) -> dict[str, Any] | None:
    """The answer that a form needs before it can be drawn; None while it is waited for, or told why there is none."""
    found = ask_and_wait(run, panel, question, GLANCE if is_polling(run) else 4 * PATIENCE)
    if found.get("complete") and not found.get("trouble"):
        return found
    _draw_partial(run, found, lambda known: None)
    return None


def draw_when_answered(run: str, panel: str, question: Mapping[str, Any], draw: Draw) -> None:
    """Puts a question if it is new and draws its answers, the slow ones (mostly explanations) as they arrive."""
    _draw_partial(run, ask_and_wait(run, panel, question, GLANCE if is_polling(run) else PATIENCE), draw)


def _draw_partial(run: str, answer: Mapping[str, Any], draw: Draw) -> None:
    draw_result(answer, draw)
    if not answer.get("complete"):
        request_poll(run)
        st.caption("More is coming …")


def draw_result(answer: Mapping[str, Any], draw: Draw) -> None:
    """Draws an answer, or why there is none."""
    if answer.get("trouble"):
        alerts.draw_alert("warning", str(answer["trouble"]), heading="No answer")
    elif answer.get("answers"):
        draw(answer)
