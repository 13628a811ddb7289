"""The line to the contestants: a question is put when it is new, and its answers are drawn as they arrive."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core import live
from core.tools.store import Refused
from pages.parts import notices, state
from pages.parts.calm import calmly

PATIENCE, LOOK, LATER = 1.2, 0.03, 0.7
Draw = Callable[[Mapping[str, Any]], None]


def asked(run: str, panel: str, question: Mapping[str, Any], patience: float = PATIENCE) -> dict[str, Any]:
    """What is known about a question after at most ``patience`` seconds; it is put only when it is a new one.

    panel: which form asks; a newer question of the same form replaces one that still waits. A refusal is told as
    {"trouble": words, "complete": True}.
    """
    owner, whole = state.owner(), {**question, "panel": panel}
    mark = hashlib.sha256(json.dumps(whole, sort_keys=True, default=str).encode()).hexdigest()[:32]
    place = f"_ask_{run}_{panel}"
    kept = state.get(place)
    id = kept[1] if isinstance(kept, tuple) and kept[0] == mark else None
    found = live.answer(run, owner, id) if id else None
    if id is None or (found or {}).get("skipped") or (found is None and time.monotonic() - kept[2] > 30):
        try:
            id = live.ask(run, owner, whole)
        except Refused as refused:
            return {"trouble": str(refused), "complete": True}
        state.put(place, (mark, id, time.monotonic()))
        found = None
    until = time.monotonic() + patience
    while not (found or {}).get("complete") and time.monotonic() < until:
        time.sleep(LOOK)
        found = live.answer(run, owner, id)
    return found or {"answers": {}, "shown": {}, "complete": False}


def first(run: str, panel: str, question: Mapping[str, Any]) -> dict[str, Any] | None:
    """The answer that a form needs before it can be drawn; None while it is waited for, or told why there is none."""
    found = asked(run, panel, question, 4 * PATIENCE)
    if found.get("complete") and not found.get("trouble"):
        return found
    if found.get("complete"):
        told(found, lambda known: None)
    else:
        _later(run, panel, question, lambda known: None)
    return None


def hear(run: str, panel: str, question: Mapping[str, Any], draw: Draw) -> None:
    """Puts a question if it is new and draws its answers, the slow ones (mostly explanations) as they arrive."""
    found = asked(run, panel, question)
    if found.get("complete"):
        told(found, draw)
    else:
        _later(run, panel, question, draw)


@st.fragment(run_every=LATER)
@calmly
def _later(run: str, panel: str, question: Mapping[str, Any], draw: Draw) -> None:
    found = asked(run, panel, question, 0.0)
    told(found, draw)
    if found.get("complete"):
        st.rerun()
    st.caption("More is coming …")


def told(found: Mapping[str, Any], draw: Draw) -> None:
    """Draws an answer, or why there is none."""
    if found.get("trouble"):
        notices.box("warning", str(found["trouble"]), heading="No answer")
    elif found.get("answers"):
        draw(found)
