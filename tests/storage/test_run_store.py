"""The store: order of service, ownership, first word stands, and it survives many writers."""

from __future__ import annotations

import sys
import threading

import pytest

from core import limits
from core.storage import file_lock as locks
from core.storage import paths
from core.storage.caches import Shelf
from core.storage.run_store import Refused, Store, rid


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "home"))
    with Store() as one:
        yield one


def row(number: int, owner: str = "me") -> dict[str, str]:
    return {"id": f"{number:032x}", "owner": owner, "kind": "contest", "name": "", "title": "", "spec": "{}"}


def test_the_least_recently_served_owner_is_next(store):
    for number, owner in enumerate(["me", "me", "me", "you", "you", "they"]):
        store.add(row(number, owner))
    assert [int(id, 16) for id in store.queue()] == [0, 3, 5, 1, 4, 2]
    served = []
    while (taken := store.claim()) is not None:
        served.append(int(taken["id"], 16))
        store.finish(taken["id"], "finished")
    assert served == [0, 3, 5, 1, 4, 2]
    store.add(row(7, "me"))
    store.add(row(8, "new"))
    assert int(store.claim()["id"], 16) == 8


def test_the_first_end_stands(store):
    store.add(row(1))
    assert not store.finish(row(1)["id"], "finished")
    store.claim()
    assert store.cancel(row(1)["id"], "me")
    assert store.cancelled(row(1)["id"]) > 0
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
    assert not store.forget(id, "me")
    store.cancel(id, "me")
    store.tell(id, '{"stage": "x"}')
    assert not store.forget(id, "you")
    assert store.forget(id, "me")
    assert store.events(id) == []
    assert store.cancelled(id) == 0.0


def test_events_are_numbered_and_bounded(store):
    id = row(1)["id"]
    for step in range(5):
        store.tell(id, f'{{"step": {step}}}')
    assert [(event["seq"], event["step"]) for event in store.events(id, after=3)] == [(4, 3), (5, 4)]
    assert len(store.events(id, most=2)) == 2
    with Store() as other:
        other.tell(id, "{}")
    assert [event["seq"] for event in store.events(id)] == [1, 2, 3, 4, 5, 6]


def test_the_queue_of_an_owner_is_bounded(store):
    for number in range(limits.QUEUE_PER_OWNER):
        store.add(row(number))
    with pytest.raises(Refused, match="limit"):
        store.add(row(99))
    store.add(row(99, "you"))


def test_the_queue_of_everybody_is_bounded(store, monkeypatch):
    monkeypatch.setattr(limits, "QUEUE_IN_ALL", 3)
    for number in range(3):
        store.add(row(number, f"owner {number}"))
    with pytest.raises(Refused, match="on this server"):
        store.add(row(99, "somebody else"))


def test_many_open_a_new_store_at_once(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "fresh"))
    gate, faults = threading.Barrier(12), []

    def open_and_add(number):
        gate.wait()
        try:
            with Store() as one:
                one.add(row(number, f"owner {number}"))
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=open_and_add, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with Store() as one:
        assert len(one.ids()) == 12


@pytest.mark.parametrize(
    "text", ["", "0" * 31, "0" * 33, "G" * 32, "../../../../../../etc/passwd0000", None, 7, "0" * 31 + "\n"]
)
def test_an_id_is_32_hex_digits_and_nothing_else(text):
    assert rid(text) is None


def test_write_is_whole_or_nothing(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    paths.write(path, "one")
    monkeypatch.setattr(paths.os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        paths.write(path, "two")
    assert path.read_text() == "one"
    assert [one.name for one in tmp_path.iterdir()] == ["a.json"]


def test_home_is_private(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "h"))
    assert paths.runs().parent == paths.home() == tmp_path / "h"
    assert paths.home().stat().st_mode & 0o077 == 0
    assert paths.runs().stat().st_mode & 0o077 == 0


def test_a_lock_is_held_once_and_given_back(tmp_path):
    held = locks.take(tmp_path / "lock")
    assert locks.take(tmp_path / "lock") is None
    assert locks.held(tmp_path / "lock")
    held.close()
    assert not locks.held(tmp_path / "lock")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no shared lock to ask with")
def test_many_who_ask_do_not_take_each_other_for_holders(tmp_path):
    seen = []

    def ask():
        seen.extend(locks.held(tmp_path / "lock") for _ in range(300))

    askers = [threading.Thread(target=ask) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(seen) == 2400
    assert not any(seen)


def test_the_shelf_keeps_its_bound_and_sees_changes(tmp_path):
    shelf, read = Shelf(10), []

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
