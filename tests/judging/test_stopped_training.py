"""A family that its budget stopped cannot lose a claim about how well models answer; it can still lose on cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core import registry
from core.judging import stopped_training, use_case_rules
from core.schema import Comparison, Fit
from tests.judging.test_chance_level import cases_of

BY_SKILL = [key for key, claim in registry.discover("claims").items() if claim.by_skill]


def with_stopped(contest, family):
    """The contest in which a family's contestants were stopped, as its comparison on skill then says."""
    runs = tuple(
        replace(run, fits=tuple(replace(fit, stopped="budget", planned_seconds=1.0, full_work_seconds=3.0)
                                for fit in run.fits or (Fit(0, "s", skill=1.0),)))
        if run.family == family else run
        for run in contest.runs
    )  # fmt: skip
    keys = {one: next((run.contestant for run in runs if run.family == one), None) for one in ("deep", "classical")}
    there = [one for one in contest.comparisons if {one.left, one.right} == set(keys.values())]
    pair = there or [Comparison("skill", keys["deep"], keys["classical"], 1.0, 0.0, 2.0, 0.5, 0.0, 0.5, 5, "undecided")]
    marked = [replace(one, stopped=(keys[family],)) for one in pair]
    rest = [one for one in contest.comparisons if one not in there]
    return replace(contest, runs=runs, comparisons=(*marked, *rest))


def decided_cases():
    for key in BY_SKILL:
        for outcome, contests in cases_of(key).items():
            if outcome in ("supported", "contradicted") and len(contests) == 1:
                yield pytest.param(key, outcome, contests[0], id=f"{key}-{outcome}")


@pytest.mark.parametrize("key,outcome,contest", list(decided_cases()))
def test_the_side_that_was_stopped_does_not_lose(key, outcome, contest):
    claim = registry.find("claims", key)
    winner, loser = (claim.favours, "deep" if claim.favours == "classical" else "classical")
    if outcome == "contradicted":
        winner, loser = loser, winner
    verdict = claim.judge(claim, [with_stopped(contest, loser)])
    assert verdict.outcome == "undecided" and "had not converged within the 1 min budget" in verdict.because
    assert "needs about 3 min (estimated)" in verdict.because
    assert claim.judge(claim, [with_stopped(contest, winner)]).outcome == outcome


def test_claims_about_cost_stand_whoever_was_stopped():
    assert {"modality_support", "classical_for_tables", "deep_for_unstructured", "generalisation"} <= set(BY_SKILL)
    claim = registry.find("claims", "training_time")
    for outcome, contests in cases_of("training_time").items():
        assert claim.judge(claim, [with_stopped(contests[0], "deep")]).outcome == outcome


@pytest.mark.parametrize(
    "better,equal_counts,stopped,outcome",
    [
        (0.99, False, (), "supported"),
        (0.99, False, ("right",), "undecided"),
        (0.99, False, ("left",), "supported"),
        (0.0, False, ("left",), "contradicted"),
        (0.0, False, (), "contradicted"),
        (0.5, True, (), "supported"),
        (0.5, True, ("right",), "undecided"),
    ],
)
def test_a_use_case_is_not_lost_by_stopping(better, equal_counts, stopped, outcome):
    worse = {0.99: 0.0, 0.0: 0.99, 0.5: 0.0}[better]
    found = {
        "left": "a", "right": "b", "gap": 1.0, "low": 0.5, "high": 2.0, "scope": "approaches",
        "p_left_better": better, "p_tie": 1 - better - worse, "p_right_better": worse,
        "stopped": [{"left": "a", "right": "b"}[side] for side in stopped],
    }  # fmt: skip
    if (better, stopped) == (0.0, ("left",)):
        outcome = "undecided"
    assert use_case_rules.outcome_of(found, equal_counts) == outcome


def test_a_tie_is_nobodys_loss():
    assert stopped_training.without_stopped_loser("tied", True, True) == "tied"
