"""A round of use cases: one run at a time waits for it, it goes on alone, and cancelling any run ends it."""

from __future__ import annotations

import pytest

from core import limits
from core.runtime import job_batches, job_runner, jobs
from core.schema import Contest, Plan
from core.storage.run_store import JobRejected

KEYS = ("tabular", "anomaly", "vision")


def play(job):
    """What the runner's scenario does, without the contest."""
    job_batches.queue_next(job.extra, job.owner)
    return Contest("", "d", {}, None, job.plan, scenario=job.extra["key"])


def turn(store, plays=play):
    """The engine's next step; the use case that was played."""
    row = store.take_next()
    if row is None:
        return None
    job_runner.run_job(row["id"], {"scenario": plays})
    return jobs.get_state(row["id"], row["owner"])["extra"]["key"]


def test_a_round_plays_each_once_in_order_and_only_one_waits(store):
    id = job_batches.start_batch(KEYS, "me")
    assert job_batches.batch_status("me").missing == KEYS[1:] and job_batches.batch_status("you") is None
    assert [turn(store) for _ in range(4)] == [*KEYS, None]
    there = job_batches.batch_status("me", id)
    assert there.done == 3 and there.current is None and not there.missing and not there.cancelled
    assert {key: row["state"] for key, row in there.runs.items()} == dict.fromkeys(KEYS, "finished")


def test_a_use_case_that_fails_does_not_take_the_others_along(store):
    job_batches.start_batch(KEYS, "me")

    def stumble(job):
        job_batches.queue_next(job.extra, job.owner)
        raise RuntimeError("broken")

    assert turn(store, stumble) == KEYS[0]
    assert [turn(store), turn(store)] == list(KEYS[1:])
    there = job_batches.batch_status("me")
    assert there.runs[KEYS[0]]["state"] == "failed" and there.done == 3


def test_cancel_stops_the_round_at_every_moment(store):
    id = job_batches.start_batch(KEYS, "me")
    assert job_batches.cancel_batch("you", id) == 0
    assert job_batches.cancel_batch("me", id) == 1 and turn(store) is None
    assert job_batches.batch_status("me", id).cancelled and job_batches.batch_status("me", id).missing == KEYS[1:]

    second = job_batches.start_batch(KEYS, "me")

    def cancelled_while_playing(job):
        assert job_batches.cancel_batch("me", second) == 1  # before it could hand over
        return play(job)

    assert turn(store, cancelled_while_playing) == KEYS[0]
    assert job_batches.cancel_batch("me", second) == 1, "what was handed over in that moment can be taken back"
    assert turn(store) is None


def test_a_run_whose_round_was_cancelled_is_not_played(store):
    id = job_batches.start_batch(KEYS, "me")
    row = store.take_next()
    job_batches.queue_next({"round": id, "keys": list(KEYS), "key": KEYS[0]}, "me")
    store.finish(row["id"], "cancelled", "")
    assert turn(store) == KEYS[1]
    assert job_batches.batch_status("me", id).runs[KEYS[1]]["state"] == "cancelled" and turn(store) is None


def test_a_full_queue_ends_the_round_and_the_rest_can_be_played_later(store):
    job_batches.start_batch(KEYS, "me")
    row = store.take_next()
    for _ in range(limits.QUEUE_PER_OWNER):
        jobs.submit(None, None, Plan(), "me", kind="scenario", key="anomaly")
    job_runner.run_job(row["id"], {"scenario": play})
    there = job_batches.batch_status("me")
    assert there.current is None and there.missing == KEYS[1:] and not there.cancelled
    with pytest.raises(JobRejected, match="waiting"):
        job_batches.start_batch(there.missing, "me")


def test_an_ordinary_use_case_belongs_to_no_round(store):
    jobs.submit(None, None, Plan(), "me", kind="scenario", key="anomaly")
    assert turn(store) == "anomaly" and job_batches.batch_status("me") is None and turn(store) is None


def test_the_runner_hands_over_and_takes_seconds(store, monkeypatch):
    from core import arena

    asked = {}

    def pretend(key, plan, seed, tell, **more):
        asked.update(key=key, seconds=plan.budget_seconds)
        return Contest("", "d", {}, None, plan, scenario=key)

    monkeypatch.setattr(arena, "run_use_case", pretend)
    job_batches.start_batch(KEYS, "me")
    assert turn(store, job_runner.run_scenario) == KEYS[0] and len(job_batches.batch_status("me").runs) == 2
    job_batches.cancel_batch("me", job_batches.batch_status("me").id)
    jobs.submit(None, None, Plan(), "me", kind="scenario", key="anomaly", seconds=7)
    assert turn(store, job_runner.run_scenario) == "anomaly" and asked == {"key": "anomaly", "seconds": 7.0}
