"""Method: how each number is made, generated from the declarations."""

from pages.shell import frame

frame.guard()

import streamlit as st

from pages.views import method_tables as declared

st.title("How every number is made", anchor=False)
st.markdown("Generated from the program's own declarations, so it says what runs.")
rules, who, what, claims, money, bounds = st.tabs(
    ["The rules", "Contestants", "Measurements", "Claims", "Prices and power", "Limits"]
)
with rules:
    declared.rules()
with who:
    declared.contestants()
with what:
    declared.measurements()
with claims:
    declared.claims()
with money:
    declared.assumptions()
with bounds:
    declared.bounds()
