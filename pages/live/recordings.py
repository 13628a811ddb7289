"""Pictures, sounds and clips that a visitor records or chooses, as they stand in a question."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import BinaryIO, Literal

import streamlit as st

from core import limits
from core.schema import Contest
from pages.ui.formatting import format_bytes, md


def choose_source(contest: Contest, sources: Sequence[str]) -> str:
    """Which of several sources is asked about, drawn as buttons side by side; the first one until another is chosen.

    Args:
        contest: on show. sources: titles, such as a test item and a recording.
    """
    return str(
        st.segmented_control(
            "What to ask about", sources, default=sources[0], required=True, format_func=md,
            key=f"ask_way_{contest.id}", label_visibility="collapsed",
        )
    )  # fmt: skip


def recorded(part: Literal["photo", "recording", "clip"], file: BinaryIO | None) -> dict[str, str]:
    """A recording as a part of a question; it is opened where the models are, never here.

    Args:
        part: its name in the question. file: what an input gave, or None.

    Returns:
        Empty where there is none, or it is too large, which is then told.
    """
    content = b"" if file is None else file.getvalue()  # type: ignore[attr-defined]
    if len(content) > limits.LIVE_RECORDING_BYTES:
        st.caption(
            f"This file has {format_bytes(len(content))}; the limit is {format_bytes(limits.LIVE_RECORDING_BYTES)}. "
            "Make it smaller or shorter."
        )
        return {}
    return {part: base64.b64encode(content).decode()} if content else {}
