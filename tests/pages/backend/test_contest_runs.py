"""A contest played again: on the data that its run keeps, or refused in words once they are gone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.runtime import jobs, run_history
from core.schema import LoadError
from core.storage import paths
from pages.backend import contest_runs


def test_another_plan_is_queued_on_the_same_data(place: Path, owner: str, finished: str) -> None:
    parcel = paths.runs_folder() / finished / "parcel"
    parcel.mkdir()
    (parcel / "dataset.json").write_text("{}", encoding="utf-8")
    contest = jobs.load_result(finished, owner)
    assert contest is not None
    run = contest_runs.play_again(contest, owner, replace(contest.plan, budget_seconds=180.0))
    more = contest_runs.play_again(contest, owner, replace(contest.plan, fits=10), continued=True)
    queued = {row["id"]: row for row in run_history.list_runs(owner) if row["state"] == "queued"}
    assert queued[run]["kind"] == "contest" and queued[run]["spec"]["plan"]["budget_seconds"] == 180.0
    assert queued[more]["kind"] == "continue" and queued[more]["spec"]["extra"]["run"] == finished
    for one in (run, more):
        jobs.cancel(one, owner)


@pytest.mark.parametrize("continued", [False, True])
def test_data_that_are_gone_are_a_reason_in_words(place: Path, owner: str, finished: str, continued: bool) -> None:
    contest = jobs.load_result(finished, owner)
    assert contest is not None
    with pytest.raises(LoadError, match="no longer kept"):
        contest_runs.play_again(contest, owner, contest.plan, continued)
