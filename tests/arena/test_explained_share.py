"""How much a contest measures and explains: half of the work of its fits at most, the first items of one drawing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import arena
from core.arena import explained_session, result_details, stage_plan
from core.arena.stage_plan import ExplainingCost
from core.evaluation import tasks
from core.explain import explanation_work, faithfulness
from core.explain.maskers import Masker
from core.schema import Dataset, Fit, Plan, Split, StageWork, Task
from core.storage import json_codec
from core.workers import work_clock
from tests.arena.scripted import Scripted, contestant, table
from tests.arena.test_arena import play, players

__all__ = ["players"]
QUICK, SLOW = ExplainingCost(0.05, 2.5), ExplainingCost(1.0, 9.0)


@pytest.mark.parametrize("fitting", [60.0, 80.0, 120.0, 1_000.0])
@pytest.mark.parametrize("costs", [[QUICK] * 4, [SLOW] * 4, [QUICK, SLOW, SLOW]])
def test_measuring_and_explaining_take_at_most_half_of_the_fits_work(fitting, costs):
    work = stage_plan.plan_stages(fitting, 6.0, costs, 12, structured=False)
    least = work.items == stage_plan.LEAST_ITEMS
    assert work.measuring + work.explaining <= 0.5 * fitting + 1e-9 or least
    assert work.explaining <= work.explaining_all and 2 <= work.items <= 12


def test_everything_is_explained_where_its_work_is_paid_for_and_on_request():
    paid = stage_plan.plan_stages(200.0, 6.0, [SLOW] * 4, 12, structured=False)
    assert (paid.items, paid.share) == (12, 1.0) and paid.explaining == pytest.approx(4 * 21.0)
    asked = stage_plan.plan_stages(10.0, 6.0, [SLOW] * 4, 12, structured=False, whole=True)
    assert (asked.items, asked.share) == (12, 1.0) and asked.explaining == asked.explaining_all


def test_a_short_contest_explains_a_little_all_the_same():
    assert stage_plan.plan_stages(0.0, 6.0, [SLOW] * 4, 12, structured=False).items == 2
    assert stage_plan.plan_stages(0.0, 6.0, [QUICK] * 4, 24, structured=True).items == 8
    assert stage_plan.plan_stages(0.0, 6.0, [QUICK], 1, structured=False).items == 1


def test_the_plan_of_a_table_within_the_usual_budget_explains_every_row():
    costs = [ExplainingCost(0.02, 4.5), ExplainingCost(0.09, 5.2), ExplainingCost(0.0, 2.6), ExplainingCost(0.01, 2.7)]
    assert stage_plan.plan_stages(47.5, 5 * stage_plan.MEASURED_SECONDS, costs, 24, structured=True).items == 24


def test_fewer_items_are_some_of_those_that_would_be_explained_in_full():
    texts = np.array([f"text {number}" for number in range(60)], dtype=object)
    data = Dataset("texts", "text", texts, np.arange(60) % 2, labels=("a", "b"))
    split, task = (
        Split(np.arange(30), np.arange(30, 36), np.arange(36, 60), 0, "random", "d"),
        Task("y", "classification", "binary"),
    )
    work = StageWork(60.0, 6.0, 20.0, 60.0, 4, 12, 0.34)
    every, some = (result_details.choose_explained_rows(data, task, split, 3, work) for work in (None, work))
    assert len(every.rows) == 12 and len(some.rows) == 4 and some.share == 0.34
    assert set(some.rows.tolist()) < set(every.rows.tolist())
    assert (some.background == every.background).all()


@pytest.mark.parametrize("seconds,rows", [(10.0, 2), (0.1, 1)])
def test_the_referee_of_a_slow_model_judges_one_item_where_two_are_not_paid_for(seconds, rows):
    masker = Masker(
        tuple("abcdefghijkl"), 3, 1, lambda asked, present, stand_in: present.astype(float), lambda row: np.arange(12)
    )
    found = faithfulness.reference_of_rows(lambda inputs: inputs.sum(axis=1), masker, None, seconds, 1e-2)
    assert len(found.rows) == len(found.shares) == rows


class Dear(Scripted):
    """Every answer takes half a reference second."""

    def margin(self, inputs):
        work_clock.charge_seconds(0.5 * len(inputs))
        return super().margin(inputs)


def test_what_an_item_takes_is_counted_by_work_and_declared_answers_are_not_asked():
    data = table(40)
    one, training = (replace(data, inputs=data.inputs[["truth", "noise"]].iloc[part]) for part in (slice(1), slice(10)))
    counted = explanation_work.explanation_work(Dear(0.9), one, training, None)
    assert counted == explanation_work.explanation_work(Dear(0.9), one, training, None) > 0.5

    class Declared(Scripted):
        answer_seconds = 0.1
        explain = None

    found = explanation_work.explanation_work(Declared(0.9), one, training, None)
    assert found == pytest.approx(2 * 10 * 3 * 0.1)


def test_a_contest_tells_how_its_stages_were_planned_and_explains_the_rest_on_request(players):
    players(contestant("a", "classical", 0.9), contestant("b", "deep", 0.7), contestant("dummy", "chance", 0.5))
    contest = play(Plan(folds=5, repeats=1, fits=5))[0]
    assert contest.stage_work is not None
    assert (contest.stage_work.items, contest.stage_work.of) == (8, 24) == (len(contest.rows.row_numbers), 24)
    again = json_codec.loads(json_codec.dumps(contest))
    assert again.stage_work == contest.stage_work
    whole = arena.explain_contest(contest, table(), lambda news: None, worker_mode="inline")
    assert len(whole.rows.row_numbers) == 24 and whole.stage_work.items == 24
    explained = {run.contestant: len(run.explanation["values"]) for run in whole.runs if run.explanation}
    assert explained == {"a": 24, "b": 24}
    assert [run.fits for run in whole.runs] == [run.fits for run in contest.runs] and whole.digest == contest.digest
    assert set(contest.rows.row_numbers) <= set(whole.rows.row_numbers)


def test_all_items_may_be_asked_for_beforehand_without_another_digest(players):
    players(contestant("a", "classical", 0.9), contestant("b", "deep", 0.7))
    some, every = (play(Plan(folds=5, repeats=1, fits=5, explain_all=asked))[0] for asked in (False, True))
    assert (len(some.rows.row_numbers), len(every.rows.row_numbers)) == (8, 24) and some.digest == every.digest


def test_a_contest_that_explains_nothing_plans_nothing(players):
    players(contestant("a", "classical", 0.9), contestant("b", "deep", 0.7))
    contest = play(Plan(folds=5, repeats=1, fits=5, explain=False))[0]
    assert contest.stage_work is None


def test_the_work_of_the_fits_is_what_they_were_charged():
    class State:
        fits = (Fit(0, "d", work_seconds=2.0), Fit(1, "d", work_seconds=3.5), Fit(2, "d"))

    assert stage_plan.fitting_work([State(), State()]) == 11.0
    assert explained_session.KINDS and tasks.infer_task(table(), "y").kind in explained_session.KINDS
