"""A contest on forecasts: from the panel to verdicts, bands, next values and JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core import report, verdicts
from core.arena.tournament import tournament
from core.evaluation import tasks
from core.report import forecast_csv
from core.schema import Contest, Plan
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
