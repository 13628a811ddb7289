"""A contest that does not train on doubted labels tests them all the same, and says what it left out and why."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import cli
from core.arena import prepared_contest
from core.arena.tournament import find_problems
from core.bundles import retrain
from core.evaluation.errors import label_quality, shown_mistakes
from core.report import contract, doubted_rows, notebook, plain, replay
from core.schema import Dataset, LoadError, Plan
from tests import toys
from tests.pages.mistakes.held_out_contests import contest, with_planted_labels

PLAN = Plan(contestants=("dummy", "table_linear"), folds=3, repeats=1, budget_seconds=5, fixed_folds=True)


def as_read(rows: int = 120) -> Dataset:
    made = toys.table(rows)
    frame = made.inputs.assign(y=np.where(made.target == 1, "yes", "no"))
    return Dataset("made", "table", frame, columns=())


def test_doubted_rows_are_tested_and_not_trained_on() -> None:
    task = toys.BINARY
    plain_one = prepared_contest.prepare_contest(as_read(), task, PLAN)
    without = prepared_contest.prepare_contest(as_read(), task, replace(PLAN, doubted_labels=(3, 50, 51)))
    assert plain_one.digest != without.digest and len(without.dataset) == len(plain_one.dataset)
    for before, after in zip(plain_one.splits, without.splits, strict=True):
        assert before.test.tolist() == after.test.tolist() and before.seed == after.seed
        assert not {3, 50, 51} & {*after.train.tolist(), *after.valid.tolist()}
        assert {*before.train.tolist(), *before.valid.tolist()} - {*after.train.tolist(), *after.valid.tolist()} <= {
            3, 50, 51,
        }  # fmt: skip
    whole = retrain._whole(without)
    assert {3, 50, 51} & {*retrain._whole(plain_one).train.tolist(), *retrain._whole(plain_one).valid.tolist()}
    assert not {3, 50, 51} & {*whole.train.tolist(), *whole.valid.tolist()}
    said = [one for one in find_problems(without) if one.key == label_quality.FINDING]
    assert len(said) == 1 and "3 of 120 rows are left out of training" in said[0].what
    assert "still tested" in said[0].what and "optimistic" in said[0].how
    assert not [one for one in find_problems(plain_one) if one.key == label_quality.FINDING]


def test_a_class_never_loses_all_its_training_rows() -> None:
    prepared = prepared_contest.prepare_contest(as_read(), toys.BINARY, PLAN)
    rows = np.flatnonzero(prepared.dataset.target == 1)
    with pytest.raises(LoadError, match="no rows left to train on"):
        label_quality.without_training_on(prepared.splits[0], prepared.dataset, rows.tolist())
    numbers = replace(prepared.dataset, labels=())
    with pytest.raises(LoadError, match="only where classes"):
        label_quality.without_training_on(prepared.splits[0], numbers, [1])


def test_the_list_goes_from_a_result_to_the_next_contest(tmp_path: Path) -> None:
    found = with_planted_labels(contest("binary"))
    told = json.loads(json.dumps(contract.contest_to_json(found, (), None)))
    quality = told["label_quality"]
    assert quality["doubted"] == len(quality["rows"]) >= 3 and len(quality["contestants"]) >= 2
    assert quality["estimated_wrong_share"]["low"] <= quality["estimated_wrong_share"]["share"]
    count = told["dataset"]["rows"]
    file = tmp_path / "result.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    data, task = as_read(count), replace(toys.BINARY, target=told["dataset"]["target"])
    within = [one["row"] - 1 for one in quality["rows"] if one["row"] <= count]
    assert cli.without_doubted(PLAN, file, data, task).doubted_labels == tuple(sorted(within))
    assert cli.without_doubted(PLAN, None, data, task) is PLAN
    for wrong, words in (
        ({}, "lists no doubtful"),
        ({**told, "dataset": {**told["dataset"], "rows": 7}}, "other data"),
        ({**told, "label_quality": {**quality, "rows": []}}, "doubts no label"),
        ({**told, "label_quality": {**quality, "rows_checked": 2}}, "classes overlap"),
    ):
        with pytest.raises(LoadError, match=words):
            doubted_rows.doubted_in_result(wrong, data, task)
    with pytest.raises(LoadError, match="cannot be read"):
        cli.without_doubted(PLAN, tmp_path / "none.json", data, task)
    assert contract.contest_to_json(contest("regression"), (), None)["label_quality"] is None


def test_one_family_alone_is_checked_by_a_second_model_of_it() -> None:
    found = with_planted_labels(contest("binary"))
    first = next(run for run in found.runs if run.family == "classical")
    again = replace(first, contestant="another", title="Another")
    alone = replace(found, runs=(first, again), comparisons=())
    assert set(label_quality.judging_contestants(alone)) == {first.contestant, "another"}
    issues = label_quality.doubted_labels(replace(alone, runs=(first,)))
    assert issues is not None and {0, 1, 2} <= set(issues.row_numbers.tolist())
    assert {0, 1, 2} <= set(shown_mistakes.rows_to_show(found).tolist())


def test_report_notebook_and_replay_say_what_is_not_trained_on() -> None:
    found = contest("binary")
    plan = replace(found.plan, doubted_labels=(4, 5))
    finding = label_quality.untrained_finding(as_read(), plan.doubted_labels)
    assert finding is not None
    data = {**found.dataset, "target": "y", "rows_used": 120}
    said = replace(found, plan=plan, requested=plan, findings=(finding,), dataset=data)
    assert "2 rows are left out of training" in notebook.make_notebook(said)
    assert "doubted_labels" in notebook.make_notebook(said)
    assert "2 of 120 rows are left out of training" in plain.render_text(said, (), None)
    assert replay.replay_to_json(said)["plan"]["doubted_labels"] == (4, 5)
    assert "doubted_labels" not in replay.replay_to_json(found)["plan"]
    assert "left out of training" not in notebook.make_notebook(found)
