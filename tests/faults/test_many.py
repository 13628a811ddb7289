"""Many faults in a row and many visitors at once: nothing acknowledged is lost, nothing leaks, nothing hangs."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from core.runtime import jobs
from core.schema import Plan
from core.storage import paths
from core.storage.run_store import ENDED, RunStore

SERVER = (
    "import sys; from core.runtime import jobs; from core.schema import Plan, Task\n"
    "jobs.SCHEDULER_COMMAND = ('-m', 'tests.faults.engine')\n"
    "id = jobs.submit(sys.argv[1], Task('y', 'classification', 'binary'), Plan(), 'me', 'steady', seconds=0.3)\n"
    "print(id, flush=True); jobs.wait(id, 'me', 60)"
)


def kill(pid):
    with contextlib.suppress(ProcessLookupError, TypeError):
        os.kill(pid, signal.SIGKILL)


def worker(id):
    with RunStore() as store:
        row = store.get(id)
    return row["pid"] if row["state"] == "running" else None


def seat(id):
    told = [event["message"] for event in jobs.get_events(id, "me") if event["stage"] == "seat"]
    return int(told[0]) if told else None


def through_server(house, pause):
    """Submits from a process of its own and kills that; the id only counts once it was printed."""
    command = [sys.executable, "-c", SERVER, str(house.parcel)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    id = server.stdout.readline().strip()
    time.sleep(pause)
    server.kill()
    server.wait()
    server.stdout.close()
    return id


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_hundred_kills_lose_nothing(house):
    luck = random.Random(7)
    acknowledged = []
    for turn in range(100):
        victim = luck.choice(["worker", "worker", "seat", "engine", "engine", "server"])
        pause = luck.uniform(0.0, 0.6)
        if victim == "server":
            id = through_server(house, pause)
        else:
            kind = "seated" if victim == "seat" else "steady"
            id = house.submit(kind, seconds=0.3, command="sleep", payload=0.3)
            time.sleep(pause)
            kill(house.engine() if victim == "engine" else {"worker": worker, "seat": seat}[victim](id))
        acknowledged.append(id)
        house.until(id, *ENDED)
        if turn % 10 == 9:
            house.until(house.submit("short"), "finished")
    for id in acknowledged:
        seen = house.until(id, *ENDED)
        assert seen["state"] in ("finished", "interrupted"), seen
        if seen["state"] == "finished":
            assert jobs.load_result(id, "me") is not None
        else:
            assert len(seen["reason"]) > 20
    with RunStore() as store:
        assert store.running() == []
        assert set(acknowledged) <= store.run_ids()
    with contextlib.closing(sqlite3.connect(paths.home_folder() / "runs.sqlite3")) as line:
        assert line.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert not list(paths.runs_folder().glob("*/.*.json.*"))
    house.until(house.submit("short"), "finished")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_hundred_cancels_at_random_moments(house):
    luck = random.Random(11)
    house.until(house.submit("short"), "finished")
    slowest = 0.0
    for _ in range(100):
        id = house.submit(luck.choice(["steady", "seated"]), seconds=20, command="sleep", payload=20)
        time.sleep(luck.uniform(0.0, 0.5))
        start = time.monotonic()
        assert jobs.cancel(id, "me")
        house.until(id, "cancelled")
        slowest = max(slowest, time.monotonic() - start)
    assert slowest < 5.0
    house.until(house.submit("short"), "finished")


@pytest.mark.slow
def test_twenty_visitors_see_only_their_own(house, tmp_path):
    ids, faults = {}, []
    gate = threading.Barrier(20)

    def visit(number):
        owner, word = jobs.new_owner_id(), f"canary-{number}"
        try:
            parcel = tmp_path / word
            parcel.mkdir()
            (parcel / "canary.txt").write_text(word, encoding="utf-8")
            (parcel / "dataset.json").write_text(f'{{"name": "{word}"}}', encoding="utf-8")
            gate.wait()
            mine = []
            for _ in range(2):
                id = jobs.submit(parcel, None, Plan(), owner, "canary")
                mine.append(id)
                ids[id] = owner
            for id in mine:
                seen = house.until(id, *ENDED, owner=owner, seconds=120)
                assert (seen["state"], seen["name"]) == ("finished", word), seen
                assert jobs.load_result(id, owner).dataset["canary"] == word
                told = {event["message"] for event in jobs.get_events(id, owner) if event["stage"] == "fit"}
                assert told == {word}
            for id, other in list(ids.items()):
                if other != owner:
                    assert jobs.get_state(id, owner) is None
                    assert jobs.load_result(id, owner) is None
                    assert jobs.get_events(id, owner) == []
        except BaseException as error:
            faults.append((number, repr(error)))

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(ids) == 40
