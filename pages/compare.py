"""Compare: pick data, confirm what is predicted, run the contest, read the answer."""

from pages.shell import frame

frame.guard()

import streamlit as st

from pages.backend import uploads
from pages.data import contest_form, data_picker, start_button
from pages.ui import session_state
from pages.views import result_view, run_view

identity = session_state.run()
if identity is not None:
    run_view.run(identity, result_view.page)
else:
    start_button.welcome()
    left, right = st.columns([5, 6], gap="large")
    with left:
        chosen = data_picker.data()
    if chosen is not None:
        folder, card, key = chosen
        sample = uploads.samples()[key][1] if key else None
        with left:
            task = contest_form.target(card, sample, key or card["digest"][:12])
            task, plan = contest_form.rules(card, task, sample, key or card["digest"][:12])
            start_button.button(folder, task, plan)
        with right:
            data_picker.preview(card, folder, sample)
