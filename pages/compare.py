"""Compare: pick data, confirm what is predicted, run the contest, read the answer."""

from pages.shell import frame

frame.require_frame()

import streamlit as st

from pages.backend import datasets
from pages.components import expected_gap
from pages.data import contest_form, data_alarms, data_picker, start_button
from pages.ui import session_state
from pages.views import result_view, run_view, shared_view

shared = session_state.shared_link()
identity = None if shared else session_state.selected_run()
run_view.draw_unknown_address()
if shared:
    shared_view.draw_shared(shared)
elif identity is not None:
    run_view.draw_run(identity, result_view.draw_page)
else:
    start_button.draw_welcome()
    left, right = st.columns([5, 6], gap="large")
    with left:
        picked = data_picker.pick_data()
    if picked is not None:
        card, key = picked.card, picked.sample or picked.card["digest"][:12]
        sample = datasets.list_samples()[picked.sample][1] if picked.sample else None
        with left:
            task = contest_form.ask_task(card, sample, key)
            rules, button, settings = st.container(), st.container(), st.container()
            with rules:
                task, plan = contest_form.ask_plan(card, task, sample, key, settings)
            with button:
                start_button.draw_button(picked.folder, task, plan)
                expected_gap.draw_before(card, task, plan)
        with right:
            if sample is None:
                data_alarms.draw_alarms(picked.folder, card, task, key)
            data_picker.draw_preview(card, picked.folder, sample)
