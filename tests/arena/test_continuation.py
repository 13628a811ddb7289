"""A contest continued: the folds that are there stay, only further ones are fitted, and it must be the same contest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core import arena
from core.evaluation import tasks
from core.schema import Contest, LoadError, MeasurementResult, Plan, Progress
from tests.arena.scripted import contestant, table
from tests.arena.test_arena import play, players

__all__ = ["players"]
FIVE, TEN = Plan(explain=False, fits=5), Plan(explain=False, fits=10)


def continued(earlier: Contest, plan: Plan = TEN, **changed: Any) -> tuple[Contest, list[Progress]]:
    news: list[Progress] = []
    data = table(**changed)
    return arena.continue_contest(earlier, data, plan, news.append, worker_mode="inline"), news


def skills(contest: Contest) -> dict[str, list[float | None]]:
    return {run.contestant: [fit.skill for fit in run.fits] for run in contest.runs}


def test_five_folds_and_five_more_are_the_ten_of_one_contest(players: Any) -> None:
    players(contestant("a", "classical", 0.9), contestant("b", "deep", 0.7), contestant("dummy", "chance", 0.5))
    first, whole = play(FIVE)[0], play(TEN)[0]
    assert all(len(run.fits) == 5 for run in first.runs)
    found, news = continued(first)
    assert skills(found) == skills(whole) and found.digest == whole.digest
    assert [one.gap for one in found.comparisons if one.measurement == "skill"] == pytest.approx(
        [one.gap for one in whole.comparisons if one.measurement == "skill"]
    )
    fitted = [(one.fold, one.contestant) for one in news if one.stage == "fold"]
    assert len(fitted) == 15 and min(fold for fold, _ in fitted) == 5, "nothing is fitted twice"


def test_readings_and_failures_stay(players: Any) -> None:
    players(contestant("a", "classical"), contestant("lost", "deep", trouble="did not converge"))
    first = play(FIVE)[0]
    read = MeasurementResult((1.0, 2.0))
    first = replace(first, runs=tuple(replace(run, readings={"size": read}) for run in first.runs), scenario="x")
    found, news = continued(first)
    assert all(run.readings == {"size": read} for run in found.runs) and found.scenario == "x"
    assert next(run for run in found.runs if run.contestant == "lost").error == "did not converge"
    assert not [one for one in news if one.stage == "fold" and one.contestant == "lost"]


@pytest.mark.parametrize("plan", [replace(TEN, seed=1), replace(TEN, margin=2.0)])
def test_another_plan_is_another_contest(players: Any, plan: Plan) -> None:
    players(contestant("a", "classical"), contestant("b", "deep"))
    with pytest.raises(LoadError, match="would not belong to the same contest"):
        continued(play(FIVE)[0], plan)


def test_other_data_are_another_contest(players: Any) -> None:
    players(contestant("a", "classical"), contestant("b", "deep"))
    first, data = play(FIVE)[0], table()
    other = data.take(list(range(len(data) - 3)))
    with pytest.raises(LoadError, match="Run the contest again"):
        arena.continue_contest(first, other, TEN, lambda progress: None, worker_mode="inline")
    assert tasks.infer_task(data, "y") == first.task
