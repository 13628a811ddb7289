"""Seats: calls are answered, news flow, and every way a child can end is told in words and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import numpy as np
import psutil
import pytest

from core.schema import Cancelled
from core.workers import hardware, processes
from core.workers.worker_process import InlineWorker, WorkerError, WorkerLost, WorkerProcess

# The limits of a few seconds hold on a core of their own.
pytestmark = pytest.mark.serial

ACTOR = "tests.workers.actor:enter"


@pytest.fixture
def seat():
    with WorkerProcess(ACTOR, "actor", setup={"a": 1}) as one:
        yield one


@pytest.mark.parametrize("kind", [WorkerProcess, InlineWorker])
def test_answers_and_relays_news(kind):
    with kind(ACTOR, "actor", setup={"a": 1}) as one:
        news = []
        assert one.call("tells", 5, news.append) == 5
        assert [progress.step for progress in news] == [0, 1, 2, 3, 4]
        array = np.arange(6.0).reshape(2, 3)
        assert np.array_equal(one.call("echo", array), array)
        assert one.call("setup") == {"a": 1}
        with pytest.raises(WorkerError, match="said so") as caught:
            one.call("fail", "said so")
        assert caught.value.kind == "ValueError"
        assert one.call("echo", 7) == 7
    assert not one.alive
    with pytest.raises(WorkerLost):
        one.call("echo", 1)


def test_setup_error_is_told():
    with WorkerProcess(ACTOR, "actor", setup="refuse") as one, pytest.raises(WorkerError, match="refused"):
        one.call("echo", 1)


@pytest.mark.parametrize(
    ("command", "payload", "words"),
    [
        ("die", signal.SIGKILL, "memory"),
        ("die", signal.SIGABRT, "abort"),
        ("segfault", None, "segmentation"),
        ("leave", 3, "exit code 3"),
    ],
)
def test_death_is_seen_in_words(seat, command, payload, words):
    start = time.monotonic()
    with pytest.raises(WorkerLost, match=words):
        seat.call(command, payload)
    assert time.monotonic() - start < 3
    assert not psutil.pid_exists(seat.pid) or psutil.Process(seat.pid).status() == psutil.STATUS_ZOMBIE


def test_deadline_kills(seat):
    seat.call("echo", 1)
    start = time.monotonic()
    with pytest.raises(WorkerLost, match="limit"):
        seat.call("sleep", 30, deadline=0.5)
    assert time.monotonic() - start < 3


def test_memory_limit_kills_and_says_so():
    with WorkerProcess(ACTOR, "actor", memory_bytes=300_000_000) as one:
        assert one.call("grow", 100_000_000) == 2
        with pytest.raises(WorkerLost, match=r"ran out of memory.* 300 MB"):
            one.call("grow", 4_000_000_000)


def test_cancel_reaches_a_silent_child(seat):
    class Watcher:
        def __call__(self, progress):
            pass

        def check_cancelled(self):
            if time.monotonic() > start + 0.3:
                raise Cancelled

    start = time.monotonic()
    with pytest.raises(Cancelled):
        seat.call("sleep", 30, Watcher())
    assert time.monotonic() - start < 2
    assert not seat.alive


def test_usage_counts_cpu_and_memory_of_the_child(seat):
    first = seat.usage(reset=True)
    seat.call("burn", 0.3)
    seat.call("grow", 150_000_000)
    used = seat.usage()
    assert 0.25 < used["cpu_seconds"] - first["cpu_seconds"] < 2
    assert 140 < used["peak_memory_mb"] < 260


def test_surroundings_are_set_and_the_group_is_joined(seat):
    around = seat.call("surroundings")
    assert around["OMP_WAIT_POLICY"] == "PASSIVE"
    assert around["OMP_NUM_THREADS"] == "1"
    assert around["CUDA_VISIBLE_DEVICES"] == ""
    assert around["pid"] == seat.pid
    assert around["group"] == os.getpgrp()


@pytest.mark.skipif(sys.platform != "linux", reason="the fork server is used on Linux only")
def test_a_warm_seat_is_ready_at_once(seat):
    seat.call("echo", 1)
    times = []
    for _ in range(3):
        start = time.monotonic()
        with WorkerProcess(ACTOR, "actor") as one:
            one.call("echo", 1)
            times.append(time.monotonic() - start)
    assert min(times) < 1.0


def there(pid: int) -> bool:
    """True while a process lives; one that has ended but was not yet collected does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.slow
def test_children_leave_when_their_parent_is_killed():
    script = (
        "import sys; from core.workers.worker_process import WorkerProcess\n"
        f"seat = WorkerProcess({ACTOR!r}, 'actor'); seat.call('echo', 1)\n"
        "print(seat.pid, flush=True); seat.call('sleep', 60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + 30
    while there(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not there(child)


def test_exit_codes_read_as_words():
    assert "native" in processes.exit_reason(-11)
    assert "code 3" in processes.exit_reason(3)
    assert "before" in processes.exit_reason(0)


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (3, 3, "killed from outside; memory had not run out"),
        (3, 4, "killed by the system because memory ran out"),
        (None, 4, "memory may have run out"),
        (3, None, "memory may have run out"),
    ],
)
def test_a_kill_is_named_for_what_it_was(before, now, words, monkeypatch):
    monkeypatch.setattr(hardware, "memory_kills", lambda: now)
    assert words in processes.exit_reason(-9, before)
    lost = processes.exit_reason(processes.SERVER_LOST, before)
    assert words in lost and "fork server" in lost


def test_a_worker_that_somebody_kills_does_not_blame_memory(monkeypatch):
    monkeypatch.setattr(hardware, "memory_kills", lambda: 0)
    with WorkerProcess(ACTOR, "second") as worker:
        os.kill(worker.pid, signal.SIGKILL)
        with pytest.raises(WorkerLost, match="second was killed from outside; memory had not run out"):
            worker.call("echo", 1)


def test_hardware_facts_are_plain_and_bounded():
    facts = hardware.describe_machine()
    assert 0 < facts.cores <= (os.cpu_count() or 1)
    assert 0 < facts.memory_mb <= psutil.virtual_memory().total / 1e6 + 1
    assert hardware.default_device("cpu") == "cpu"
    assert facts.device in ("cpu", "cuda", "mps")
    assert hardware.process_memory(os.getpid()) > 10_000_000
    assert hardware.process_memory(2**22 + 5) == 0


@pytest.mark.parametrize(
    ("device", "outside", "seen"),
    [
        ("cpu", "all", ""),
        ("mps", "0,1", ""),
        ("cuda", "all", "all"),
        ("cuda", "3", "3"),
        ("cuda:1", "all", "1"),
        ("cuda:1", "2,5", "5"),
        ("cuda:7", "2,5", "5"),
    ],
)
def test_a_child_sees_only_the_device_it_was_given(device, outside, seen):
    assert processes.visible_devices(device, outside) == seen


def test_seats_work_where_there_is_no_fork_server(monkeypatch):
    monkeypatch.setattr(processes.sys, "platform", "darwin")
    with WorkerProcess(ACTOR, "actor", threads=2) as one:
        monkeypatch.undo()
        around = one.call("surroundings")
        assert (around["OMP_WAIT_POLICY"], around["OMP_NUM_THREADS"]) == ("PASSIVE", "2")
        with pytest.raises(WorkerLost, match="memory"):
            one.call("die", signal.SIGKILL)
    assert "OMP_NUM_THREADS" not in os.environ or os.environ["OMP_NUM_THREADS"] != "2"
