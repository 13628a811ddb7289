"""Further contestants stand behind a switch that says what they do to a verdict."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from core.schema import Plan, Task
    from pages.data import contest_form

    plan = contest_form._contestants({"modality": "table"}, Plan(), Task("y", "classification", "binary"), "k")
    st.text("|".join(plan.contestants))


def said(app: AppTest) -> str:
    assert not app.exception
    return app.text[0].value


def test_nobody_further_plays_unless_asked() -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    assert said(app) == "" and not [one for one in app.caption if "raises the bar" in one.value]


def test_the_switch_offers_more_and_says_what_it_costs() -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    app.toggle[0].set_value(True).run()
    assert [one for one in app.caption if "raises the bar" in one.value] and said(app) == ""
    picker = app.get("button_group")[-1]
    picker.set_value(["table_forest", "table_bayes"]).run()
    assert {"table_forest", "table_bayes", "table_xgboost"} <= set(said(app).split("|"))


def test_the_new_ones_do_not_play_by_default() -> None:
    from core import registry

    new = ["table_forest", "table_svm", "table_gaussian", "table_bayes"]
    assert not any(registry.find("contestants", key).default for key in new)
