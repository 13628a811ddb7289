"""A private store with the tests' engine behind it, and nothing left of either afterwards."""

from __future__ import annotations

import contextlib
import os
import signal
import time

import psutil
import pytest

from core.runtime import jobs
from core.schema import Plan, Task
from core.storage import file_lock, paths

TASK = Task("y", "classification", "binary")
PLAN = Plan(contestants=("dummy",))


class House:
    """What the tests do to a running Crossover."""

    def __init__(self, parcel):
        self.parcel = parcel

    def submit(self, kind, owner="me", **extra):
        return jobs.submit(self.parcel, TASK, PLAN, owner, kind, **extra)

    def until(self, id, *states, owner="me", seconds=20.0):
        """The run's state once it is one of ``states``; fails when it does not come in time."""
        end = time.monotonic() + seconds
        seen = None
        while time.monotonic() < end:
            seen = jobs.get_state(id, owner)
            if seen is not None and seen["state"] in states:
                return seen
            time.sleep(0.02)
        raise AssertionError(f"{states} did not come; last seen {seen}")

    def heard(self, id, stage, owner="me", seconds=20.0):
        """The first event of a stage."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for event in jobs.get_events(id, owner):
                if event["stage"] == stage:
                    return event
            time.sleep(0.02)
        raise AssertionError(f"no event {stage}; state {jobs.get_state(id, owner)}")

    def engine(self):
        """The engine's process id, None when there is none."""
        here = str(paths.home_folder().resolve())
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get("CROSSOVER_HOME") == here and "tests.faults.engine" in process.cmdline():
                    return process.pid
        return None

    def processes(self):
        """Every process that belongs to this store."""
        here = str(paths.home_folder().resolve())
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                mine = process.environ().get("CROSSOVER_HOME") == here and process.pid != os.getpid()
                if mine and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process.pid)
        return found


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(jobs, "SCHEDULER_COMMAND", ("-m", "tests.faults.engine"))
    parcel = tmp_path / "parcel"
    parcel.mkdir()
    (parcel / "dataset.json").write_text('{"name": "little"}', encoding="utf-8")
    one = House(parcel)
    yield one
    end = time.monotonic() + 10.0
    while one.processes() and time.monotonic() < end:
        for pid in one.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    while file_lock.is_locked(paths.home_folder() / "engine.start") and time.monotonic() < end:
        time.sleep(0.05)
    assert not one.processes()
