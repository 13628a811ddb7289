"""Method: how each number is made, generated from the declarations."""

from pages.parts import frame

frame.guard()

import streamlit as st  # noqa: E402

from pages.parts import declared  # noqa: E402

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
