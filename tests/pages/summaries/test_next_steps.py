"""The step that says most stands first, and only steps that are left are offered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.schema import Contest
from pages.summaries import next_steps


def shaped(contest: Contest, *, winner: str = "undecided", folds: int = 10, used: int = 3000, stopped: bool = False):
    """The contest with so many folds on so many rows, its primary comparison decided in this way."""
    runs = tuple(
        replace(run, fits=tuple(
            replace(fit, stopped="budget", planned_seconds=2.0, full_work_seconds=5.0)
            if stopped and run.family == "deep" else fit
            for fit in run.fits[:folds]
        ))
        for run in contest.runs
    )  # fmt: skip
    deep = next(run.contestant for run in runs if run.family == "deep")
    first = replace(contest.comparisons[0], winner=winner, stopped=(deep,) if stopped else ())
    plan = replace(contest.plan, rows=used if used < int(contest.dataset["rows"]) else None, repeats=2)
    return replace(
        contest, runs=runs, comparisons=(first, *contest.comparisons[1:]), requested=plan,
        dataset={**contest.dataset, "rows_used": used},
    )  # fmt: skip


def test_an_undecided_contest_of_five_folds_is_continued(contest: Contest) -> None:
    steps = next_steps.next_steps(shaped(contest, folds=5))
    assert [step.way for step in steps] == ["continue", "again"]
    assert steps[0].label.startswith("Continue to 10 folds") and steps[0].plan.fits == 10
    assert steps[1].label.startswith("Run all 7,043 rows") and steps[1].plan.rows is None


def test_a_stopped_network_is_first_given_its_time(contest: Contest) -> None:
    steps = next_steps.next_steps(shaped(contest, stopped=True, folds=5))
    assert steps[0].label.startswith("Give it the time it needs (about ")
    assert steps[0].plan.budget_seconds == 180.0 and "estimated" in steps[0].why
    assert steps[1].way == "continue"


@pytest.mark.parametrize("winner", ["table_xgboost", "tie"])
def test_a_decided_contest_needs_no_further_folds(contest: Contest, winner: str) -> None:
    assert all(step.way == "again" for step in next_steps.next_steps(shaped(contest, winner=winner, folds=5)))


def test_nothing_is_offered_where_nothing_is_left(contest: Contest) -> None:
    assert next_steps.next_steps(shaped(contest, winner="table_xgboost", used=7043)) == []
    assert next_steps.next_steps(replace(shaped(contest), comparisons=())) == []


def test_a_leak_is_left_out_by_one_step(contest: Contest) -> None:
    columns = [{"name": name, "type": "numeric"} for name in ("tenure", "x:Q")]
    leaking = replace(contest, dataset={**contest.dataset, "columns": columns})
    (step,) = next_steps.leak_steps(leaking)
    assert step.columns == ("x:Q",) and step.task is not None and step.task.drop == ("x:Q",)
    assert next_steps.leak_steps(replace(leaking, task=replace(leaking.task, drop=("x:Q",)))) == []
    assert next_steps.leak_steps(replace(leaking, findings=())) == []
    assert next_steps.leak_steps(contest) == [], "a column that is no input cannot be left out"


def test_the_cheaper_side_is_named_with_what_it_saves(contest: Contest) -> None:
    run, why = next_steps.cheaper_model(contest) or (None, "")
    assert run is not None and run.contestant == "table_xgboost" and "times less" in why
    assert next_steps.cheaper_model(replace(contest, comparisons=())) is None
