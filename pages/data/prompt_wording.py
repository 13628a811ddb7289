"""How a prompted language model is asked: its prompt, and its words for each class; shown where it takes part."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from core.schema import Plan
from pages.backend import language_prompts
from pages.ui import alerts
from pages.ui.formatting import md, truncated

EDITED_CLASSES = 20


def ask_prompt(card: dict[str, Any], plan: Plan, target: str, key: str) -> Plan:
    """The prompt and a field of words for each class; what cannot be used is told at once, with the way out.

    Args:
        card: the description of the data. plan: with the contestants. target: what is predicted. key: of the data.
    """
    classes = [str(label) for label in card.get("labels") or ()]
    if not language_prompts.takes_part(plan) or not classes:
        return plan
    if (reason := language_prompts.unavailable_reason()) is not None:
        st.text(reason + ".")
        return plan
    usual = language_prompts.usual_prompt()
    wording = st.text_area(
        "Prompt of the language model", usual, key=f"prompt_{key}", persist_state="session", height=120,
        help=md("{text} stands for each text, {labels} for all words, {target} for what is predicted."),
    )  # fmt: skip
    words: tuple[str, ...] = ()
    if len(classes) <= EDITED_CLASSES:
        columns = st.columns(min(4, len(classes)))
        found = [
            columns[place % len(columns)].text_input(
                md(f"Words for {truncated(label, 30)}"), label.replace("_", " "), key=f"word_{key}_{place}",
                persist_state="session",
            )
            for place, label in enumerate(classes)
        ]  # fmt: skip
        words = tuple(str(word) for word in found)
    st.caption(
        "Changing the words after having seen a result fits the prompt to the test: the verdict then speaks of the "
        "best of the prompts you tried."
    )
    if (trouble := language_prompts.trouble(str(wording or ""), words, classes, target)) is not None:
        alerts.draw_alert("warning", trouble, heading="This prompt cannot be used")
    same = words == tuple(label.replace("_", " ") for label in classes)
    return replace(plan, prompt="" if (wording or "") == usual else str(wording), label_words=() if same else words)
