"""Use cases: the eight uses for which the document names a winner, played on real data."""

from pages.shell import frame

frame.guard()

import streamlit as st

from pages.backend import use_case_batches
from pages.ui import session_state
from pages.views import use_case_cards

session_state.follow()
st.title("Eight uses, eight named winners", anchor=False)
st.markdown(
    "For each use the document names the side to take. Press play: the contest runs on prepared real data in about a "
    "minute, and the card shows whether the name holds."
)
use_case_cards.grid(use_case_batches.plays(session_state.owner()))
