"""Notes about an object live as long as the object, are made once, and stay within their bytes."""

from __future__ import annotations

import gc

import pytest

from core.storage.caches import DerivedCache


class Thing:
    """An object that can be referred to weakly."""


def test_a_note_is_made_once_for_an_object_and_a_name() -> None:
    notes, thing, made = DerivedCache(10_000), Thing(), []
    for name in ("a", "b", "a"):
        notes.get(thing, name, lambda name=name: made.append(name) or name)
    assert made == ["a", "b"]
    assert notes.get(Thing(), "a", lambda: "another") == "another"


def test_notes_leave_with_their_object_and_never_pass_to_its_successor() -> None:
    notes, seen = DerivedCache(10_000_000), set()
    for round_ in range(500):
        thing = Thing()
        assert notes.get(thing, "n", lambda round_=round_: round_) == round_
        seen.add(id(thing))
        del thing
    gc.collect()
    assert len(seen) < 500, "places in memory were used again"
    notes.get(Thing(), "n", lambda: -1)
    assert len(notes) <= 2


def test_bytes_are_bounded_and_the_least_recent_leave_first() -> None:
    notes, thing = DerivedCache(100), Thing()
    for k in range(5):
        notes.get(thing, k, lambda k=k: k, lambda _: 40)
    assert len(notes) == 2
    assert notes.get(thing, 4, lambda: "made again", lambda _: 40) == 4
    assert notes.get(thing, 0, lambda: "made again", lambda _: 40) == "made again"
    notes.get(thing, "huge", lambda: "h", lambda _: 101)
    assert len(notes) == 2, "what has no room at all is handed out and not kept"


def test_a_note_that_cannot_be_made_leaves_nothing() -> None:
    notes, thing = DerivedCache(100), Thing()
    with pytest.raises(ZeroDivisionError):
        notes.get(thing, "n", lambda: 1 / 0)
    assert notes.get(thing, "n", lambda: 3, lambda _: 1) == 3
