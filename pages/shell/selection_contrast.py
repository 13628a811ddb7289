"""Styles of the whole page: a colour of chosen options that can be read on dark paper, and room for an opened tab."""

from __future__ import annotations

import streamlit as st

from pages.ui import theme

_JS = """
export default function(component) {
  const id = "crossover-selection";
  let style = document.getElementById(id);
  if (!style) {
    style = document.createElement("style");
    style.id = id;
    document.head.appendChild(style);
  }
  style.textContent = `[data-variant][data-selected="true"] p, [data-testid="stSliderThumbValue"] p
    { color: ${component.data.colour} !important; }
    section:focus-visible, main:focus-visible, [data-testid^="stMain"]:focus-visible
    { outline: 2px solid ${component.data.colour} !important; outline-offset: -2px; }
    [data-testid="stTabs"] [role="tabpanel"] { min-height: 85vh; }`;
}
"""
_page = st.components.v2.component("crossover_selection", js=_JS)


def write_colour() -> None:
    """Gives chosen options, the values of sliders and the frame of a page in focus the colour of links, which is
    readable in both themes. A tab that was just opened and is still empty is as high as the screen, so that what stands
    below it does not jump up and down again.

    No colour of a button is both: white on it and itself on dark paper cannot both reach a contrast of 4.5.
    """
    _page(key="_selection", data={"colour": theme.current_palette().selected})
