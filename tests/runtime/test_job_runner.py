"""The runner: what a play is given, how it may report, and how each of its ends is written down."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from core.runtime import job_runner, jobs
from core.schema import Cancelled, Column, Contest, Dataset, LoadError, Plan, Progress, Task
from core.storage import dataset_store, json_codec, paths

TASK = Task("y", "classification", "binary", positive="yes")


def parcel(folder, rows=60):
    draw = np.random.default_rng(0)
    x = draw.normal(size=rows)
    inputs = pd.DataFrame({"x": x, "y": pd.Categorical(np.where(x + draw.normal(size=rows) > 0, "yes", "no"))})
    columns = (Column("x", "numeric", 0, rows), Column("y", "categorical", 0, 2))
    return dataset_store.save(Dataset("little", "table", inputs, columns=columns), folder / "upload")


def played(store, play, tmp_path, **extra):
    id = jobs.submit(parcel(tmp_path), TASK, Plan(seed=7), "me", "trial", **extra)
    assert store.take_next()["id"] == id
    job_runner.run_job(id, {"trial": play})
    return id


def whole(job):
    return Contest("", "d", {}, job.task, job.plan)


def test_a_play_gets_what_was_asked_and_its_result_is_stored(store, tmp_path):
    seen = {}

    def play(job):
        seen.update(task=job.task, plan=job.plan, extra=job.extra, data=dataset_store.load(job.folder / "parcel"))
        job.save_partial(whole(job))
        assert (job.folder / "partial.json").exists()
        job.on_progress(Progress("fit", 1, 2, "dummy", 0, loss=0.5))
        return whole(job)

    id = played(store, play, tmp_path, canary=[1, 2])
    assert (seen["task"], seen["plan"], seen["extra"]) == (TASK, Plan(seed=7), {"canary": [1, 2]})
    assert len(seen["data"]) == 60
    assert jobs.get_state(id, "me")["state"] == "finished"
    assert jobs.get_state(id, "me")["name"] == "little"
    contest = jobs.load_result(id, "me")
    assert contest.id == id
    assert contest.finished
    assert not (paths.runs_folder() / id / "partial.json").exists()
    event = jobs.get_events(id, "me")[-1]
    assert (event["stage"], event["contestant"], event["loss"]) == ("fit", "dummy", 0.5)


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        (LoadError("Too few rows.", "y", "Add some."), "failed", "Too few rows."),
        (MemoryError(), "interrupted", "out of memory"),
        (OSError(28, "No space left"), "interrupted", "disk is full"),
        (KeyError("x"), "failed", "KeyError"),
        (Cancelled(), "cancelled", "kept"),
    ],
)
def test_every_end_is_in_words_and_keeps_what_was_finished(store, tmp_path, error, state, words):
    def play(job):
        job.save_partial(whole(job))
        raise error

    id = played(store, play, tmp_path)
    seen = jobs.get_state(id, "me")
    assert seen["state"] == state
    assert words in seen["reason"]
    assert jobs.load_result(id, "me") is not None


def test_cancel_is_heard_by_tell_and_by_pulse(store, tmp_path):
    def play(job):
        job.on_progress(Progress("fit"))
        assert jobs.cancel(job.id, "me")
        time.sleep(0.11)
        with pytest.raises(Cancelled):
            job.on_progress.check_cancelled()
        time.sleep(0.11)
        job.on_progress(Progress("fit"))
        raise AssertionError("tell should have raised")

    assert jobs.get_state(played(store, play, tmp_path), "me")["state"] == "cancelled"


def test_fast_curves_are_thinned_but_ends_are_told(store, tmp_path):
    def play(job):
        for step in range(1, 2001):
            time.sleep(0.001)
            job.on_progress(Progress("epoch", step, 2000, "deep", 0, loss=1.0))
        return whole(job)

    told = [event for event in jobs.get_events(played(store, play, tmp_path), "me") if event["stage"] == "epoch"]
    assert len(told) < 200
    assert told[-1]["step"] == 2000


def test_a_run_that_is_not_running_is_left_alone(store, tmp_path):
    id = jobs.submit(parcel(tmp_path), TASK, Plan(), "me", "trial")
    job_runner.run_job(id, {})
    assert jobs.get_state(id, "me")["state"] == "queued"


def test_measuring_further_needs_an_earlier_finished_run_of_the_same_owner(store, tmp_path):
    id = played(store, whole, tmp_path)
    with pytest.raises(jobs.JobRejected, match="not there"):
        jobs.submit(None, None, Plan(), "you", "measure", run=id, keys=("size",))
    with pytest.raises(jobs.JobRejected, match="not there"):
        jobs.submit(None, None, Plan(), "me", "measure", run="../x", keys=("size",))
    more = jobs.submit(None, None, Plan(), "me", "measure", run=id, keys=("size",))
    assert (paths.runs_folder() / more / "parcel" / "dataset.json").exists()
    assert jobs.get_state(more, "me")["name"] == "little"


@pytest.mark.slow
def test_a_real_contest_and_a_further_measurement_through_the_engine(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "home"))
    plan = Plan(contestants=("dummy", "table_linear"), folds=2, repeats=1, budget_seconds=8, explain=False)
    id = jobs.submit(parcel(tmp_path, 200), TASK, plan, "me")
    seen = jobs.wait(id, "me", 120)
    assert seen["state"] == "finished", seen
    contest = jobs.load_result(id, "me")
    assert [run.contestant for run in contest.runs] == ["dummy", "table_linear"]
    assert all(run.error is None and run.fits for run in contest.runs)
    assert json_codec.loads(json_codec.dumps(contest)) is not None
    more = jobs.submit(None, None, plan, "me", "measure", run=id, keys=("learning_curve",))
    assert jobs.wait(more, "me", 180)["state"] == "finished", jobs.get_state(more, "me")
    assert "learning_curve" in jobs.load_result(id, "me").runs[1].readings
    for path in paths.home_folder().glob("runs.sqlite3*"):
        path.unlink()
