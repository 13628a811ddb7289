"""Writing, ranking and driving as whole use cases: real data, tiny budget, the rules of their verdicts."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from core import arena, registry
from core.schema import Comparison, Contest, Fit, LoadError, Plan, Run, Task

KEYS = ("generative", "recommendation", "autonomous")
QUICK = {"generative": ("PIECES", 240), "recommendation": ("LEAST", 16), "autonomous": ("EPISODES", 30)}
FAMILIES = {"generation": "corpus", "ranking": "interactions", "control": "control"}


def quiet(news):
    pass


@pytest.mark.slow
@pytest.mark.parametrize("key", KEYS)
def test_the_whole_use_case_on_a_tiny_budget(key, monkeypatch):
    from core.scenarios import autonomous, generative, recommendation
    from core.scenarios.generative import picture_contest

    module = {"generative": generative, "recommendation": recommendation, "autonomous": autonomous}[key]
    name, size = QUICK[key]
    monkeypatch.setattr(module, name, size)
    for setting, small in (("ROWS", 400), ("JUDGE_ROWS", 200), ("SECONDS", 0.1)):
        monkeypatch.setattr(picture_contest, setting, small)
    scenario = registry.find("scenarios", key)
    plan = replace(scenario.plan, folds=2, budget_seconds=4.0)
    played = arena.run_use_case(key, plan, 0, quiet, worker_mode="inline")
    assert played.scenario == key and len(played.parts) == len(scenario.more)
    families = {run.family for run in played.runs}
    assert families >= {"classical", "deep", "hybrid"}
    for run in played.runs:
        assert run.error is None and len(run.fits) == 2, run.error
        assert all(np.isfinite(fit.skill) for fit in run.fits) and run.parameters > 0
        assert run.readings["latency_p50"].values and run.readings["size"].values
    study = played.study["sections"]
    assert study and json.dumps(study, allow_nan=False)
    assert all(section["rows"] and section["kind"] and section["title"] for section in study)
    verdict = scenario.judge(scenario, played)
    assert verdict.claim == key and verdict.outcome in ("supported", "contradicted", "tied", "undecided")
    assert verdict.because and verdict.regime


@pytest.mark.parametrize("key", KEYS)
def test_the_data_is_the_same_under_one_seed_and_carries_its_scale(key):
    scenario = registry.find("scenarios", key)
    (one, task), (two, _) = scenario.load(3), scenario.load(3)
    assert task.kind in FAMILIES and one.modality == FAMILIES[task.kind] == scenario.modality
    assert len(one) == len(two) >= 60 and json.dumps(dict(one.facts), allow_nan=False)
    assert one.facts["score_of_chance"] != one.facts["score_of_perfect"]

    def rows(data):
        return data.inputs.to_numpy() if hasattr(data.inputs, "columns") else data.inputs

    assert (rows(one) == rows(two)).all()


@pytest.mark.parametrize("key", KEYS)
def test_every_family_is_at_the_table(key):
    dataset, task = registry.find("scenarios", key).load(0)
    there = [
        one for one in registry.discover("contestants").values()
        if dataset.modality in one.modalities and task.kind in one.kinds
        and one.unsupported_reason(dataset, task) is None
    ]  # fmt: skip
    assert {one.family for one in there} >= {"classical", "deep", "hybrid"}


def pair(left, right, gap, chances):
    p_left, p_tie, p_right = chances
    return Comparison("skill", left, right, gap, gap - 1, gap + 1, p_left, p_tie, p_right, 5, "undecided")


def contest(chances):
    """A contest in which deep, classical and hybrid were compared with these probabilities."""
    runs = tuple(Run(name, name, name) for name in ("classical", "deep", "hybrid"))
    compared = tuple(
        pair(left, right, 3.0, chances)
        for left, right in (("deep", "classical"), ("hybrid", "classical"), ("hybrid", "deep"))
    )
    part = {
        "title": "other",
        "runs": [{"contestant": run.contestant, "family": run.family} for run in runs],
        "comparisons": [asdict(one) for one in compared],
    }
    data = {"name": "made"}
    return Contest("", "", data, Task(None, "control", "control"), Plan(), runs, compared, parts=(part,))


CASES = [
    ((0.99, 0.01, 0.0), {"generative": "supported", "autonomous": "supported", "recommendation": "supported"}),
    ((0.0, 0.01, 0.99), dict.fromkeys(KEYS, "contradicted")),
    ((0.01, 0.98, 0.01), {"generative": "contradicted", "autonomous": "contradicted", "recommendation": "tied"}),
    ((0.5, 0.2, 0.3), dict.fromkeys(KEYS, "undecided")),
]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("chances", "outcomes"), CASES)
def test_the_rule_of_each_verdict(key, chances, outcomes):
    scenario = registry.find("scenarios", key)
    assert scenario.judge(scenario, contest(chances)).outcome == outcomes[key]


def test_a_classical_driver_that_never_falls_leaves_nothing_to_be_better_by():
    scenario = registry.find("scenarios", "autonomous")
    unsure = contest((0.5, 0.2, 0.3))
    fits = tuple(Fit(fold, "split", skill=100.0) for fold in range(5))
    runs = tuple(replace(run, fits=fits) if run.family == "classical" else run for run in unsure.runs)
    verdict = scenario.judge(scenario, replace(unsure, runs=runs))
    assert verdict.outcome == "contradicted" and "which never falls" in verdict.because
    stumbling = tuple(replace(run, fits=(*fits, Fit(5, "split", skill=97.0))) for run in runs)
    assert scenario.judge(scenario, replace(unsure, runs=stumbling)).outcome == "undecided"


@pytest.mark.parametrize("key", KEYS)
def test_nothing_played_is_not_measured(key):
    scenario = registry.find("scenarios", key)
    empty = Contest("", "", {"name": "made"}, Task(None, "control", "control"), Plan())
    assert scenario.judge(scenario, empty).outcome == "not measured"


def test_a_corpus_of_two_hundred_characters_never_reaches_the_table():
    from core.models.generation import character_model

    with pytest.raises(LoadError, match="too little to learn to write from"):
        character_model.corpus_dataset(
            *character_model.split_chunks("It was a dark and stormy night. " * 6)[:1], "note"
        )
