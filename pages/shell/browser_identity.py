"""Who this browser is, without a login: 128 random bits kept in its local storage."""

from __future__ import annotations

import streamlit as st

from pages.ui import session_state

_JS = """
export default function(component) {
  const { data, setStateValue } = component;
  let kept = null;
  try {
    kept = window.localStorage.getItem("crossover-owner");
    if (!/^[0-9a-f]{32}$/.test(kept || "")) {
      kept = data.fresh;
      window.localStorage.setItem("crossover-owner", kept);
    }
  } catch (refused) {
    kept = data.fresh;
  }
  if (data.known !== kept) {
    setStateValue("owner", kept);
  }
}
"""
_browser = st.components.v2.component("crossover_owner", js=_JS)


def read_identity() -> None:
    """Takes the answer that the browser gave at an earlier run of the page."""
    answer = session_state.get("_browser")
    session_state.set_identity(answer.get("owner") if hasattr(answer, "get") else None)


def request_identity() -> None:
    """Asks the browser for its identity; it answers with one more rerun, at the first visit only.

    Mounted below the page, so that the invisible element takes no room above it.
    """
    known = session_state.owner() if session_state.identity_known() else None
    answer = _browser(
        key="_browser",
        data={"fresh": session_state.fresh_owner(), "known": known},
        default={"owner": known},
        on_owner_change=read_identity,
    )
    session_state.set_identity(answer.owner)
