"""The contest of drawn pictures: generators that learn a known shape, judges that know copies, an honest verdict."""

import json
from dataclasses import replace

import numpy as np
import pytest

from core import registry
from core.judging import use_case_rules
from core.scenarios.generative import picture_contest, picture_generators, picture_judges, picture_sections
from core.schema import Contest, Plan, Task

SIX = tuple("abcdef")


def two_kinds(count=300, seed=0):
    """Rows around two far corners, the class says which."""
    rng = np.random.default_rng(seed)
    codes = np.arange(count) % 2
    return rng.normal(size=(count, 8)) + np.where(codes[:, None] == 1, 4.0, -4.0), codes


def quiet(step, steps):
    pass


def scores(skill, converged=True, copying=1.0):
    many = [0.9] * 5
    return picture_sections.GeneratorScores(
        skill=list(skill), recognised=many, area=many, p_value=many, pixel_area=many, copying=[copying] * 5,
        draw_seconds=[1e-3] * 5, fit_seconds=[1.0] * 5, converged=converged, note="3 of 4 steps",
    )  # fmt: skip


def pictures(rows=60):
    dataset = use_case_rules.load_sample("image", "digits", 200, 0)
    return dataset.take(np.arange(rows))


@pytest.mark.parametrize("fit", ["flow", "mixtures"])
def test_a_generator_draws_the_class_it_is_asked_for_and_the_same_under_one_seed(fit):
    rows, codes = two_kinds()
    if fit == "flow":
        made = picture_generators.fit_flow(rows, codes, 0, 0.7, quiet)
    else:
        made = picture_generators.fit_mixtures(rows, codes, 0)
    asked = np.array([0, 1, 1, 0] * 25)
    drawn = made.draw(asked, 3)
    assert drawn.shape == (100, 8) and made.parameters > 0
    assert np.mean((drawn.mean(axis=1) > 0) == (asked == 1)) > 0.95
    assert (drawn == made.draw(asked, 3)).all() and (drawn != made.draw(asked, 4)).any()


def test_the_seconds_of_a_network_decide_its_steps_by_counted_work():
    rows, codes = two_kinds(80)
    short = picture_generators.fit_flow(rows, codes, 0, 0.05, quiet)
    assert not short.converged and short.note == picture_generators.fit_flow(rows, codes, 0, 0.05, quiet).note
    assert int(short.note.split()[0]) < picture_generators.FULL_STEPS


def test_mixtures_draw_the_covariance_they_learned():
    rng = np.random.default_rng(1)
    roots = np.array([[2.0, 0.0], [1.5, 0.5]])
    rows = rng.normal(size=(2_000, 2)) @ roots.T
    made = picture_generators.fit_mixtures(rows, np.zeros(2_000, dtype=int), 0)
    drawn = made.draw(np.zeros(4_000, dtype=int), 0)
    assert np.allclose(np.cov(drawn.T), roots @ roots.T, atol=0.4)


def test_components_keep_what_the_pictures_vary_in():
    rng = np.random.default_rng(0)
    few = np.clip(0.5 + 0.1 * rng.normal(size=(200, 5)) @ rng.normal(size=(5, 100)) / 3, 0, 1)
    space = picture_generators.fit_space(few)
    assert np.abs(space.pictures(space.project(few)) - few).max() < 0.02


def test_the_null_of_the_two_sample_test_holds_also_for_rows_in_the_order_of_their_classes():
    chances = []
    for seed in range(20):
        rows, codes = two_kinds(160, seed)
        rows = rows[np.argsort(codes, kind="stable")]
        chances.append(picture_judges.tell_apart(rows[::2], rows[1::2], seed).p_value)
    assert 0.2 < np.mean(chances) < 0.8 and min(chances) >= 1 / (1 + picture_judges.PERMUTATIONS)
    found = picture_judges.tell_apart(rows, rows + 1.5, 0)
    assert found.area > 0.9 and found.p_value < 0.01


