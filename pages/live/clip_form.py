"""A test clip, or one from a file, played in another order or with noise, answered live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.schema import Contest
from pages.components import item_view
from pages.live import answers_view, polling, prepared_example, recordings
from pages.ui.formatting import escape_markdown, truncated

CLIP, OWN = "Test clip", "My own clip"
ORDERS = {"forwards": "As it is", "backwards": "Backwards", "still": "One frame only"}


def draw_form(contest: Contest, session: Mapping[str, Any]) -> None:
    """Which clip, in which order its frames are played, how much noise; its frames and the answers beside it."""
    last = max(1, int(session["items"]))
    left, right = st.columns([2, 5], gap="large")
    with left:
        way = recordings.choose_source(contest, (CLIP, OWN))
        if way == CLIP:
            number = st.number_input(f"Test clip, 1 to {last:,}", 1, last, 1, key=f"ask_item_{contest.id}")
            asked: dict[str, Any] = {"row": int(number) - 1}
        else:
            chosen = st.file_uploader(
                "An animated GIF, WebP or PNG", ["gif", "webp", "png"], key=f"ask_clip_{contest.id}"
            )
            asked = dict(recordings.recorded("clip", chosen))
        changes = _ask_changes(contest)
    with right:
        if not asked:
            st.caption("Choose a clip: frames evenly spaced over it are brought to the size of the clips of training.")
            prepared_example.draw_example(contest)
            return
        question = {"kind": "item", **asked, **changes}
        polling.draw_when_answered(contest.id, "clip", question, lambda answer: _answered(contest, answer))


def _ask_changes(contest: Contest) -> dict[str, Any]:
    order = st.segmented_control(
        "Played", tuple(ORDERS), default="forwards", required=True, format_func=ORDERS.__getitem__,
        key=f"ask_order_{contest.id}",
        help="Backwards reverses the motion, one frame only removes it: models that use motion change their answer.",
    )  # fmt: skip
    noise = st.slider("Noise, share of full brightness, %", 0, 100, 0, 5, key=f"ask_noise_{contest.id}")
    explain = st.toggle("Explain the answers", False, key=f"ask_why_{contest.id}")
    return {"order": order, "noise": noise / 100, "explain": explain}


def _answered(contest: Contest, answer: Mapping[str, Any]) -> None:
    shown = answer.get("shown", {})
    for item in shown.get("items") or ():
        item_view.draw_original_item(item)
    if "recorded" in shown:
        st.caption(f"Four frames of what they see; recorded: {escape_markdown(truncated(shown['recorded'], 40))}")
    else:
        st.caption("Four frames of what they see")
    answers_view.draw_answers(contest, answer)
