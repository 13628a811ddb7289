"""What is foretold: the column, the steps ahead, and the covariates whose future is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core import limits
from core.schema import Task
from pages.ui.formatting import format_count, md, truncated

ABOUT = (
    "Models are tested at up to eight origins, the latest windows of the data side by side; what follows an origin is "
    "hidden from everything that is fitted there. Skill is 0 for the seasonal naive forecast."
)
KNOWN = (
    "Only what is truly known ahead, such as holidays, prices that are set, or planned promotions. All others are used "
    "up to the origin only."
)


def ask_task(card: Mapping[str, Any], key: str) -> Task:
    """Asks for the column, the horizon and the known covariates; the suggestion is already filled in."""
    panel = card["facts"]["panel"]
    names = [str(column["name"]) for column in card["columns"]]
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    target = left.selectbox(
        "Column to foretell", range(len(names)), names.index(panel["target"]) if panel["target"] in names else 0,
        format_func=lambda place: truncated(names[place]), key=f"target_{key}", persist_state="session",
    )  # fmt: skip
    step = str(panel["step"]["key"])
    horizon = right.number_input(
        f"Horizon, in {md(step)}s", 1, limits.FORECAST_HORIZON, int(panel["horizon"]), key=f"horizon_{key}",
        persist_state="session", help="How many steps ahead are foretold. A longer one leaves fewer test windows.",
    )  # fmt: skip
    others = [place for place in range(len(names)) if place != target]
    known: list[int] = []
    if others:
        known = st.multiselect(
            "Covariates known in the future", others, format_func=lambda place: truncated(names[place]),
            key=f"known_{key}", persist_state="session", help=KNOWN, placeholder="None: all are known of the past only",
        )  # fmt: skip
    steps = format_count(int(panel["length"]), step)
    st.caption(md(f"{len(panel['series']):,} series of {steps}. {ABOUT}"))
    return Task(
        names[target], "forecast", "forecast", horizon=int(horizon or panel["horizon"]),
        known=tuple(names[place] for place in known),
    )  # fmt: skip