def test_copies_are_told_from_new_rows():
    rng = np.random.default_rng(0)
    known, fresh, other = (rng.normal(size=(200, 6)) for _ in range(3))
    assert picture_judges.copying_ratio(known[:50] + 1e-3, fresh, known) < 0.1
    mixed = np.concatenate([other[:150], known[:50]])
    assert picture_judges.copying_ratio(mixed, fresh, known) < 0.1, "a quarter of copies shows"
    assert 0.8 < picture_judges.copying_ratio(other, fresh, known) < 1.25


def judged(deep, classical, stopped=False, copying=1.0):
    made = {picture_sections.FLOW: scores(deep, not stopped, copying), picture_sections.MIXTURE: scores(classical)}
    part = picture_contest.summarize(pictures(), "Digits drawn", made, 1.0)
    study = {"sections": [], "parts": [json.loads(json.dumps(part))]}
    contest = Contest("", "", {"name": "made"}, Task(None, "generation", "generation"), Plan(), study=study)
    scenario = registry.find("scenarios", "generative")
    return scenario.judge(scenario, contest)


@pytest.mark.parametrize(
    ("deep", "classical", "outcome"),
    [
        ((80, 81, 82, 80, 81), (60, 61, 62, 60, 62), "supported"),
        ((60, 61, 62, 60, 62), (80, 81, 82, 80, 81), "contradicted"),
        ((70.0, 70.1, 70.2, 70.1, 70), (70.1, 70, 70.1, 70.2, 70.1), "contradicted"),
        ((70, 60, 80, 65, 75), (70, 80, 60, 75, 68), "undecided"),
    ],
)
def test_the_verdict_on_pictures(deep, classical, outcome):
    found = judged(deep, classical)
    assert found.outcome == outcome and "against mixtures" in found.because


def test_nothing_is_decided_against_a_network_that_was_stopped_nor_for_one_that_copies():
    low, high = (60, 61, 62, 60, 62), (80, 81, 82, 80, 81)
    stopped = judged(low, high, stopped=True)
    assert stopped.outcome == "undecided" and "stopped by its seconds" in stopped.because
    assert judged(high, low, copying=0.3).outcome == "undecided"


def test_what_is_guessed_about_is_not_shown_by_name():
    dataset = pictures(120)
    values, codes = dataset.inputs.reshape(120, -1) / 255.0, dataset.target
    space = picture_generators.fit_space(values)
    generator = picture_generators.fit_mixtures(space.project(values), codes, 0)
    fold = picture_sections.PictureFold(values, codes, values, codes, space, 0)
    rows = picture_sections.draw_pool({picture_sections.MIXTURE: generator}, fold, dataset.labels)
    shown, guessed = ({row["pixels"] for row in rows if row["guessed"] is side} for side in (False, True))
    assert guessed and shown and not guessed & shown
    assert {row["label"] for row in rows} == set(dataset.labels)


@pytest.mark.slow
def test_the_contest_on_a_few_pictures(monkeypatch):
    monkeypatch.setattr(picture_contest, "SECONDS", 0.1)
    monkeypatch.setattr(picture_contest, "SAMPLES", {"digits": "Digits drawn"})
    sections, parts = picture_contest.play_pictures(0, 1.0, lambda news: None)
    assert [section["kind"] for section in sections] == ["families", "table"] and len(parts) == 1
    assert json.dumps(sections, allow_nan=False) and json.dumps(parts, allow_nan=False)
    by_family = {run["family"]: run for run in parts[0]["runs"]}
    assert np.mean(by_family["classical"]["scores"]["recognised"]) > 0.6
    real = sections[1]["rows"][-1]
    assert real[0] == "Real" and float(real[2].split()[0]) > 0.8


def test_a_part_of_a_study_is_a_part_of_the_use_case():
    part = {"title": "Drawn", "runs": [{"contestant": "a", "family": "deep"}], "comparisons": []}
    contest = Contest("", "", {"name": "made"}, Task(None, "generation", "generation"), Plan(), study={"parts": [part]})
    assert [one["title"] for one in use_case_rules.parts_of(contest)] == ["made", "Drawn"]
    assert len(use_case_rules.parts_of(replace(contest, study=None))) == 1
