"""The document's rows next to what was measured, each with its outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.schema import Verdict
from pages.backend import catalogue, document_text
from pages.ui import alerts, theme
from pages.ui.formatting import literal, md

COLOURS = {"classical": "blue", "deep": "orange", "hybrid": "green"}


def draw_rows(keys: Sequence[str], verdicts: Mapping[str, Verdict]) -> None:
    """What the document says and what these data say about it: measured rows in full, the others in one line each."""
    st.caption("WHAT THE DOCUMENT SAYS ABOUT THIS")
    measured = [key for key in keys if key in verdicts and verdicts[key].outcome != "not measured"]
    for key in measured:
        row = document_text.load_document().row(key)
        with st.container(border=True, gap="small"):
            _head(row, verdicts[key])
            st.caption(f"**Deep:** {md(row.deep)}  \n**Classical:** {md(row.classical)}")
            st.text(literal(verdicts[key].because, 600))
    for key in keys:
        if key not in measured:
            row = document_text.load_document().row(key)
            silent = key in verdicts and verdicts[key].evidence.get("abstained")
            with st.expander(f"{md(row.title)} :gray-badge[{'no vote' if silent else 'not measured yet'}]"):
                st.caption(f"**Deep:** {md(row.deep)}  \n**Classical:** {md(row.classical)}")
                st.text(literal(verdicts[key].because if key in verdicts else "", 600))


def draw_expectation(modality: str) -> None:
    """Which side the document expects to win on data of this kind."""
    named = catalogue.modality(modality).use_case
    use = next((use for use in document_text.load_document().use_cases if use.key == named), None)
    if use is not None:
        st.caption("WHAT THE DOCUMENT EXPECTS ON SUCH DATA")
        with st.container(border=True, gap="small"):
            st.markdown(f"**{md(use.title)}**")
            st.markdown(favours_badge(use.favours))
            st.caption(md(use.says))


def _head(row: document_text.Row, verdict: Verdict) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{md(row.title)}**")
        alerts.draw_outcome(verdict.outcome)


def favours_badge(family: str) -> str:
    """Whom the document favours, in colour."""
    return f":{COLOURS.get(family, 'gray')}-badge[favours {md(theme.FAMILY_TITLES[family].lower())}]"


def family_badge(name: str | None) -> str:
    """A family as a badge in its colour; "tie" and None in words."""
    if name in theme.FAMILY_TITLES:
        return f":{COLOURS.get(name, 'gray')}-badge[{md(theme.FAMILY_TITLES[name])}]"
    return ":violet-badge[practically equal]" if name == "tie" else ":gray-badge[no winner named]"
