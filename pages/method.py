"""Method: how each number is made, generated from the declarations."""

from pages.shell import frame

frame.require_frame()

import streamlit as st

from pages.views import method_tables

st.title("How every number is made", anchor=False)
st.markdown("Generated from the program's own declarations, so it says what runs.")
rules, who, what, claims, money, bounds = st.tabs(
    ["The rules", "Contestants", "Measurements", "Claims", "Prices and power", "Limits"]
)
with rules:
    method_tables.draw_rules()
with who:
    method_tables.draw_contestants()
with what:
    method_tables.draw_measurements()
with claims:
    method_tables.draw_claims()
with money:
    method_tables.draw_assumptions()
with bounds:
    method_tables.draw_limits()
