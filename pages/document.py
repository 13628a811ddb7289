"""The document: its rows, sections, uses and bottom line, beside what was measured here."""

from pages.backend import document_text
from pages.shell import frame

frame.guard()

import streamlit as st

from pages.backend import contest_runs, contest_verdicts
from pages.contest import price_editor
from pages.measurements import measure_all_panel
from pages.ui import session_state
from pages.ui.formatting import own
from pages.views import claims_view, use_case_cards

session_state.follow()
owner = session_state.owner()
arriving = measure_all_panel.arriving(owner)
found = [*([arriving] if arriving else []), *contest_runs.contests(owner)]
played = [price_editor.applied(contest) for contest in found]
judged = contest_verdicts.judged(played)
whole = document_text.load_document()
source = whole.source

st.title("The document, held to the numbers", anchor=False)
st.markdown(
    "A widely read comparison says when deep learning wins and when classical methods do. Every statement of its table "
    "is treated here as a claim that your own contests can support or contradict."
)
claims_view.scoreboard(judged, played)
latest = measure_all_panel.chosen(played)
measure_all_panel.panel(latest, judged)
rows, uses, prose, end = st.tabs(
    [
        f"The {len(whole.rows)} rows",
        f"The {len(whole.use_cases)} uses",
        "The prose",
        "Bottom line and source",
    ]
)
with rows:
    claims_view.table(judged, claims_view.chosen_outcomes(judged), latest, played)
with uses:
    use_case_cards.listed()
with prose:
    claims_view.sections(judged)
with end:
    claims_view.bottom_line()
    st.caption(f"{own(source.title)} ({own(source.year)}). {own(source.about)} {own(source.stance)}")
    st.caption(f"Restated in our own words with every figure kept; SHA-256 of the text {own(source.sha256[:16])}.")
