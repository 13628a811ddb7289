"""History: past runs of this browser, to open, compare, delete, export and import."""

from pages.shell import frame

frame.guard()

import streamlit as st

from pages.backend import requests as desk
from pages.ui import session_state as state
from pages.views import history_list as past

state.follow()
runs = desk.runs(state.owner())
st.title("Your runs", anchor=False)
if runs:
    st.markdown("Runs belong to this browser and survive refreshes and restarts. Their address can be bookmarked.")
    past.listed(runs)
    past.compare(runs)
else:
    st.info("No runs yet. Every contest you start appears here and stays until you delete it.")
    st.page_link("pages/compare.py", label="Run the first contest →")
st.divider()
past.along()
