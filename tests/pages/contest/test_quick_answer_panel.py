"""The result of a quick answer: what it is, who was dropped when and why, and the full contest as the next step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.schema import Contest, EarlyDrop
from core.storage import json_codec
from pages.backend import report_words
from pages.summaries import next_steps, run_line


@pytest.fixture
def quick(contest: Contest) -> Contest:
    """The fabricated contest as a quick answer in which two were dropped, one of them under an awkward name."""
    drop = {"table_deep": EarlyDrop(1, "place 4 of 4 after 1 fold"), "table_linear": EarlyDrop(2, "*last* of <b>3</b>")}
    runs = []
    for run in contest.runs:
        dropped = drop.get(run.contestant)
        fits = tuple(replace(fit, work_seconds=1.0) for fit in run.fits[: dropped.after if dropped else 4])
        runs.append(replace(run, fits=fits, dropped=dropped))
    return replace(contest, runs=tuple(runs), plan=replace(contest.plan, strategy="halving"), findings=())


def _page(path: str) -> None:
    from pathlib import Path

    from core.storage import json_codec
    from pages.contest import verdict_panel

    verdict_panel.draw_panel(json_codec.loads(Path(path).read_text(encoding="utf-8")))


def test_the_panel_says_what_it_is_and_offers_the_full_contest(quick: Contest, tmp_path: Path) -> None:
    path = tmp_path / "contest.json"
    path.write_text(json_codec.dumps(quick), encoding="utf-8")
    app = AppTest.from_function(_page, kwargs={"path": str(path)}, default_timeout=60).run()
    assert not app.exception
    assert app.title[0].value.startswith("Quick answer: Network into XGBoost")
    said = "\n".join(str(block.value) for kind in ("markdown", "text", "caption") for block in app.get(kind))
    assert "Quick answer, no verdict" in said and "no verdict on deep or classical" in said
    assert "TabM network was dropped after 1 fold: place 4 of 4 after 1 fold." in said
    assert "Logistic regression was dropped after 2 folds: *last* of <b>3</b>." in said
    (button,) = app.button
    assert button.label.startswith("Play the full contest")


def test_the_next_step_plays_everybody(quick: Contest) -> None:
    (step,) = next_steps.next_steps(quick)
    assert step.plan.strategy == "full" and step.plan.fits is None and step.way == "again"


def test_the_dropped_stand_behind_the_others_with_a_badge(quick: Contest) -> None:
    rows = report_words.leaderboard(quick, None)
    scored = [row for row in rows if row.skill is not None]
    assert [row.run.contestant for row in scored[-2:]] == ["table_deep", "table_linear"]
    assert all("Dropped early" in row.badges for row in scored[-2:])
    assert run_line.run_line(quick)["winner"] == "Quick answer"
