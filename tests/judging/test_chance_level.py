"""Where nobody beats guessing no claim and no use case has a vote, whatever else was measured there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core import registry
from core.judging import chance_level
from core.schema import Comparison, Contest, Fit, Plan, Run, Task
from tests.claims import test_bottom_line_claims, test_claims, test_experts_claim, test_sentence_claims

NOISE = (-0.8, 0.3, -1.2, 0.1, -0.5)
SHUFFLED = (0.4, -0.3, 0.2, -0.1, -0.2)
TASK = Task("y", "classification", "binary")
CLAIMS = sorted(registry.discover("claims"))
SCENARIOS = sorted(registry.discover("scenarios"))


def with_skills(contest, *skills):
    """The same contest with these skills, a contestant each, a fold each."""
    runs = tuple(
        replace(
            run,
            fits=tuple(
                replace(run.fits[fold] if fold < len(run.fits) else Fit(fold, "s"), skill=skill)
                for fold, skill in enumerate(values)
            ),
        )
        for run, values in zip(contest.runs, skills, strict=True)
    )
    return replace(contest, runs=runs)


def cases_of(key):
    """Contests that make a claim decide: {outcome: contests}."""
    bottom = test_bottom_line_claims
    if key == "router":
        return {"supported": bottom.world((-9, -10, -11, -10), "table") + bottom.world((9, 10, 11, 10), "image")}
    if key == "classical_for_tables":
        return {"supported": [bottom.played("t", bottom.TIE)], "contradicted": [bottom.played("t", bottom.DEEP)]}
    if key == "deep_for_unstructured":
        return {"supported": [bottom.played("p", bottom.DEEP, "image")]}
    if key == "demand_forecasting":
        sales = test_sentence_claims
        return {
            "supported": [sales.played(50.0, 0.5, sales.LEVEL)], "contradicted": [sales.played(50.0, 0.5, sales.DEEP)],
        }  # fmt: skip
    if key == "experts":
        experts = test_experts_claim
        return {
            "supported": [experts.played(4.0, 4.2, 3.9, 4.1, 4.0)],
            "contradicted": [experts.played(0.0, 0.1, -0.1, 0.0)],
        }  # fmt: skip
    return {outcome: [one] for outcome, one in test_claims.CASES[key].items()}


@pytest.mark.parametrize("key", CLAIMS)
def test_no_claim_that_rests_on_fitted_models_has_a_vote_where_nobody_beats_chance(key):
    claim = registry.find("claims", key)
    for outcome, contests in cases_of(key).items():
        assert claim.judge(claim, contests).outcome == outcome
        idle = [with_skills(contest, NOISE, SHUFFLED) for contest in contests]
        verdict = claim.judge(claim, idle)
        if key == "ecosystem":
            assert not claim.learned and verdict.outcome == outcome
            continue
        assert claim.learned and verdict.outcome == "not measured", verdict.because
        assert chance_level.NO_VOTE in verdict.because and verdict.because.endswith(".")


@pytest.mark.parametrize("key", [key for key in CLAIMS if key not in ("router", "ecosystem")])
def test_idle_data_are_named_beside_data_that_vote(key):
    claim = registry.find("claims", key)
    outcome, (good, *_) = next(iter(cases_of(key).items()))
    idle = with_skills(good, NOISE, SHUFFLED)
    idle = replace(idle, id="idle", dataset={**idle.dataset, "name": "noise", "digest": "noise"})
    verdict = claim.judge(claim, [good, idle])
    assert verdict.outcome == outcome and len(verdict.evidence["ballots"]) == 1
    assert f"No vote from noise: {chance_level.NO_VOTE}." in verdict.because
    assert verdict.evidence["abstained"] == ["noise"]


def test_an_idle_contest_takes_no_vote_from_an_earlier_one_on_the_same_data():
    claim = registry.find("claims", "training_time")
    good = test_claims.CASES["training_time"]["supported"]
    later = replace(with_skills(good, NOISE, SHUFFLED), id="later", finished="2026-02-01")
    verdict = claim.judge(claim, [good, later])
    assert verdict.outcome == "supported" and chance_level.NO_VOTE not in verdict.because


def use_case_contest(key, skills):
    """A contest of a use case in which the favoured side wins clearly and every reading a rule asks for is there."""
    scenario = registry.find("scenarios", key)
    families = ("classical", "deep", "hybrid")
    readings = {
        "latency_p95": test_claims.MeasurementResult((1.0,)),
        "regulatory": test_claims.evidence(8),
    }
    runs = tuple(
        Run(f"toy_{one}", one, one, fits=tuple(Fit(k, "s", skill=s) for k, s in enumerate(skills)), readings=readings)
        for one in families
    )
    compared = tuple(
        Comparison("skill", f"toy_{left}", f"toy_{right}", 9.0, 8.0, 10.0, 1.0, 0.0, 0.0, 5, f"toy_{left}")
        for left, right in (("deep", "classical"), ("hybrid", "classical"), ("hybrid", "deep"))
    )
    facts = {"name": "toy", "modality": scenario.modality, "digest": "toy"}
    return scenario, Contest("c", "d", facts, TASK, Plan(), runs, compared, regime="r", scenario=key)


@pytest.mark.parametrize("key", SCENARIOS)
def test_no_use_case_has_a_verdict_where_nobody_beats_chance(key):
    scenario, learnt = use_case_contest(key, (50.0, 51.0, 52.0, 51.0, 50.0))
    assert scenario.judge(scenario, learnt).outcome != "not measured"
    scenario, idle = use_case_contest(key, NOISE)
    verdict = scenario.judge(scenario, idle)
    assert verdict.outcome == "not measured"
    assert verdict.because.startswith(f"No vote: {chance_level.NO_VOTE} (toy). ")


def test_an_idle_part_of_a_use_case_withholds_its_verdict():
    scenario, learnt = use_case_contest("tabular", (50.0, 51.0, 52.0, 51.0, 50.0))
    part = test_bottom_line_claims.part("prices", test_bottom_line_claims.DEEP)
    told = scenario.judge(scenario, replace(learnt, parts=(part,)))
    assert told.outcome == "contradicted"
    idle = {**part, "runs": [{**run, "skill": list(NOISE)} for run in part["runs"]]}
    verdict = scenario.judge(scenario, replace(learnt, parts=(idle,)))
    assert verdict.outcome == "not measured" and "(prices)" in verdict.because


@pytest.mark.parametrize(
    ("skills", "beaten"),
    [
        ((50.0, 51.0, 49.0), True),
        (NOISE, False),
        ((0.5, 0.6, 0.4, 0.5, 0.55), True),
        ((2.0, -1.0, 3.0, -2.0, 1.0), False),
        ((1.0,), True),
        ((0.9,), False),
    ],
)
def test_who_beats_chance(skills, beaten):
    assert chance_level.beats_chance(skills, 0.25, 1.0) is beaten


def test_dummies_failures_and_contests_without_skills_decide_nothing():
    fits = (Fit(0, "s", skill=90.0), Fit(1, "s", skill=90.0))
    dummy, broken = Run("d", "", "chance", fits=fits), Run("b", "", "deep", fits=fits, error="lost")
    blank = Contest("c", "d", {}, TASK, Plan(), (dummy, broken, Run("n", "", "classical", fits=(Fit(0, "s"),))))
    assert not chance_level.nobody_beats_chance(blank)
    idle = Run("i", "", "classical", fits=tuple(Fit(k, "s", skill=s) for k, s in enumerate(NOISE)))
    assert chance_level.nobody_beats_chance(replace(blank, runs=(*blank.runs, idle)))
