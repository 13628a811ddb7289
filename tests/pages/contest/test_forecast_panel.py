"""The panels of forecasts: series with bands, how bands hold, the CSV, and the whole page of a result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.arena.tournament import tournament
from core.evaluation import tasks
from core.schema import Contest, Plan
from core.storage import json_codec
from pages.backend import report_files
from pages.summaries import forecast_bands
from tests.panels.made_panels import weekly


@pytest.fixture(scope="module")
def played() -> Contest:
    """A contest of two classical contestants, one of which stands for a network here."""
    panel = weekly(series=9, steps=80)
    plan = Plan(contestants=("forecast_ets", "forecast_mean"), explain=False, budget_seconds=10)
    made = tournament(panel, tasks.infer_task(panel), plan, lambda news: None, worker_mode="inline", measured=False)
    runs = tuple(replace(run, family="deep") if run.contestant == "forecast_ets" else run for run in made.runs)
    facts = {**made.forecast, "next": {**made.forecast["next"], "forecast_ets": made.forecast["next"]["forecast_mean"]}}
    return json_codec.loads(json_codec.dumps(replace(made, id="a" * 32, runs=runs, forecast=facts)))


def _page(path: str) -> None:
    from pathlib import Path

    from core.storage import json_codec
    from pages.contest import forecast_panel

    contest = json_codec.loads(Path(path).read_text(encoding="utf-8"))
    forecast_panel.draw_panel(contest)
    forecast_panel.draw_details(contest)


def test_bands_of_both_families_are_drawn_with_a_csv(played: Contest, tmp_path: Path) -> None:
    path = tmp_path / "contest.json"
    path.write_text(json_codec.dumps(played), encoding="utf-8")
    app = AppTest.from_function(_page, kwargs={"path": str(path)}, default_timeout=60).run()
    assert not app.exception and not app.error
    assert [one.value for one in app.header] == ["Forecasts", "Bands and steps ahead"]
    assert "s0" in [one.value for one in app.text]
    assert any("best of each family" in one.value for one in app.caption)
    origin = app.segmented_control[0]
    assert origin.options[0] == "beyond the data" and len(origin.options) == 4
    app = origin.set_value(origin.options[1]).run()
    assert not app.exception and not app.error


def test_pictures_have_history_and_bands_of_both_families(played: Contest) -> None:
    ahead = forecast_bands.series_pictures(played, None)[0]
    assert {one.family for one in ahead.bands} == {"classical", "deep"}
    assert [one.step for one in ahead.bands][:4] == [60, 61, 62, 63] and ahead.history[-1][0] == 59
    past = forecast_bands.series_pictures(played, 0)[0]
    assert [one.step for one in past.bands][:4] == [56, 57, 58, 59]
    assert all(one.low <= one.middle <= one.high for one in (*ahead.bands, *past.bands))


def test_losses_by_step_add_up_to_the_skill(played: Contest) -> None:
    run = next(one for one in played.runs if one.contestant == "forecast_mean")
    own = sum(loss for fit in run.fits for loss, _ in fit.step_losses)
    naive = sum(loss for fit in run.fits for _, loss in fit.step_losses)
    skill = sum(fit.skill or 0.0 for fit in run.fits) / len(run.fits)
    assert skill == pytest.approx(100 * (1 - own / naive), abs=0.05)
    assert {one.step for one in forecast_bands.step_losses(played)} == {1, 2, 3, 4}


def test_the_csv_is_among_the_downloads(played: Contest) -> None:
    name, mime, make = report_files.list_downloads(played)["Next values (CSV)"]
    assert name.endswith("-forecast.csv") and mime == "text/csv"
    assert make().splitlines()[0] == "series,time,model,median,low_80,high_80,low_95,high_95"


def _result(path: str, title: str) -> None:
    from pathlib import Path

    from core.storage import json_codec
    from pages.contest import leaderboard_panel, verdict_panel
    from pages.views import result_tabs

    contest = json_codec.loads(Path(path).read_text(encoding="utf-8"))
    if title == "answer":
        verdict_panel.draw_panel(contest)
        leaderboard_panel.draw_panel(contest)
    for tab in result_tabs.TABS:
        if tab.title == title:
            tab.draw(contest, contest)


@pytest.mark.parametrize("title", ["answer", "Trade-offs", "Why", "Mistakes", "Trust", "Learning", "Reproduce"])
def test_every_tab_of_a_result_can_be_drawn(played: Contest, tmp_path: Path, title: str) -> None:
    path = tmp_path / "contest.json"
    path.write_text(json_codec.dumps(played), encoding="utf-8")
    app = AppTest.from_function(_result, kwargs={"path": str(path), "title": title}, default_timeout=120).run()
    assert not app.exception and not app.error
