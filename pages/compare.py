"""Compare: pick data, confirm what is predicted, run the contest, read the answer."""

from pages.shell import frame

frame.guard()

import streamlit as st

from pages.backend import requests as desk
from pages.data import contest_form as confirm
from pages.data import data_picker as choose
from pages.data import start_button as start
from pages.ui import session_state as state
from pages.views import result_view as results
from pages.views import run_view as opened

identity = state.run()
if identity is not None:
    opened.run(identity, results.page)
else:
    start.welcome()
    left, right = st.columns([5, 6], gap="large")
    with left:
        chosen = choose.data()
    if chosen is not None:
        folder, card, key = chosen
        sample = desk.samples()[key][1] if key else None
        with left:
            task = confirm.target(card, sample, key or card["digest"][:12])
            task, plan = confirm.rules(card, task, sample, key or card["digest"][:12])
            start.button(folder, task, plan)
        with right:
            choose.preview(card, folder, sample)
