"""The document: its twelve rows, sections, uses and bottom line, beside what was measured here."""

from pages.shell import frame

frame.guard()

import streamlit as st

from core import document
from pages import measurements as studies
from pages.backend import requests as desk
from pages.contest import price_editor as pricing
from pages.ui import session_state as state
from pages.ui.formatting import own
from pages.views import claims_view as claims
from pages.views import use_case_cards as cards

state.follow()
owner = state.owner()
arriving = studies.arriving(owner)
found = [*([arriving] if arriving else []), *desk.contests(owner)]
played = [pricing.applied(contest) for contest in found]
judged = desk.judged(played)
source = document.load().source

st.title("The document, held to the numbers", anchor=False)
st.markdown(
    "A widely read comparison says when deep learning wins and when classical methods do. Every statement of its table "
    "is treated here as a claim that your own contests can support or contradict."
)
claims.scoreboard(judged, played)
latest = studies.chosen(played)
studies.all_rows(latest, judged)
rows, uses, prose, end = st.tabs(["The 12 rows", "The 8 uses", "The prose", "Bottom line and source"])
with rows:
    claims.table(judged, claims.chosen_outcomes(judged), latest, played)
with uses:
    cards.listed()
with prose:
    claims.sections(judged)
with end:
    claims.bottom_line()
    st.caption(f"{own(source.title)} ({own(source.year)}). {own(source.about)} {own(source.stance)}")
    st.caption(f"Restated in our own words with every figure kept; SHA-256 of the text {own(source.sha256[:16])}.")
