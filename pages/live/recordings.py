"""Pictures and sounds that a visitor records or chooses, as they stand in a question."""

from __future__ import annotations

import base64
from typing import BinaryIO, Literal

import streamlit as st

from core import limits
from pages.ui.formatting import format_bytes


def recorded(part: Literal["photo", "recording"], file: BinaryIO | None) -> dict[str, str]:
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
