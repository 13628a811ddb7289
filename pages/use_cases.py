"""Use cases: the uses for which the document names a winner, played on real data."""

from pages.shell import frame

frame.require_frame()

import streamlit as st

from pages.backend import document_text, use_case_batches
from pages.ui import session_state
from pages.ui.formatting import md
from pages.views import use_case_cards

session_state.navigate()
count = document_text.number_word(len(document_text.load_document().use_cases))
st.title(f"{md(count.capitalize())} use cases", anchor=False)
st.markdown(
    "For each use the document names the side to take. Press play: the contest runs on prepared real data in about a "
    "minute, and the card shows whether the claim holds; explanations follow after that."
)
use_case_cards.draw_grid(use_case_batches.latest_use_case_contests(session_state.owner()))
