"""The form that moves a forecast, and the effect of covariates, drawn by AppTest against models fitted here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.arena.prediction_service import PredictionService, open_service
from core.arena.tournament import tournament
from core.evaluation import tasks
from core.schema import Plan
from core.storage import json_codec
from tests.panels.made_panels import weekly


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished contest with one promotion known ahead."""
    panel = weekly(series=6, steps=80, covariates=1)
    panel.inputs[:, :, 1] = np.arange(80)[:, None] % 5 == 0
    task = replace(tasks.infer_task(panel), known=("x0",))
    plan = Plan(contestants=("forecast_ets", "forecast_mean"), explain=True, budget_seconds=10, folds=5)
    made = tournament(panel, task, plan, lambda news: None, worker_mode="inline", measured=False)
    runs = tuple(replace(run, family="deep") if run.contestant == "forecast_ets" else run for run in made.runs)
    made = replace(made, id="b" * 32, runs=runs)
    path = tmp_path_factory.mktemp("page") / "contest.json"
    path.write_text(json_codec.dumps(made), encoding="utf-8")
    questions = [{"kind": "item", "row": 0}]

    def use(service: PredictionService) -> None:
        for place, question in enumerate(questions):
            (*_, answer) = service.predict(question)
            told = {"question": question, **answer}
            (path.parent / f"answer{place}.json").write_text(json.dumps(told), encoding="utf-8")

    open_service(replace(made, runs=tuple(made.runs)), panel, lambda news: None, use, worker_mode="inline")
    return path


def _form(path: str) -> None:
    import json
    from pathlib import Path

    import streamlit as st

    from core.storage import json_codec
    from pages.live import polling, window_form

    where = Path(path)
    contest = json_codec.loads(where.read_text(encoding="utf-8"))
    answer = json.loads((where.parent / "answer0.json").read_text(encoding="utf-8"))

    def draw(run: str, panel: str, question: dict, show) -> None:
        st.text(json.dumps(question))
        show(answer)

    polling.first_answer = lambda *asked: answer
    polling.draw_when_answered = draw
    window_form.draw_form(contest, {"items": 6})


@pytest.fixture
def form(page: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    from pages.live import polling

    for name in ("first_answer", "draw_when_answered"):
        monkeypatch.setattr(polling, name, getattr(polling, name))
    return AppTest.from_function(_form, kwargs={"path": str(page)}, default_timeout=120).run()


def asked(app: AppTest) -> dict[str, object]:
    assert not app.exception and not app.error
    found: dict[str, object] = json.loads(app.text[0].value)
    return found


def test_what_is_dragged_and_switched_is_asked(form: AppTest) -> None:
    assert asked(form) == {"kind": "item", "row": 0}
    latest = [one for one in form.slider if str(one.key).startswith("ask_last_")]
    assert len(latest) == 6
    moved = latest[-1].set_value(latest[-1].max * 0.9).run()
    last = asked(moved)["last"]
    assert isinstance(last, list) and len(last) == 6 and last[-1] == pytest.approx(latest[-1].max * 0.9, rel=0.01)
    switch = next(one for one in moved.button_group if "x0" in one.label)
    before = list(switch.value)
    switched = switch.set_value([place for place in range(4) if place not in before]).run()
    told = asked(switched)["covariates"]
    assert told == {"x0": [0.0 if place in before else 1.0 for place in range(4)]}
    explained = switched.toggle[0].set_value(True).run()
    assert asked(explained)["explain"] is True and asked(explained)["step"] == 0
    table = explained.dataframe[0].value
    assert list(table["change"]) == [0.0, 0.0], "the same answer stands before and after here"


def _explain(path: str) -> None:
    from pathlib import Path

    from core.storage import json_codec
    from pages.views import explain_view

    explain_view.draw_page(json_codec.loads(Path(path).read_text(encoding="utf-8")))


def test_the_explanation_page_draws_players_completeness_and_effects(page: Path) -> None:
    app = AppTest.from_function(_explain, kwargs={"path": str(page)}, default_timeout=120).run()
    assert not app.exception and not app.error
    assert any("the median at step 2 of 4 ahead" in one.value for one in app.markdown)
    assert "Effect of a covariate over the horizon" in [one.value for one in app.header]
    assert any("`x0` from 0 to 1 at every step ahead" in one.value for one in app.caption)
    assert any("miss the answer by" in one.value for one in app.text)
