"""The form of a forecast: column, horizon and known covariates become the task."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.storage import dataset_store
from tests.panels.made_panels import weekly


def _page(folder: str) -> None:
    import streamlit as st

    from core.storage import dataset_store
    from pages.data import contest_form, data_preview

    card = dataset_store.read_summary(folder)
    data_preview.draw_preview(card, folder)
    task = contest_form.ask_task(card, None, "k")
    task, plan = contest_form.ask_plan(card, task, None, "k", st.container())
    st.text(f"{task.kind} {task.target} {task.horizon} {task.known} {plan.rows}")


def test_the_form_makes_the_task(tmp_path: Path) -> None:
    folder = dataset_store.save(weekly(covariates=2), tmp_path / "parcel")
    app = AppTest.from_function(_page, kwargs={"folder": str(folder)}, default_timeout=60).run()
    assert not app.exception and not app.error
    assert app.text[-1].value == "forecast units 4 () None"
    app.number_input(key="horizon_k").set_value(6).run()
    app = app.multiselect(key="known_k").set_value([1]).run()
    assert app.text[-1].value == "forecast units 6 ('x0',) None"


def test_the_form_speaks_of_origins_and_the_preview_of_series(tmp_path: Path) -> None:
    folder = dataset_store.save(weekly(covariates=1), tmp_path / "parcel")
    app = AppTest.from_function(_page, kwargs={"folder": str(folder)}, default_timeout=60).run()
    assert not app.exception
    said = " ".join(one.value for one in (*app.caption, *app.text))
    assert "up to 8 origins in time" in said and "fold" not in said
    assert "Latest values of all 4 series, a value a week" in said
    assert [one.label for one in app.selectbox if one.label in ("Origins", "Folds")] == ["Origins"]
