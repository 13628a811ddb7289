"""Scores above 98 of 100 points are questioned, with what carries them; easy tasks mildly, others not at all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.evaluation import score_alarms
from core.schema import Contest, Dataset, Finding, Fit, Plan, Run, Task

BINARY = Task("y", "classification", "binary")
TABLE = Dataset("t", "table", pd.DataFrame({"a": [0.0, 1.0], "b": [1.0, 0.0]}), np.array([0, 1]))
LEAK = Finding("leak", "danger", "One column", ("spy",))
EASY = Finding("leak", "warning", "Several", ("p", "q", "r"))


def run(key, skill, family="classical", weights=()):
    explanation = {"parts": [f"c{k}" for k in range(len(weights))], "global": list(weights)} if weights else None
    fits = tuple(Fit(fold, "s", skill=skill) for fold in range(3))
    return Run(key, key.title(), family, fits=fits, explanation=explanation)


@pytest.mark.parametrize(
    ("skills", "found", "level"),
    [
        ((97.9, 90.0), (), None),
        ((97.9, 90.0), (LEAK,), None),
        ((99.0, 90.0), (), "danger"),
        ((99.0, 98.5), (), "warning"),
        ((99.0, 98.5), (LEAK,), "danger"),
        ((99.0, 90.0), (EASY,), "warning"),
        ((99.0, 99.0), (Finding("derived", "danger", "sum", ("u", "v")),), "danger"),
    ],
)
def test_levels(skills, found, level):
    runs = [run("one", skills[0]), run("two", skills[1], "deep"), run("dummy", 0.0, "chance")]
    told = score_alarms.find_score_alarms(TABLE, BINARY, runs, found)
    assert [one.level for one in told] == ([level] if level else [])
    if level:
        assert "99.0 of 100" in told[0].what and told[0].how
        assert set(told[0].columns) == {name for one in found for name in one.columns}


def test_columns_come_from_the_explanation_where_no_check_named_any():
    told = score_alarms.find_score_alarms(
        TABLE, BINARY, [run("one", 99.5, weights=(0.1, 8.0, 0.2, 1.0)), run("x", 80)], ()
    )
    assert told[0].columns == ("c1",) and "'c1'" in told[0].what
    spread = score_alarms.find_score_alarms(TABLE, BINARY, [run("one", 99.5, weights=(1.0,) * 20)], ())
    assert len(spread[0].columns) == score_alarms.MOST_CARRIERS


def test_other_tasks_failures_and_folds_without_a_score_say_nothing():
    good = [run("one", 99.5)]
    assert score_alarms.find_score_alarms(TABLE, Task(None, "control", "control"), good, ()) == ()
    lost = Run("b", "B", "deep", fits=good[0].fits, error="lost")
    assert score_alarms.find_score_alarms(TABLE, BINARY, [lost, Run("n", "N", "deep", fits=(Fit(0, "s"),))], ()) == ()


@pytest.mark.parametrize("kind", ["image", "sound", "series", "text"])
@pytest.mark.parametrize("planted", [True, False])
def test_properties_of_other_data(kind, planted):
    draw = np.random.default_rng(0)
    target = draw.integers(0, 2, 300)
    if kind == "text":
        inputs = np.array(["w " * int(5 + 10 * y * planted + draw.integers(0, 4)) for y in target], dtype=object)
    else:
        shape = {"image": (300, 6, 6, 3), "sound": (300, 50), "series": (300, 20, 2)}[kind]
        inputs = draw.normal(size=shape) + (5 * target * planted).reshape(-1, *[1] * (len(shape) - 1))
        inputs = (20 * inputs + 60).clip(0, 255).astype(np.uint8) if kind == "image" else inputs.astype(np.float32)
    dataset = Dataset("d", kind, inputs, target)
    told = score_alarms.find_score_alarms(dataset, BINARY, [run("one", 99.0), run("two", 70.0)], ())[0]
    assert ("alone nearly tells the answer" in told.what) is planted and "Look at" in told.what
    easy = score_alarms.find_score_alarms(dataset, BINARY, [run("one", 99.0), run("two", 99.0)], ())[0]
    assert easy.level == ("danger" if planted else "warning")


def test_the_alarm_stands_first_once_and_in_the_text():
    from core.report.page import render_html
    from core.report.plain import render_text

    runs = (run("one", 99.0), run("two", 50.0))
    found = score_alarms.with_score_alarms(TABLE, BINARY, runs, (LEAK,))
    assert [one.key for one in found] == ["too_good", "leak"]
    assert score_alarms.with_score_alarms(TABLE, BINARY, runs, found) == found
    facts = {"name": "t", "modality": "table", "rows": 2, "rows_used": 2, "target": "y", "warnings": []}
    contest = Contest("c", "d" * 20, facts, BINARY, Plan(), runs, findings=found)
    assert "Data quality warning: Too good to be true?" in render_text(contest, (), None)
    assert render_html(contest, (), None).count("Too good to be true?") == 1


def test_a_contest_with_a_leak_raises_the_alarm_and_an_honest_one_does_not():
    from core import arena

    draw = np.random.default_rng(0)
    frame = pd.DataFrame({f"x{k}": draw.normal(size=300) for k in range(3)})
    target = (frame["x0"] + draw.normal(size=300) > 0).to_numpy().astype(np.int64)
    plan = Plan(contestants=("table_linear",), budget_seconds=2, folds=2, repeats=1, explain=False)
    for leaky in (True, False):
        inputs = frame.assign(spy=target + draw.normal(0, 0.01, 300)) if leaky else frame
        dataset = Dataset("t", "table", inputs, target, labels=("no", "yes"))
        contest = arena.tournament(dataset, BINARY, plan, lambda news: None, worker_mode="inline", measured=False)
        alarms = [one for one in contest.findings if one.key == "too_good"]
        assert [one.level for one in alarms] == (["danger"] if leaky else [])
        assert not leaky or alarms[0].columns == ("spy",)
