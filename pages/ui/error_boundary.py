"""What a visitor reads when something of ours breaks: plain words, no traceback, nothing lost."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import ParamSpec

import streamlit as st

P = ParamSpec("P")


def show_error() -> None:
    """Says that something of ours broke; the cause goes to the server's log only."""
    st.error(
        "This part could not be drawn. Your runs are safe: open them under History, or reload the page. "
        "If it happens again, the server's log names the cause.",
        title="Something went wrong on our side",
    )


def error_boundary(draw: Callable[P, None]) -> Callable[P, None]:
    """Wraps a panel or page: an unexpected error is logged and told in words, the rest of the page stands."""

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            draw(*args, **kwargs)
        except Exception:
            logging.getLogger("crossover").exception("a panel stopped")
            show_error()

    return drawn
