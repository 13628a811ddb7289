"""Compare: pick data, confirm what is predicted, run the contest, read the answer."""

from pages.shell import frame

frame.require_frame()

import streamlit as st

from pages.backend import uploads
from pages.data import contest_form, data_picker, start_button
from pages.ui import session_state
from pages.views import result_view, run_view

identity = session_state.selected_run()
if identity is not None:
    run_view.draw_run(identity, result_view.draw_page)
else:
    start_button.draw_welcome()
    left, right = st.columns([5, 6], gap="large")
    with left:
        chosen = data_picker.pick_data()
    if chosen is not None:
        folder, card, key = chosen
        sample = uploads.list_samples()[key][1] if key else None
        with left:
            task = contest_form.ask_task(card, sample, key or card["digest"][:12])
            task, plan = contest_form.ask_plan(card, task, sample, key or card["digest"][:12])
            start_button.draw_button(folder, task, plan)
        with right:
            data_picker.draw_preview(card, folder, sample)
