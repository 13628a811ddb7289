"""The engine under ordinary and violent use: every end is told in words, and the next run always works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from core.runtime import jobs, run_history, scheduler
from core.storage import paths
from core.storage.run_store import RunStore


def test_a_run_is_played_told_and_kept(house):
    start = time.monotonic()
    id = house.submit("short", canary="tweet", title="A title")
    assert time.monotonic() - start < 2
    assert jobs.valid_run_id(id) == id
    seen = house.until(id, "finished")
    assert (seen["name"], seen["title"], seen["place"], seen["reason"]) == ("little", "A title", 0, "")
    assert seen["created"] <= seen["started"] <= seen["ended"]
    stages = [event["stage"] for event in jobs.get_events(id, "me")]
    assert stages[:2] == ["start", "fit"]
    numbers = [event["seq"] for event in jobs.get_events(id, "me")]
    assert numbers == list(range(1, len(numbers) + 1))
    assert jobs.get_events(id, "me", after=numbers[-1]) == []
    contest = jobs.load_result(id, "me")
    assert contest.id == id
    assert contest.dataset["canary"] == "tweet"
    assert jobs.load_result(id, "me") is contest


def test_nobody_else_sees_a_run(house):
    id = house.submit("short")
    house.until(id, "finished")
    for other in ("you", "", "me' OR '1'='1"):
        assert jobs.get_state(id, other) is None
        assert jobs.get_events(id, other) == []
        assert jobs.load_result(id, other) is None
        assert jobs.run_folder(id, other) is None
        assert not jobs.cancel(id, other)
        assert not run_history.delete_run(id, other)
        assert run_history.list_runs(other) == []
    for id in ("../" + "a" * 29, "", None, "A" * 32, "a" * 33, 5):
        assert jobs.get_state(id, "me") is None
        assert jobs.load_result(id, "me") is None


@pytest.mark.parametrize("kind", ["steady", pytest.param("deaf", marks=pytest.mark.slow), "seated"])
def test_cancel_takes_two_seconds_at_most(house, kind):
    id = house.submit(kind, command="sleep", payload=60)
    house.heard(id, "seat" if kind == "seated" else "kept")
    time.sleep(0.3)
    start = time.monotonic()
    assert jobs.cancel(id, "me")
    house.until(id, "cancelled")
    assert time.monotonic() - start < 2.0
    assert [run.contestant for run in jobs.load_result(id, "me").runs] == ["first"]
    assert not jobs.cancel(id, "me")
    house.until(house.submit("short"), "finished")


def test_a_waiting_run_is_cancelled_at_once_and_places_are_fair(house):
    first = house.submit("steady")
    house.heard(first, "kept")
    mine = [house.submit("short") for _ in range(3)]
    theirs = house.submit("short", owner="you")
    assert [jobs.get_state(id, "me")["place"] for id in mine] == [2, 3, 4]
    assert jobs.get_state(theirs, "you")["place"] == 1
    assert jobs.cancel(mine[0], "me")
    assert jobs.get_state(mine[0], "me")["state"] == "cancelled"
    jobs.cancel(first, "me")
    ended = [house.until(theirs, "finished", owner="you"), *(house.until(id, "finished") for id in mine[1:])]
    assert [one["started"] for one in ended] == sorted(one["started"] for one in ended)


@pytest.mark.parametrize(("number", "words"), [(9, "from outside"), (11, "native"), (6, "native")])
def test_a_dead_worker_is_told_in_words(house, number, words):
    id = house.submit("dies", signal=number)
    seen = house.until(id, "interrupted", seconds=25)
    assert words in seen["reason"]
    assert jobs.load_result(id, "me").runs[0].contestant == "first"
    house.until(house.submit("short"), "finished")


@pytest.mark.slow
def test_a_killed_fork_server_is_named(house):
    id = house.submit("steady")
    house.heard(id, "kept")
    servers = [one for one in psutil.process_iter(["pid"]) if _serves_forks(one, house.engine())]
    assert len(servers) == 1
    servers[0].kill()
    reason = house.until(id, "interrupted", seconds=30)["reason"]
    assert "lost the fork server" in reason and "from outside" in reason
    assert jobs.load_result(id, "me").runs[0].contestant == "first"
    house.until(house.submit("short"), "finished", seconds=60)


def _serves_forks(process, engine):
    try:
        return process.ppid() == engine and "multiprocessing.forkserver" in " ".join(process.cmdline())
    except psutil.Error:
        return False


@pytest.mark.slow
def test_out_of_memory_in_the_run_and_in_a_seat(house):
    seat = house.submit("seated", command="grow", payload=4_000_000_000, memory=200_000_000)
    run = house.submit("greedy")
    assert "ran out of memory" in house.until(seat, "finished")["reason"]
    assert "ran out of memory" in house.until(run, "interrupted", seconds=30)["reason"]
    house.until(house.submit("short"), "finished")


@pytest.mark.slow
def test_a_stopped_worker_is_seen_within_five_seconds(house):
    id = house.submit("steady")
    house.heard(id, "kept")
    with RunStore() as store:
        pid = store.get(id)["pid"]
    os.kill(pid, signal.SIGSTOP)
    start = time.monotonic()
    assert "stopped from outside" in house.until(id, "interrupted")["reason"]
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("how", "state", "words"),
    [
        ("load", "failed", "The target is constant"),
        ("full", "interrupted", "disk is full"),
        ("", "failed", "by nought"),
    ],
)
def test_errors_end_in_words(house, how, state, words):
    seen = house.until(house.submit("broken", how=how), state)
    assert words in seen["reason"]
    assert "Traceback" not in seen["reason"]


def test_killed_engine_leaves_interrupted_runs_and_no_processes(house):
    id = house.submit("seated", command="sleep", payload=60)
    child = int(house.heard(id, "seat")["message"])
    waiting = house.submit("short")
    os.kill(house.engine(), signal.SIGKILL)
    start = time.monotonic()
    seen = house.until(id, "interrupted")
    assert "restarted" in seen["reason"]
    assert time.monotonic() - start < 5
    assert jobs.load_result(id, "me").runs[0].contestant == "first"
    house.until(waiting, "finished")
    assert child not in house.processes()


@pytest.mark.slow
def test_a_run_survives_the_server(house):
    script = (
        "from core.runtime import jobs; from core.schema import Plan, Task\n"
        "jobs.SCHEDULER_COMMAND = ('-m', 'tests.faults.engine')\n"
        "task = Task('y', 'classification', 'binary')\n"
        f"id = jobs.submit({str(house.parcel)!r}, task, Plan(), 'me', 'steady', seconds=2)\n"
        "print(id, flush=True); jobs.wait(id, 'me', 60)"
    )
    server = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, start_new_session=True)
    id = server.stdout.readline().strip()
    house.heard(id, "kept")
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    server.stdout.close()
    house.until(id, "finished")
    assert len(jobs.load_result(id, "me").runs) == 2


def test_full_disk_and_long_queue_are_refused_before_the_start(house, monkeypatch):
    monkeypatch.setattr(paths, "free_bytes", lambda: 400_000_000)
    with pytest.raises(jobs.JobRejected, match=r"400 MB are free.* 500 MB"):
        house.submit("short")
    monkeypatch.undo()


def test_queue_is_bounded_per_owner(house):
    first = house.submit("steady")
    house.heard(first, "kept")
    for _ in range(5):
        house.submit("short")
    with pytest.raises(jobs.JobRejected, match="5 runs waiting"):
        house.submit("short")
    house.submit("short", owner="you")
    assert len(list(paths.runs_folder().iterdir())) == 7


@pytest.mark.slow
def test_the_engine_is_alone_idles_out_and_leaves_with_its_store(house, monkeypatch):
    for _ in range(5):
        jobs.ensure_scheduler()
    house.until(house.submit("short"), "finished")
    alone = house.engine()
    second = subprocess.run([sys.executable, "-m", "tests.faults.engine"], timeout=30)
    assert second.returncode == 0
    assert house.engine() == alone
    for path in paths.home_folder().glob("runs.sqlite3*"):
        path.unlink()
    end = time.monotonic() + 5
    while house.processes() and time.monotonic() < end:
        time.sleep(0.05)
    assert not house.processes()
    monkeypatch.setattr(jobs, "SCHEDULER_COMMAND", ("-m", "tests.faults.engine", "0.5"))
    house.until(house.submit("short"), "finished")
    end = time.monotonic() + 8
    while house.processes() and time.monotonic() < end:
        time.sleep(0.05)
    assert not house.processes()


def test_a_gone_upload_is_a_clear_error(house):
    house.parcel = house.parcel / "gone"
    with pytest.raises(Exception, match="no longer there") as caught:
        house.submit("short")
    assert type(caught.value).__name__ == "LoadError"
    assert list(paths.runs_folder().iterdir()) == []


def test_an_engine_of_older_code_starts_itself_anew(house, monkeypatch):
    house.until(house.submit("short"), "finished")
    old = set(house.processes())
    source = Path(scheduler.__file__)
    before = source.stat().st_mtime
    os.utime(source, (time.time(), time.time() + 5))
    try:
        house.until(house.submit("short"), "finished")
        assert old - set(house.processes()), "the old fork server should be gone"
    finally:
        os.utime(source, (before, before))


@pytest.mark.skipif(sys.platform != "linux", reason="the fork server is used on Linux only")
def test_a_run_takes_its_seats_from_the_engine_s_own_server(house):
    id = house.submit("seated", command="sleep", payload=60)
    seat = int(house.heard(id, "seat")["message"])
    with RunStore() as store:
        worker = store.get(id)["pid"]
    servers = {psutil.Process(pid).ppid() for pid in (seat, worker)}
    assert len(servers) == 1, "a second fork server would import torch and xgboost again in every run"
    jobs.cancel(id, "me")
    house.until(id, "cancelled")
