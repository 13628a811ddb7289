"""The document: its rows, sections, uses and bottom line, beside what was measured here."""

from pages.shell import frame

frame.require_frame()

import streamlit as st

from pages.backend import contest_runs, contest_verdicts, document_text
from pages.components import population_verdict
from pages.contest import price_editor
from pages.measurements import measure_all_panel
from pages.ui import session_state
from pages.ui.formatting import md
from pages.views import claims_view, use_case_cards

session_state.navigate()
owner = session_state.owner()
arriving = measure_all_panel.contest_under_measurement(owner)
found = [*([arriving] if arriving else []), *contest_runs.load_contests(owner)]
played = [price_editor.with_session_prices(contest) for contest in found]
judged = contest_verdicts.judge_claims(played)
whole = document_text.load_document()
source = whole.source

st.title("Published claims, tested", anchor=False)
st.markdown(
    "A widely read comparison says when deep learning wins and when classical methods do. Every statement of its table "
    "is treated here as a claim that your own contests can support or contradict."
)
claims_view.draw_scoreboard(judged, played)
population_verdict.draw_source()
latest = measure_all_panel.choose_contest(played)
measure_all_panel.draw_panel(latest, judged)
rows, uses, prose, end = st.tabs(
    [
        f"The {len(whole.rows)} rows",
        f"The {len(whole.use_cases)} uses",
        "The prose",
        "Bottom line and source",
    ]
)
with rows:
    claims_view.draw_table(judged, claims_view.choose_outcomes(judged), latest, played)
with uses:
    use_case_cards.draw_list()
with prose:
    claims_view.draw_sections(judged)
with end:
    claims_view.draw_bottom_line()
    st.caption(f"{md(source.title)} ({md(source.year)}). {md(source.about)} {md(source.stance)}")
    st.caption(f"Restated in our own words with every figure kept; SHA-256 of the text {md(source.sha256[:16])}.")
