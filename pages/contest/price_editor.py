"""Prices and power figures that a visitor may put in place of the dated defaults; nothing is measured again."""

from __future__ import annotations

import contextlib

import streamlit as st

from core.schema import Contest
from pages.backend import price_table
from pages.ui import number_field, session_state
from pages.ui.formatting import md
from pages.ui.number_field import NumberField


def with_session_prices(contest: Contest) -> Contest:
    """The contest under this session's prices; as it was stored when there are none of its own."""
    edits = session_state.price_edits()
    if not edits:
        return contest
    return price_table.reprice_contest(contest, edits)


def draw_editor(location: str) -> None:
    """Every assumption with its default, source and date, to change or to put back."""
    changed = len(session_state.price_edits())
    with st.expander("Prices and power assumed" + (f" ({changed:d} changed)" if changed else "")):
        st.caption("Looked up, not measured. Yours hold for this visit; cost and energy follow.")
        columns = st.columns(2)
        for place, entry in enumerate(price_table.list_assumptions()):
            with columns[place % 2]:
                key = f"price_{entry.key}_{location}_{session_state.price_edit_count()}"
                now = float(session_state.price_edits().get(entry.key, entry.value))
                about = f"Default {entry.value:g} {entry.unit}. {entry.source} ({entry.date})."
                number_field.draw_number(
                    NumberField(md(f"{entry.title}, {entry.unit}"), now, key, least=1e-9, help=md(about))
                )
        with st.container(horizontal=True):
            st.button("Use these figures", key=f"price_use_{location}", on_click=_take, args=(location,))
            st.button(
                "Back to the defaults",
                key=f"price_back_{location}",
                on_click=session_state.set_price_edits,
                args=({},),
                disabled=not changed,
            )
    if session_state.pop_prices_changed():
        # The advice and the claims above this panel rest on the same figures.
        st.rerun()


def _take(location: str) -> None:
    edits = {}
    for entry in price_table.list_assumptions():
        said = str(session_state.get(f"price_{entry.key}_{location}_{session_state.price_edit_count()}", ""))
        with contextlib.suppress(ValueError):
            number = number_field.read_number(said)
            if number is not None and number > 0 and abs(number - entry.value) > 1e-9 * entry.value:
                edits[entry.key] = number
    session_state.set_price_edits(edits)
