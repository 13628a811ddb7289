"""The id that opens a visitor's runs: drawn at random, and taken from nowhere but the browser's own storage."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from pages.shell import browser_identity
from pages.ui import session_state

CHOSEN = "a" * 32


def _page() -> None:
    import streamlit as st

    from pages.ui import session_state

    session_state.set_identity(st.session_state.get("said"))
    st.text(session_state.owner())
    st.text(str(session_state.identity_known()))


def visit(said: object = None, **address: str) -> tuple[str, bool]:
    """Whose runs a fresh session sees, and whether its browser has said so."""
    app = AppTest.from_function(_page, default_timeout=60)
    for name, value in address.items():
        app.query_params[name] = value
    if said is not None:
        app.session_state["said"] = said
    app.run()
    assert not app.exception
    return app.text[0].value, app.text[1].value == "True"


def test_every_session_gets_128_random_bits_of_its_own() -> None:
    found = {visit()[0] for _ in range(4)}
    assert len(found) == 4 and all(re.fullmatch("[0-9a-f]{32}", one) for one in found)


@pytest.mark.parametrize("name", ["owner", "_owner", "crossover-owner", "run", "shared", "_browser", "_fresh"])
def test_no_address_says_who_a_visitor_is(name: str) -> None:
    owner, known = visit(**{name: CHOSEN})
    assert owner != CHOSEN and not known


@pytest.mark.parametrize(
    "said", ["", "me", "A" * 32, "a" * 31, "a" * 33, "a" * 31 + "\n", 5, ["a" * 32], {"owner": CHOSEN}]
)
def test_an_identity_of_another_form_is_not_taken(said: object) -> None:
    assert session_state.valid_identity(said) is None


def test_the_browsers_answer_is_taken() -> None:
    assert visit(CHOSEN) == (CHOSEN, True)


def test_the_browser_keeps_the_id_in_its_own_storage_and_nowhere_else() -> None:
    code = browser_identity._JS
    assert "localStorage" in code
    for elsewhere in ("cookie", "location", "sessionStorage", "postMessage", "fetch", "referrer"):
        assert elsewhere not in code
