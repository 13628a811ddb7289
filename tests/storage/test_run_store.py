"""The store: order of service, ownership, first word stands, and it survives many writers."""

from __future__ import annotations

import sys
import threading

import pytest

from core import limits
from core.storage import file_lock, paths
from core.storage.caches import FileCache
from core.storage.run_store import JobRejected, RunStore, valid_run_id


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "home"))
    with RunStore() as one:
        yield one


def row(number: int, owner: str = "me") -> dict[str, str]:
    return {"id": f"{number:032x}", "owner": owner, "kind": "contest", "name": "", "title": "", "spec": "{}"}


def test_the_least_recently_served_owner_is_next(store):
    for number, owner in enumerate(["me", "me", "me", "you", "you", "they"]):
        store.add(row(number, owner))
    assert [int(id, 16) for id in store.queued_ids()] == [0, 3, 5, 1, 4, 2]
    served = []
    while (taken := store.take_next()) is not None:
        served.append(int(taken["id"], 16))
        store.finish(taken["id"], "finished")
    assert served == [0, 3, 5, 1, 4, 2]
    store.add(row(7, "me"))
    store.add(row(8, "new"))
    assert int(store.take_next()["id"], 16) == 8


def test_the_first_end_stands(store):
    store.add(row(1))
    assert not store.finish(row(1)["id"], "finished")
    store.take_next()
    assert store.cancel(row(1)["id"], "me")
    assert store.cancel_requested_at(row(1)["id"]) > 0
    assert store.finish(row(1)["id"], "cancelled", "why")
    assert not store.finish(row(1)["id"], "finished")
    assert store.get(row(1)["id"])["state"] == "cancelled"
    assert not store.cancel(row(1)["id"], "me")


def test_only_the_owner_reads_cancels_and_forgets(store):
    store.add(row(1))
    id = row(1)["id"]
    assert store.get(id, "you") is None
    assert store.get(id, "me")["owner"] == "me"
    assert not store.cancel(id, "you")
    assert not store.delete(id, "me")
    store.cancel(id, "me")
    store.add_event(id, '{"stage": "x"}')
    assert not store.delete(id, "you")
    assert store.delete(id, "me")
    assert store.events(id) == []
    assert store.cancel_requested_at(id) == 0.0


def test_events_are_numbered_and_bounded(store):
    id = row(1)["id"]
    for step in range(5):
        store.add_event(id, f'{{"step": {step}}}')
    assert [(event["seq"], event["step"]) for event in store.events(id, after=3)] == [(4, 3), (5, 4)]
    assert len(store.events(id, limit=2)) == 2
    with RunStore() as other:
        other.add_event(id, "{}")
    assert [event["seq"] for event in store.events(id)] == [1, 2, 3, 4, 5, 6]


def test_the_queue_of_an_owner_is_bounded(store):
    for number in range(limits.QUEUE_PER_OWNER):
        store.add(row(number))
    with pytest.raises(JobRejected, match="limit"):
        store.add(row(99))
    store.add(row(99, "you"))


def test_the_queue_of_everybody_is_bounded(store, monkeypatch):
    monkeypatch.setattr(limits, "QUEUE_IN_ALL", 3)
    for number in range(3):
        store.add(row(number, f"owner {number}"))
    with pytest.raises(JobRejected, match="on this server"):
        store.add(row(99, "somebody else"))


def test_many_open_a_new_store_at_once(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "fresh"))
    gate, faults = threading.Barrier(12), []

    def open_and_add(number):
        gate.wait()
        try:
            with RunStore() as one:
                one.add(row(number, f"owner {number}"))
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=open_and_add, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with RunStore() as one:
        assert len(one.run_ids()) == 12


@pytest.mark.parametrize(
    "text", ["", "0" * 31, "0" * 33, "G" * 32, "../../../../../../etc/passwd0000", None, 7, "0" * 31 + "\n"]
)
def test_an_id_is_32_hex_digits_and_nothing_else(text):
    assert valid_run_id(text) is None


def test_write_is_whole_or_nothing(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    paths.write_atomically(path, "one")
    monkeypatch.setattr(paths.os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        paths.write_atomically(path, "two")
    assert path.read_text() == "one"
    assert [one.name for one in tmp_path.iterdir()] == ["a.json"]


def test_home_is_private(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "h"))
    assert paths.runs_folder().parent == paths.home_folder() == tmp_path / "h"
    assert paths.home_folder().stat().st_mode & 0o077 == 0
    assert paths.runs_folder().stat().st_mode & 0o077 == 0


def test_a_lock_is_held_once_and_given_back(tmp_path):
    held = file_lock.acquire(tmp_path / "lock")
    assert file_lock.acquire(tmp_path / "lock") is None
    assert file_lock.is_locked(tmp_path / "lock")
    held.close()
    assert not file_lock.is_locked(tmp_path / "lock")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no shared lock to ask with")
def test_many_who_ask_do_not_take_each_other_for_holders(tmp_path):
    seen = []

    def ask():
        seen.extend(file_lock.is_locked(tmp_path / "lock") for _ in range(300))

    askers = [threading.Thread(target=ask) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(seen) == 2400
    assert not any(seen)


def test_the_shelf_keeps_its_bound_and_sees_changes(tmp_path):
    shelf, read = FileCache(10), []

    def parse(text):
        read.append(text)
        return [text]

    for name, text in (("a", "1234"), ("b", "5678"), ("c", "90ab")):
        (tmp_path / name).write_text(text)
        shelf.read(tmp_path / name, parse)
    assert len(shelf) == 2
    assert shelf.read(tmp_path / "c", parse) is shelf.read(tmp_path / "c", parse)
    assert read == ["1234", "5678", "90ab"]
    shelf.read(tmp_path / "a", parse)
    (tmp_path / "a").write_text("new!!")
    assert shelf.read(tmp_path / "a", parse) == ["new!!"]
    (tmp_path / "big").write_text("x" * 11)
    shelf.read(tmp_path / "big", parse)
    assert len(shelf) <= 2
