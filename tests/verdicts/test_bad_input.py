"""Data that cannot carry a verdict, through the whole contest: each ends in a right, plainly worded outcome."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from core import arena, registry
from core.contestants import dummy
from core.contestants.table import linear, xgboost
from core.evaluation import tasks
from core.schema import Column, Dataset, LoadError, Plan

PLAN = Plan(folds=5, repeats=2, fixed_folds=True, explain=False, budget_seconds=20)


@pytest.fixture(autouse=True)
def room(monkeypatch):
    """Three quick contestants, one of them seated as the deep side; no measurements."""
    there = {
        "contestants": MappingProxyType(
            {
                one.key: one
                for one in (
                    dummy.CONTESTANT, linear.CONTESTANT, replace(xgboost.CONTESTANT, family="deep"),
                )
            }
        ),
        "measurements": MappingProxyType({}),
    }  # fmt: skip
    real = registry.discover
    monkeypatch.setattr(registry, "discover", lambda name: there[name] if name in there else real(name))
    monkeypatch.setattr(registry, "find", lambda name, key: registry.discover(name)[key])


def table(target, **columns):
    rng = np.random.default_rng(0)
    rows = len(target)
    frame = pd.DataFrame({"a": rng.normal(size=rows), "b": rng.normal(size=rows), **columns, "y": target})
    described = tuple(
        Column(str(name), "numeric" if frame[name].dtype.kind == "f" else "categorical", distinct=frame[name].nunique())
        for name in frame.columns
    )
    return Dataset("bad", "table", frame, columns=described)


def words(codes):
    return pd.Categorical([f"k{code:02d}" for code in codes])


def play(dataset, **plan):
    contest = arena.tournament(
        dataset, tasks.infer_task(dataset, "y"), replace(PLAN, **plan), lambda news: None, worker_mode="inline"
    )
    assert all(run.error is None for run in contest.runs), [run.error for run in contest.runs]
    return contest, contest.comparisons[0], {finding.key: finding for finding in contest.findings}


def test_forty_rows():
    contest, first, findings = play(table(words(np.arange(40) % 2)))
    assert first.winner == "undecided" and "40 rows are too few for a verdict" in first.because
    assert "40 rows" in findings["few_rows"].what
    assert all(one.winner == "undecided" for one in contest.comparisons)


def test_three_rows_in_a_class():
    _, first, findings = play(table(words(np.arange(200) < 3)), fixed_folds=False, budget_seconds=200)
    assert first.winner == "undecided" and "rarest class has 3 rows" in first.because
    assert "imbalance" in findings


def test_twelve_thousand_identical_rows():
    frame = pd.DataFrame({"a": np.ones(12_000), "y": words(np.arange(12_000) % 2)})
    columns = (Column("a", "numeric", distinct=1), Column("y", "categorical", distinct=2))
    with pytest.raises(LoadError) as told:
        play(Dataset("bad", "table", frame, columns=columns))
    assert "identical" in str(told.value)


def test_a_column_equal_to_the_target():
    codes = np.arange(200) % 2
    contest, _, findings = play(table(words(codes), spy=codes.astype(float)))
    assert findings["leak"].level == "danger" and findings["leak"].columns == ("spy",)
    assert "drop it" in findings["leak"].how
    assert all(fit.skill > 90 for run in contest.runs if run.family != "chance" for fit in run.fits)


def test_one_target_value_of_a_million_millions():
    target = np.random.default_rng(1).normal(size=300)
    target[5] = 1e12
    _, first, findings = play(table(target))
    assert findings["outlier"].level == "danger" and "1e+12" in findings["outlier"].what
    assert first.winner in ("tie", "undecided")


def test_sixty_classes():
    _, first, findings = play(table(words(np.arange(720) % 60)), repeats=1)
    assert first.winner == "undecided" and "rarest class has 12 rows" in first.because
    assert "12 rows" in findings["few_rows"].what
