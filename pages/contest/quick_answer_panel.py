"""The answer strip of a quick answer: who leads, that it is no verdict, who was dropped when and why."""

from __future__ import annotations

import streamlit as st

from core.schema import Contest
from pages.backend import report_words
from pages.ui.formatting import literal, md


def draw_answer(contest: Contest) -> None:
    """The lead in a sentence, and everyone who was dropped with the reason."""
    st.badge("Quick answer, no verdict", color="gray", icon=":material/bolt:")
    st.markdown(md(report_words.quick_lead(contest)))
    dropped = report_words.dropped_sentences(contest)
    if dropped:
        with st.container(border=True, gap="small"):
            st.markdown("**Dropped early**")
            for sentence in dropped:
                st.text(literal(sentence, 400))
