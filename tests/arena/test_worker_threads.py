"""Measured side by side: every contestant gets every reading, in order, kept step by step, and a stop ends all."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from core.arena import parallel_measurement, worker_threads
from core.arena.planning import with_monotone_directions
from core.arena.prepared_contest import prepare_contest
from core.arena.session import ContestSession
from core.evaluation import tasks
from core.schema import Cancelled, Plan, Progress
from core.workers import hardware
from tests import toys


def test_tasks_run_beside_each_other_and_tell_through_one_thread():
    heard, order = [], []

    def task(name):
        def go(relay):
            for step in range(3):
                relay(Progress("measure", step, 3, contestant=name))
                time.sleep(0.01)
            order.append(name)

        return go

    beats = list(worker_threads.run_in_threads([task("a"), task("b"), task("c")], heard.append, 2))
    assert beats and sorted(order) == ["a", "b", "c"]
    assert sorted((one.contestant, one.step) for one in heard) == [(n, k) for n in "abc" for k in range(3)]


def test_a_stop_ends_every_task_at_its_next_word():
    ended = []

    def stubborn(relay):
        try:
            while True:
                relay.check_cancelled()
                time.sleep(0.005)
        finally:
            ended.append(True)

    def tell(news):
        raise AssertionError("no news was sent")

    tell.check_cancelled = lambda: (_ for _ in ()).throw(Cancelled("stop"))
    with pytest.raises(Cancelled):
        list(worker_threads.run_in_threads([stubborn, stubborn], tell, 2))
    assert len(ended) == 2


def test_what_a_task_raises_is_raised():
    def broken(relay):
        raise RuntimeError("no disk")

    with pytest.raises(RuntimeError, match="no disk"):
        list(worker_threads.run_in_threads([broken], lambda news: None, 1))


@pytest.mark.slow
def test_contestants_are_measured_side_by_side_and_kept_step_by_step(monkeypatch):
    monkeypatch.setattr(hardware, "available_cores", lambda: 2.0)
    plan = Plan(folds=5, repeats=1, budget_seconds=5, contestants=("table_linear", "table_xgboost"))
    prepared = prepare_contest(toys.table(200), toys.BINARY, plan)
    heard, kept = [], []
    with ContestSession(replace(prepared, splits=prepared.splits[:1])) as session:
        for state in session.contestants:
            session.fit_fold(state, 0, lambda news: None)
        keys = ("latency_p50", "corruption", "surrogate")
        parallel_measurement.measure_session(
            session, keys, heard.append, lambda: kept.append({k for one in session.contestants for k in one.readings})
        )
        assert all(set(keys) <= set(state.readings) for state in session.contestants)
    steps = [news.step for news in heard if news.total == len(keys) and not news.contestant]
    # Two steps that end within one beat are told as one.
    assert steps in ([0, 1, 2], [0, 1]) and kept[-1] >= set(keys) and "corruption" not in kept[0]


def test_declared_directions_reach_the_data():
    ready = tasks.prepare(toys.table(60), toys.BINARY)
    plan = Plan(directions=(("n0", 1), ("gone", -1)))
    assert with_monotone_directions(ready, plan).facts["directions"] == {"n0": 1}
    assert with_monotone_directions(ready, Plan()) is ready


@pytest.mark.slow
def test_contestants_beside_one_another_score_as_one_after_the_other(tmp_path, monkeypatch):
    from core import arena
    from core.arena import worker_threads
    from core.evaluation import tasks
    from core.schema import Plan
    from tests.arena.scripted import table

    monkeypatch.setattr(worker_threads.hardware, "available_cores", lambda: 2.0)
    data = table(90)
    task = tasks.infer_task(data, "y")
    plan = Plan(contestants=("table_linear", "table_xgboost"), budget_seconds=5.0, fits=5, explain=False)
    saved = []
    beside = arena.tournament(data, task, plan, lambda news: None, measured=False, save_partial=saved.append)
    after = arena.tournament(data, task, plan, lambda news: None, worker_mode="inline", measured=False)
    skills = [{run.contestant: [fit.skill for fit in run.fits] for run in one.runs} for one in (beside, after)]
    assert skills[0] == skills[1] and all(len(found) == 5 for found in skills[0].values())
    assert [[fit.fold for fit in run.fits] for run in beside.runs] == [[0, 1, 2, 3, 4]] * len(beside.runs)
    assert saved and beside.digest == after.digest
