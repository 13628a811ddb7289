"""Pictures, language, regulated decisions and sensors: their data, rules and studies, and a whole play of each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import registry
from core.schema import Comparison, Contest, Fit, MeasurementResult, Plan, Run, Task

KEYS = ("vision", "language", "regulated", "anomaly")
TASK = Task("y", "classification", "binary")
MODULES = {key: __import__(f"core.scenarios.{key}", fromlist=["SCENARIO"]) for key in KEYS}


def quiet(news):
    pass


def skill(left, right, gap, chances):
    better, worse = chances
    winner = left if better >= 0.95 else right if worse >= 0.95 else "undecided"
    return Comparison("skill", left, right, gap, gap - 1, gap + 1, better, 1 - better - worse, worse, 10, winner)


def contest(chances=(0.5, 0.1), gap=1.0, **readings):
    """Deep against classical with these probabilities of deep being better and worse; readings by family."""
    runs = tuple(
        Run(
            f"toy_{family}", f"Toy {family}", family, fits=tuple(Fit(fold, "s", skill=50.0) for fold in range(5)),
            readings=readings.get(family, {}),
        )
        for family in ("deep", "classical")
    )  # fmt: skip
    facts = {"name": "toy", "modality": "table", "digest": "toy"}
    one = skill("toy_deep", "toy_classical", gap, chances)
    return Contest("c", "d", facts, TASK, Plan(), runs, (one,), regime="toy regime")


def judged(key, played):
    scenario = registry.find("scenarios", key)
    verdict = scenario.judge(scenario, played)
    assert verdict.claim == key and verdict.because.endswith(".")
    return verdict


@pytest.mark.parametrize("key", KEYS)
def test_data_and_task_agree_and_a_seed_is_a_seed(key):
    scenario = registry.find("scenarios", key)
    for load in (scenario.load, *(one for _, one in scenario.more)):
        (dataset, task), (again, _) = load(3), load(3)
        assert dataset.modality == scenario.modality and 60 <= len(dataset) <= 4_000
        assert dataset.target is not None and len(dataset.labels) == len(np.unique(dataset.target))
        assert (np.asarray(dataset.target) == np.asarray(again.target)).all()
        for contestant in scenario.contestants:
            declared = registry.find("contestants", contestant)
            assert task.kind in declared.kinds and dataset.modality in declared.modalities


@pytest.mark.parametrize("key", ["vision", "language", "anomaly"])
def test_classical_deep_and_hybrid_meet_away_from_tables(key):
    named = registry.find("scenarios", key).contestants
    assert {registry.find("contestants", one).family for one in named} == {"classical", "deep", "hybrid"}


@pytest.mark.parametrize("key", sorted(registry.discover("scenarios")))
def test_every_use_tells_its_rule_and_its_way_for_own_data(key):
    scenario = registry.find("scenarios", key)
    assert len(scenario.rule) > 60 and scenario.own_data and scenario.plan.budget_seconds <= 60


@pytest.mark.parametrize("key", KEYS)
def test_every_use_is_one_of_the_document_and_favours_the_same_side(key):
    from core import document

    scenario = registry.find("scenarios", key)
    use = next(use for use in document.load().use_cases if use.key == scenario.use_case)
    assert scenario.favours == use.favours and scenario.about and scenario.own_data and scenario.study


@pytest.mark.parametrize(
    ("chances", "outcome"), [((0.99, 0.0), "supported"), ((0.0, 0.99), "contradicted"), ((0.5, 0.1), "undecided")]
)
@pytest.mark.parametrize("key", ["vision", "language"])
def test_pictures_and_language_go_by_skill(key, chances, outcome):
    assert judged(key, contest(chances)).outcome == outcome


def late(classical, deep):
    return {
        family: {"latency_p95": MeasurementResult((ms,))} for family, ms in (("classical", classical), ("deep", deep))
    }  # fmt: skip


@pytest.mark.parametrize(
    ("chances", "speeds", "outcome"),
    [
        ((0.0, 0.99), (1.0, 1.0), "supported"),
        ((0.01, 0.01), (1.0, 1.0), "supported"),
        ((0.99, 0.0), (1.0, 1.0), "contradicted"),
        ((0.99, 0.0), (1.0, 90.0), "supported"),
        ((0.0, 0.99), (90.0, 1.0), "contradicted"),
        ((0.0, 0.99), (90.0, 90.0), "undecided"),
        ((0.5, 0.1), (1.0, 1.0), "undecided"),
    ],
)
def test_sensors_go_by_skill_within_the_latency_limit(chances, speeds, outcome):
    assert judged("anomaly", contest(chances, **late(*speeds))).outcome == outcome


def test_sensors_without_a_latency_are_not_measured():
    assert judged("anomaly", contest()).outcome == "not measured"


def evidence(passed, of=10):
    items = [{"key": f"item{place}", "passed": place < passed} for place in range(of)]
    return {"regulatory": MeasurementResult((passed / of,), {"items": items})}


@pytest.mark.parametrize(
    ("chances", "classical", "deep", "outcome"),
    [
        ((0.5, 0.1), 9, 6, "supported"),
        ((0.99, 0.0), 9, 6, "undecided"),
        ((0.0, 0.99), 5, 9, "contradicted"),
        ((0.0, 0.99), 8, 7, "tied"),
        ((0.99, 0.0), 8, 8, "contradicted"),
    ],
)
def test_regulated_decisions_go_by_evidence_first(chances, classical, deep, outcome):
    verdict = judged("regulated", contest(chances, classical=evidence(classical), deep=evidence(deep)))
    assert verdict.outcome == outcome and verdict.evidence["by_contestant"]["Toy deep"] == [deep, 10]


def test_regulated_decisions_without_evidence_are_not_measured():
    assert judged("regulated", contest()).outcome == "not measured"


def test_declared_directions_are_columns_and_spare_the_sensitive():
    use = MODULES["regulated"]
    dataset, task = use.credit(0)
    assert set(use.DIRECTIONS) <= set(dataset.inputs.columns) and task.positive == dataset.labels[1]
    assert not set(use.DIRECTIONS) & set(use.FIXED) and set(use.SENSITIVE) <= set(use.FIXED)
    assert use.TARGET not in dataset.inputs.columns


def test_a_planted_spike_changes_one_reading_by_its_size():
    use = MODULES["anomaly"]
    windows = np.zeros((40, 6, 2), dtype=np.float32)
    spiked = use.plant_spikes(windows, np.array([1.0, 10.0]), 3.0, 0)
    changed = spiked[spiked != 0]
    assert len(changed) == 40 and {round(abs(float(one))) for one in changed} == {3, 30}
    assert (windows == 0).all() and (use.plant_spikes(windows, np.ones(2), 0.0, 0) == 0).all()


def finished(*keys):
    runs = [Run(key, key, registry.find("contestants", key).family) for key in keys]
    return Contest("c", "d", {}, TASK, Plan(), tuple(runs))


def test_robust_distances_notice_a_large_spike_and_seldom_ring_for_nothing():
    found = MODULES["anomaly"].study(finished("series_robust"), 0, quiet)["sections"]
    rows = found[0]["rows"]
    assert rows[0]["x"] == 0 and rows[0]["y"] <= 6 and rows[-1]["y"] >= 95
    assert found[1]["kind"] == "table" and "(100 %)" in found[1]["rows"][0][-1]


def test_no_one_left_to_study_is_said_in_words():
    for key in ("anomaly", "vision", "regulated"):
        sections = MODULES[key].study(finished(), 0, quiet)["sections"]
        texts = [row["text"] for one in sections if one["kind"] == "text" for row in one["rows"]]
        assert texts and all("could be fitted" in text for text in texts)


def test_a_monotone_model_breaks_no_direction_in_the_study():
    sections = MODULES["regulated"].study(finished("table_monotone", "table_xgboost"), 0, quiet)["sections"]
    kept = {row[0]: row[2] for row in sections[-1]["rows"]}
    assert kept["table_monotone"] == "0 of 13" and len(kept) == 2
    assert all(len(row) == len(sections[1]["columns"]) for row in sections[1]["rows"])


def test_language_is_asked_about_each_source_and_for_each_desk():
    sections = MODULES["language"].study(finished("text_tfidf"), 0, quiet)["sections"]
    assert {row["x"] for row in sections[0]["rows"]} == {"films", "goods", "tweets"}
    assert [row["x"] for row in sections[1]["rows"]] == list(MODULES["language"].SPOILT)
    assert len(sections[2]["rows"]) >= 5 and all(len(row) == 2 for row in sections[2]["rows"])


def test_pictures_are_asked_turned_moved_and_noisy():
    sections = MODULES["vision"].study(finished("image_hog"), 0, quiet)["sections"]
    assert [one["kind"] for one in sections] == ["line"] * 3
    first = sections[0]["rows"]
    assert first[0]["y"] > 60 and first[0]["y"] >= first[-1]["y"]


@pytest.mark.slow
@pytest.mark.parametrize("key", KEYS)
def test_a_whole_play_on_a_tiny_budget(key):
    from core import arena

    scenario = registry.find("scenarios", key)
    plan = replace(scenario.plan, budget_seconds=12.0, folds=2, repeats=1, fixed_folds=True, measure=())
    played = arena.run_use_case(key, plan, 0, quiet, worker_mode="inline")
    assert played.scenario == key and played.study["sections"]
    assert {run.contestant for run in played.runs} == {"dummy", *scenario.contestants}
    assert all(run.error is None for run in played.runs), [run.error for run in played.runs]
    assert judged(key, played).outcome in ("undecided", "not measured")


@pytest.mark.parametrize("key", [*KEYS, "tabular"])
def test_uses_with_answers_to_rows_are_explained_like_every_contest(key):
    assert registry.find("scenarios", key).plan.explain
