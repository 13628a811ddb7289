"""The start of a contest says that a sample is used, and of what size, where the table holds more than the limit."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _page(rows: int, seconds: float) -> None:
    import streamlit as st

    from core.schema import Task
    from pages.data import contest_form

    columns = [{"name": name, "type": "numeric", "missing": 0, "distinct": 9, "note": "", "examples": []}
               for name in ("a", "b")]  # fmt: skip
    card = {
        "modality": "table", "rows": rows, "cols": 2, "columns": columns, "labels": [], "facts": {}, "warnings": [],
        "size": {"numbers": 2 * rows, "reading_seconds": seconds}, "suggested": {"target": "b", "form": "regression"},
    }  # fmt: skip
    _, plan = contest_form.ask_plan(card, Task("b", "regression", "regression"), None, "k", st.container())
    st.text(f"rows {plan.rows}")


def drawn(rows: int, seconds: float = 1e-6) -> AppTest:
    app = AppTest.from_function(_page, kwargs={"rows": rows, "seconds": seconds}, default_timeout=60).run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join(one.value for one in app.caption)


def test_a_large_table_is_told_to_be_a_sample() -> None:
    app = drawn(200_000)
    assert "Uses 8,000 of 200,000 rows" in said(app) and app.text[-1].value == "rows 8000"
    assert app.toggle(key="every_k").label == "Use 50,000 of 200,000 rows, the most a contest takes"
    app = app.toggle(key="every_k").set_value(True).run()
    assert "A contest uses a sample of these data: 50,000 of 200,000 rows" in said(app)
    assert app.text[-1].value == "rows None"


def test_a_table_that_fits_is_used_whole() -> None:
    app = drawn(20_000)
    assert app.toggle(key="every_k").label == "Use all 20,000 rows"
    assert "sample" not in said(app.toggle(key="every_k").set_value(True).run())


def test_what_the_budget_reads_is_told_too() -> None:
    assert "600 of 20,000 rows (five folds" in said(drawn(20_000, 4e-3))
