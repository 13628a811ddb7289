"""Prompted classification on the made model: whole labels, calibration, no label and no neighbour has a say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import api, cli, registry
from core.arena import planning, prepared_contest
from core.evaluation import tasks
from core.judging import prompt_worth
from core.language_models import label_prompt, smollm_package
from core.models.text import prompted_model
from core.schema import ZERO_LABELS, Budget, Contest, FittedContestant, LoadError, MeasurementResult, Plan, Run, Task
from core.storage.bundled_files import labelled_dataset
from core.workers import reused_work

WORDS = ("the", "good", "inner", "thing", "is", "there", "a", "bad", "one", "in")
CLASSES = ("good", "very_bad")


def opinions(rows: int = 60, seed: int = 0):
    draw = np.random.default_rng(seed)
    texts = np.array([" ".join(draw.choice(WORDS, 3 + row % 5)) + f" {row}" for row in range(rows)], dtype=object)
    return labelled_dataset("text", "made", texts, np.arange(rows) % 2, CLASSES, "here", column="verdict")


def fitted(data, seed: int = 0):
    task = tasks.infer_task(data)
    part = data.take(np.arange(20)), data.take(np.arange(20, 30))
    return prompted_model.fit_prompted(*part, task, Budget(seed=seed), lambda news: None)


def test_scores_are_those_of_whole_labels_behind_the_whole_prompt(tiny_installed):
    prompt = label_prompt.make_prompt("", (), CLASSES, "verdict")
    assert prompt.words == ("good", "very bad")
    assert prompt.head == "Decide the verdict of each text: good, very bad.\n\nText: " and prompt.tail == "\nverdict:"
    texts = ["the good inner thing", "a bad one", "the good inner thing"]
    found = label_prompt.label_scores(tiny_installed, prompt, texts)
    tokens = tiny_installed.tokens
    for text, row in zip(texts, found, strict=True):
        numbers = tokens.encode(prompt.head[:-1]) + tokens.encode(f" {text}") + tokens.encode(prompt.tail)
        for word, score in zip(prompt.words, row, strict=True):
            step, whole = tiny_installed.begin(numbers), 0.0
            for number in tokens.encode(f" {word}"):
                whole += float(step.following[number])
                step = tiny_installed.begin([number], step)
            assert score == pytest.approx(whole, abs=2e-3)
    assert np.array_equal(found[0], found[2]), "neighbours leave the bits alone"
    long = ["inner thing " * 200, "inner thing " * 300]
    cut = label_prompt.label_scores(tiny_installed, prompt, long)
    assert np.array_equal(cut[0], cut[1]), "as many tokens of each are read"


def test_no_label_and_no_other_text_changes_an_answer(tiny_installed):
    data, asked = opinions(), opinions(12, seed=5).inputs
    turned = replace(data, target=1 - data.target, inputs=data.inputs[::-1].copy())
    first, second = fitted(data), fitted(turned, seed=3)
    assert np.array_equal(first.predict(asked), second.predict(asked))
    alone = np.concatenate([first.predict(asked[row : row + 1]) for row in range(len(asked))])
    assert np.array_equal(first.predict(asked), alone), "the mean over test texts has no say"
    with reused_work.reusing():
        assert np.array_equal(first.predict(asked), alone) and np.array_equal(first.predict(asked[:3]), alone[:3])
    assert first.describe()["labels"] == 0 and prompted_model.LABELS_USED in first.describe()["notes"]


def test_texts_without_content_are_undecided_once_calibrated(tiny_installed):
    model = fitted(opinions())
    empty = np.array(label_prompt.EMPTY_TEXTS, dtype=object)
    assert model.margin(empty).mean() == pytest.approx(0, abs=1e-4)
    prompt = label_prompt.make_prompt("", (), CLASSES, "verdict")
    raw = label_prompt.label_scores(tiny_installed, prompt, list(empty))
    assert abs(raw.mean(axis=0)[0] - raw.mean(axis=0)[1]) > 0.5, "uncalibrated one label is preferred"


def test_the_trap_is_told_with_its_numbers():
    prompt = label_prompt.LabelPrompt("", "", ("good", "bad"))
    scores = np.array([[3.0, 0.0], [2.0, 1.0], [4.0, 1.0], [3.0, 2.0]])
    said = prompted_model.trap_note(scores, np.array([2.0, 0.0]), np.array([0, 1, 0, 1]), prompt)
    assert "“good” to 100 % of 4 inner rows and be right on 50 %; calibrated it is right on 100 %" in said


@pytest.mark.parametrize(
    ("wording", "words", "told"),
    [
        ("no place", (), "holds {text} 0 times"), ("{text} and {text}", (), "holds {text} 2 times"),
        ("{text}" + "x" * 3_000, (), "3,006 characters"), ("", ("one",), "words for 1"),
        ("", ("same", "Same "), "“good” and “very_bad”|“good”, “very_bad”"), ("", (" ", "b"), "“good” are empty"),
        ("", ("x" * 100, "b"), "too long"),
    ],
)  # fmt: skip
def test_a_prompt_that_cannot_be_used_is_refused_in_words(wording, words, told):
    with pytest.raises(LoadError, match=told.replace("{", r"\{").replace("}", r"\}")):
        label_prompt.make_prompt(wording, words, CLASSES, "verdict")
    plan = Plan(prompt=wording, label_words=words)
    data = planning.with_prompt(opinions(), plan)
    who = registry.find("contestants", "text_prompted")
    assert who.unsupported_reason(data, tasks.infer_task(data)), "the contest says why it does not play"


def test_a_worded_prompt_reaches_the_model_and_the_digest(tiny_installed):
    data = opinions()
    plan = Plan(prompt="Is {text} one of {labels}? It is", label_words=("fine", "poor"))
    model = fitted(planning.with_prompt(data, plan))
    assert model.describe()["words"] == ["fine", "poor"]
    assert model.describe()["prompt"] == "Is {text} one of fine, poor? It is"
    digest = lambda one: prepared_contest.digest_contest("d", Task("y", "classification", "binary"), one, [], {})  # noqa: E731
    assert digest(Plan()) == digest(Plan(prompt="", label_words=())) != digest(plan)
    assert planning.with_prompt(data, Plan()) is data


def test_it_keeps_the_duties_of_a_contestant_where_it_can_play(tiny_installed):
    data = opinions(80)
    api.check_contestant(registry.find("contestants", "text_prompted"), data, tasks.infer_task(data))


def test_without_the_package_it_says_the_command(monkeypatch):
    monkeypatch.setattr(smollm_package, "weights_path", lambda: None)
    data, who = opinions(), registry.find("contestants", "text_prompted")
    reason = who.unsupported_reason(data, tasks.infer_task(data))
    assert reason is not None and "not installed; one command: pip install" in reason
    assert not who.default and who.pretrained and "may have seen these texts" in who.about
    many = data.take(np.zeros(3_001, dtype=int))
    assert "3,001 times" in str(who.unsupported_reason(many, tasks.infer_task(data)))


def subject(data):
    task, who = tasks.infer_task(data), registry.find("contestants", "text_prompted")
    parts = [data.take(rows) for rows in np.array_split(np.arange(len(data)), 3)]
    return FittedContestant(who, fitted(data), *parts, task, Budget(), (), lambda news: None)


def test_few_shot_stands_at_no_label_and_calibration_is_measured(tiny_installed):
    of = subject(opinions(60))
    reading = registry.find("measurements", "few_shot").measure(of)
    assert [point["labels"] for point in reading.detail["curve"]] == [0] and reading.detail[ZERO_LABELS]
    assert len(reading.values) == 5 == len(reading.detail["curve"][0]["skills"])
    calibration = registry.find("measurements", "prompt_calibration").measure(of)
    right = calibration.detail["right, %"]
    assert len(calibration.values) == 5 and len(right) == 3
    assert np.mean(calibration.values) == pytest.approx(
        right["calibrated by texts without content"] - right["uncalibrated"]
    )


def run(key, family, curve, zero=False):
    detail = {"curve": [{"labels": at, "skills": list(found)} for at, found in curve], "rho": 0.25}
    values = tuple(dict(curve)[0 if zero else 10])
    reading = MeasurementResult(values, {**detail, **({"zero_labels": True} if zero else {})})
    return Run(key, key, family, zero, readings={"few_shot": reading})


def contest(*runs):
    return Contest("c", "d", {"name": "toy"}, Task("y", "classification", "binary"), Plan(), runs=runs)


def around(middle, spread=0.4):
    return tuple(middle + spread * step for step in (-1, 0.5, 0, -0.5, 1))


def test_a_prompt_is_worth_the_labels_at_which_the_curve_crosses():
    rising = [(1, around(0)), (10, around(20)[::-1]), (50, around(34))]
    played = contest(run("prompted", "deep", [(0, around(10))], zero=True), run("counts", "classical", rising))
    (worth,) = prompt_worth.prompts_worth(played)
    assert worth.labels == pytest.approx(10**0.5, rel=0.05), "half way on a logarithmic axis"
    assert worth.low is not None and worth.high is not None and worth.low < worth.labels < worth.high < 6
    assert worth.ahead.gap == pytest.approx(-10) and "about 3 (90 % interval: " in worth.because
    strong = contest(run("prompted", "deep", [(0, around(60))], zero=True), run("counts", "classical", rising))
    (more,) = prompt_worth.prompts_worth(strong)
    assert more.labels is None and more.high is None and "more than 50" in more.because
    weak = contest(run("prompted", "deep", [(0, around(-30))], zero=True), run("counts", "classical", rising))
    (less,) = prompt_worth.prompts_worth(weak)
    assert less.labels == 1 and less.low is None and "at most 1" in less.amount
    assert prompt_worth.best_prompt(contest(run("counts", "classical", rising))) is None


def test_row_nine_counts_the_prompt_once():
    claim = registry.find("claims", "generalisation")
    rising = [(1, around(0)), (10, around(20)[::-1]), (50, around(34))]
    for level, outcome in ((60, "supported"), (5, "contradicted")):
        played = contest(run("prompted", "deep", [(0, around(level))], True), run("counts", "classical", rising))
        verdict = claim.judge(claim, [played])
        assert verdict.outcome == outcome and "without a label" in verdict.because, verdict
        assert "skill at 10 labels" not in verdict.because


def test_a_prompt_is_worded_on_the_command_line():
    from core import __main__ as command_line

    asked = command_line.make_parser().parse_args(
        ["compare", "x.csv", "--prompt", "{text} is", "--label-words", "fine,poor"]
    )
    _, plan = cli.plan_from_options(asked, Task("y", "classification", "binary"), None)
    assert (plan.prompt, plan.label_words) == ("{text} is", ("fine", "poor"))
