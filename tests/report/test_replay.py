"""A result holds what it takes to play it again, and a replay tells every digit that differs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core import arena
from core.evaluation import tasks
from core.report import contract
from core.report.replay import differences, replay_sentence, replayed_plan
from core.schema import LoadError, Plan
from tests.arena.scripted import table

PLAN = Plan(
    contestants=("table_linear",), folds=2, repeats=1, fixed_folds=True, budget_seconds=5, explain=False,
    device="cpu", directions=(("noise", 1),),
)  # fmt: skip


def played(plan: Plan) -> contract.JsonObject:
    data = table()
    contest = arena.tournament(
        data, tasks.infer_task(data, "y"), plan, lambda news: None, worker_mode="inline", measured=False
    )
    return json.loads(json.dumps(contract.contest_to_json(contest, (), None)))


def test_a_result_is_played_again_to_the_last_digit_and_a_changed_one_is_told() -> None:
    first = played(PLAN)
    task, plan = replayed_plan(first)
    assert (
        task.target == "y" and plan.fits == len(first["contestants"][0]["skill"]) and replace(plan, fits=None) == PLAN
    )
    again = played(plan)
    assert differences(first, again) == [] and "agree to the last digit" in replay_sentence([])
    linear = next(one for one in again["contestants"] if one["key"] == "table_linear")
    assert set(linear["stopped"]) == {"converged"} and linear["converged"] is True and min(linear["work_seconds"]) > 0
    linear["skill"][0] += 1e-9
    again["digest"], again["versions"] = "other", {"numpy": "9"}
    told = differences(first, again)
    assert told[0] == "The digest differs (see versions)." and len(told) == 2 and "skill" in told[1]
    assert "differences" in replay_sentence(told)
    assert any("only one" in one for one in differences(first, {**again, "contestants": []}))


def test_a_result_of_an_earlier_version_is_refused_in_words() -> None:
    with pytest.raises(LoadError, match="how it was played"):
        replayed_plan({"outcome": "done", "plan": {"folds": 5}})
