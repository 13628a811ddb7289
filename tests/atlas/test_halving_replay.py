"""A quick answer replayed from stored folds: what it names, loses and saves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.atlas.entries import AtlasEntry
from core.atlas.halving_replay import replay_halving
from tests.atlas.made_entries import entry, record


def four(*, first: float) -> AtlasEntry:
    """Four contestants of equal work on five folds; the best one starts with this skill."""
    skills = {"a": (first, 9.0, 9.0, 9.0, 9.0), "b": (6.0,) * 5, "c": (5.0,) * 5, "d": (4.0,) * 5}
    players = tuple(record(key, "classical", values) for key, values in skills.items())
    return replace(entry("x", (1.0,) * 5, (1.0,) * 5), contestants=players, compared=())


def test_the_best_is_named_at_less_than_half_of_the_work() -> None:
    found = replay_halving(four(first=9.0))
    assert found is not None and (found.chosen, found.regret) == ("a", 0.0)
    # Four on the first fold and two on the three that half of the work pays for, of four on five.
    assert found.work == pytest.approx(10 / 20)


def test_what_an_unlucky_first_fold_costs_is_the_regret() -> None:
    found = replay_halving(four(first=1.0))
    assert found is not None and found.chosen == "b" and found.regret == pytest.approx(7.4 - 6.0)


def test_too_little_to_drop_anybody_is_no_answer() -> None:
    whole = four(first=9.0)
    assert replay_halving(replace(whole, folds=2)) is None
    assert replay_halving(replace(whole, contestants=whole.contestants[:1])) is None
