"""The frame around the pages: navigation, the logo, who this browser is, and the line at the bottom."""

import streamlit as st

from pages.parts import frame

st.set_page_config(page_title="Crossover: deep or classical, on my data?", page_icon="⚖️", layout="wide")
frame.draw()
