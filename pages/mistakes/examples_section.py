"""Real mistakes of the chosen models, the worst first, as pictures, sounds, texts, curves or rows."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.schema import Contest, Run
from pages.backend import held_out_answers
from pages.mistakes import mistake_items
from pages.ui import visitor
from pages.ui.error_boundary import error_boundary
from pages.ui.formatting import md

SHOWN, SHOWN_ON_PHONE = 6, 3


@st.fragment
@error_boundary
def draw_section(contest: Contest, chosen: Sequence[Run]) -> None:
    """The worst mistakes of one model, with what the other chosen models answered there."""
    st.subheader("Real mistakes", anchor=False)
    names = {run.contestant: run.title for run in chosen}
    picked = next(iter(names))
    if len(names) > 1:
        picked = st.segmented_control(
            "Mistakes of", list(names), default=picked, format_func=lambda key: md(names[key]), required=True,
            key=f"worst_{contest.id}_{len(names)}",
        )  # fmt: skip
    most = SHOWN_ON_PHONE if contest.held_out.shown.items and visitor.on_phone() else SHOWN
    rows = held_out_answers.worst_rows(contest, picked)[:most]
    wrong = held_out_answers.count_mistakes(contest, picked)
    if not rows:
        said = f"{wrong:,} mistakes, but this run kept no copies of the rows" if wrong else "No mistake on these rows"
        st.caption(md(f"{names[picked]}: {said}."))
        return
    order = {
        "classification": "the surest wrong answers", "regression": "the largest errors",
        "anomaly": "in turn the clearest misses and false alarms",
    }[contest.task.kind]  # fmt: skip
    of = "" if contest.task.kind == "regression" else f" of {wrong:,} mistakes"
    st.caption(md(f"{len(rows)}{of} shown: {order} of {names[picked]}."))
    mistake_items.draw_rows(contest, chosen, rows)
