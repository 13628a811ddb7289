"""Every claim exactly once, whatever its rule does."""

from types import MappingProxyType

import pytest

from core import registry, verdicts
from core.schema import Claim, Contest, Plan, Verdict
from tests.verdicts.table_of_runs import TASK

CONTEST = Contest(id="", digest="", dataset={}, task=TASK, plan=Plan())


def claim(key, judge, row=1, section="table"):
    return Claim(key, row, key, "says", "deep", (), judge, section=section)


@pytest.fixture
def room(monkeypatch):
    def fill(*claims):
        there = MappingProxyType({one.key: one for one in claims})
        monkeypatch.setattr(registry, "discover", lambda name: there)

    return fill


def broken(claim, contests):
    raise KeyError("latency")


def test_a_broken_rule_costs_only_its_own_verdict(room):
    room(
        claim("b", broken, row=2),
        claim("a", lambda one, contests: Verdict("a", "tied", f"{len(contests)} seen"), row=1),
    )
    first, second = verdicts.judge([CONTEST])
    assert (first.claim, first.outcome, first.because) == ("a", "tied", "1 seen")
    assert (second.claim, second.outcome) == ("b", "not measured") and "latency" in second.because


@pytest.mark.parametrize(
    "answer",
    [None, "supported", Verdict("other", "tied", "x"), Verdict("a", "maybe", "x"), Verdict("a", "tied", "  ")],
)
def test_an_unusable_answer_is_not_measured(room, answer):
    room(claim("a", lambda one, contests: answer))
    (only,) = verdicts.judge([CONTEST])
    assert only.outcome == "not measured" and only.because


def test_order_follows_the_document(room):
    def say(one, contests):
        return Verdict(one.key, "tied", "x")

    room(claim("z", say, 1, "use case"), claim("y", say, 3), claim("x", say, 2))
    assert [one.claim for one in verdicts.judge([])] == ["x", "y", "z"]


def test_every_shipped_claim_answers_without_any_contest():
    there = registry.discover("claims")
    judged = verdicts.judge([])
    assert sorted(one.claim for one in judged) == sorted(there)
    assert {one.outcome for one in judged} <= {"not measured"}
    assert all(one.because for one in judged)
