"""The rules about small classes and about groups in names: asked where they matter, with what is suggested chosen."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _form() -> None:
    import streamlit as st

    from core.schema import Plan, Task
    from pages.data import class_rules

    offers = [
        {"key": "name:2", "count": 6, "examples": ["anna", "ben"], "convincing": True},
        {"key": "folder:1", "count": 3, "examples": ["x", "y"], "convincing": False},
    ]
    card = {"modality": "sound", "facts": {"name_groups": offers if st.query_params.get("named") else []}}
    task = Task("class", "classification", st.query_params["form"], groups=class_rules.suggested_groups(card))
    task = class_rules.ask_name_groups(card, task, "k")
    plan = class_rules.ask_small_classes(card, task, Plan(), "k")
    st.text(f"{task.groups} {plan.small_classes}")


def draw(form: str, named: str = "") -> AppTest:
    app = AppTest.from_function(_form)
    app.query_params["form"] = form
    if named:
        app.query_params["named"] = named
    return app.run()


def test_what_is_suggested_is_chosen_and_can_be_changed() -> None:
    app = draw("multiclass", "yes")
    assert not app.exception and app.text[0].value == "name:2 other"
    box = app.selectbox[0]
    assert box.label == "Sounds that belong together, by their names"
    assert "part 2 of the file names: anna, ben" in box.options[1]
    app = box.set_value("none").run()
    assert app.text[0].value == "None other"
    app = app.button_group[0].set_value("drop").run() if app.button_group else app
    assert app.text[0].value.startswith("None")


def test_nothing_is_asked_where_nothing_matters() -> None:
    app = draw("binary")
    assert not app.exception and not app.selectbox and app.text[0].value == "None other"
