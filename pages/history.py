"""History: past runs of this browser, to open, compare, delete, export and import."""

from pages.shell import frame

frame.require_frame()

import streamlit as st

from pages.backend import contest_runs
from pages.ui import session_state
from pages.views import history_list, run_comparison

session_state.navigate()
runs = contest_runs.list_runs(session_state.owner())
st.title("Your runs", anchor=False)
if runs:
    st.markdown(
        "Runs belong to this browser and survive refreshes and restarts. Tick one to open it, two to compare them."
    )
    ticked = history_list.draw_runs(runs)
    run_comparison.draw_panel(runs, ticked)
else:
    st.info("No runs yet. Every contest you start appears here and stays until you delete it.")
    st.page_link("pages/compare.py", label="Run the first contest →")
st.divider()
history_list.draw_import_export()
