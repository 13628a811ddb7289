"""A drawn picture, one from a camera or a file, or a test picture damaged by sliders, answered live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.schema import Contest
from pages.components import drawing_canvas, item_view
from pages.live import answers_view, polling, prepared_example, recordings
from pages.ui.formatting import escape_markdown, truncated

DRAW, PHOTO, DAMAGE = "Draw one", "Take a picture", "Damage a test picture"


def draw_form(contest: Contest, session: Mapping[str, Any]) -> None:
    """The choice between drawing, a picture of one's own and a damaged one, the question, and the answers beside it."""
    way = recordings.choose_source(contest, (DRAW, PHOTO, DAMAGE))
    left, right = st.columns([2, 5], gap="large")
    with left:
        ask = {DRAW: _ask_drawing, PHOTO: _ask_photo}.get(way)
        question = _ask_corruption(contest, session) if ask is None else ask(contest)
        question["explain"] = st.toggle(
            "Explain the answers", way == DRAW, key=f"ask_why_{contest.id}_{way == DRAW}",
            help="Answers come at once, reasons after some seconds: every patch of the picture is covered in turn.",
        )  # fmt: skip
    with right:
        if question == {"kind": question["kind"], "explain": question["explain"]}:
            st.caption(
                "Draw something: the answers appear as soon as the pen is lifted."
                if way == DRAW
                else "Take or choose a picture: it is cut in the middle to the shape of the pictures of training."
            )
            prepared_example.draw_example(contest)
            return
        polling.draw_when_answered(contest.id, "picture", question, lambda answer: _answered(contest, answer))


def _ask_drawing(contest: Contest) -> dict[str, Any]:
    labels = [truncated(label, 20) for label in contest.dataset.get("labels") or ()]
    st.text("Draw one of: " + ", ".join(labels[:12]) + (" …" if len(labels) > 12 else ""))
    pixels = drawing_canvas.draw_canvas(f"canvas_{contest.id}", "A canvas to draw on with mouse or finger")
    return {"kind": "pixels"} if pixels is None else {"kind": "pixels", "pixels": pixels}


def _ask_photo(contest: Contest) -> dict[str, Any]:
    taken = st.camera_input("A picture from the camera", key=f"ask_camera_{contest.id}")
    chosen = st.file_uploader("or from a file", ["png", "jpg", "jpeg", "webp"], key=f"ask_photo_{contest.id}")
    return {"kind": "photo", **recordings.recorded("photo", taken or chosen)}


def _ask_corruption(contest: Contest, session: Mapping[str, Any]) -> dict[str, Any]:
    last = max(1, int(session["items"]))
    row = int(st.number_input(f"Test picture, 1 to {last:,}", 1, last, 1, key=f"ask_item_{contest.id}")) - 1
    turn = st.slider("Turned, degrees", -180, 180, 0, 5, key=f"ask_turn_{contest.id}")
    shift = st.slider("Moved, share of the side, %", -50, 50, 0, 5, key=f"ask_shift_{contest.id}")
    noise = st.slider("Noise, share of full brightness, %", 0, 100, 0, 5, key=f"ask_noise_{contest.id}")
    return {"kind": "item", "row": row, "turn": float(turn), "shift": shift / 100, "noise": noise / 100}


def _answered(contest: Contest, answer: Mapping[str, Any]) -> None:
    items, recorded = answer.get("shown", {}).get("items") or [], answer.get("shown", {}).get("recorded")
    if items:
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            item_view.draw_original_item(items[0], 120)
            st.caption(
                "What they see"
                if recorded is None
                else f"What they see; recorded: {escape_markdown(truncated(recorded, 40))}"
            )
    answers_view.draw_answers(contest, answer)
