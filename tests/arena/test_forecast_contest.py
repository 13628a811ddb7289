"""A contest on forecasts: from the panel to verdicts, bands, next values and JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core import report, verdicts
from core.arena.prediction_service import PredictionService, open_service
from core.arena.tournament import tournament
from core.evaluation import tasks
from core.report import forecast_csv
from core.schema import Contest, LoadError, Plan
from core.storage import json_codec
from tests.panels.made_panels import weekly


@pytest.fixture(scope="module")
def played() -> Contest:
    panel = weekly(series=12, steps=80)
    plan = Plan(contestants=("forecast_ets", "forecast_mean"), explain=False, budget_seconds=10)
    return tournament(panel, tasks.infer_task(panel), plan, lambda news: None, worker_mode="inline", measured=False)


def test_all_origins_are_played_and_chance_takes_part(played: Contest) -> None:
    assert played.method == "origins" and played.error is None
    assert [run.contestant for run in played.runs] == [
        "forecast_ets",
        "forecast_mean",
        "forecast_naive",
        "forecast_walk",
    ]
    for run in played.runs:
        assert len(run.fits) == 8 and all(np.isfinite(fit.skill) for fit in run.fits)
        assert all(len(fit.step_losses) == 4 for fit in run.fits)
        assert [fit.predictions is not None for fit in run.fits] == [True] * 3 + [False] * 5
    naive = next(run for run in played.runs if run.contestant == "forecast_naive")
    assert np.mean([fit.skill for fit in naive.fits]) == pytest.approx(0.0, abs=0.01)


def test_a_verdict_is_given_on_time(played: Contest) -> None:
    (one,) = [c for c in played.comparisons if c.measurement == "skill" and c.right == "forecast_naive"]
    assert one.scope == "approaches" and one.n == 8 and np.isfinite(one.low)
    assert "describes and decides nothing" not in one.because


def test_the_next_values_are_kept_and_exported(played: Contest) -> None:
    facts = played.forecast
    assert facts is not None and facts["horizon"] == 4 and len(facts["names"]) == 12
    assert facts["times"][-1] == "2025-08-10" and len(facts["next"]) == 2
    rows = forecast_csv.forecast_rows(played)
    assert len(rows) == 2 * 12 * 4 and rows[0]["time"] == "2025-07-20"
    assert all(row["low_95"] <= row["low_80"] <= row["median"] <= row["high_80"] <= row["high_95"] for row in rows)


def test_it_is_saved_and_told_as_json(played: Contest) -> None:
    again = json_codec.loads(json_codec.dumps(played))
    assert again.forecast == json.loads(json_codec.dumps(played))["forecast"]
    judged = verdicts.judge([again])
    told = report.contest_to_json(again, judged, verdicts.recommend(again))
    assert told["task"]["kind"] == "forecast" and told["forecast"]["step"] == "week"
    assert report.render_text(again, judged, verdicts.recommend(again))
    assert "Forecast (the next values)" in report.render_html(again, judged, verdicts.recommend(again))
    assert report.make_notebook(again)


def test_the_models_answer_when_the_latest_weeks_are_dragged(played: Contest) -> None:
    def use(service: PredictionService) -> None:
        (*_, plain) = service.predict({"row": 3})
        (*_, moved) = service.predict({"row": 3, "last": [120.0] * 4, "explain": True, "step": 2})
        for key in ("forecast_ets", "forecast_mean"):
            before, after = (np.array(one["answers"][key]["bands"]) for one in (plain, moved))
            assert before.shape == (1, 4, 5) and (np.diff(after, axis=2) >= 0).all()
            assert (after[:, :, 2] > before[:, :, 2]).all(), "medians follow the latest weeks"
            reasons = moved["answers"][key]["explanation"]
            assert sum(reasons["values"]) + reasons["base"] == pytest.approx(after[0, 2, 2], rel=1e-3)
        assert moved["shown"]["explained"] == "the median 3 ahead" and moved["complete"]
        assert moved["shown"]["forecast"]["past"][-4:] == [120.0] * 4
        with pytest.raises(LoadError, match="steps are 0 to 3"):
            next(service.predict({"row": 0, "step": 9}))

    panel = weekly(series=12, steps=80)
    open_service(played, panel, lambda news: None, use, worker_mode="inline")
