"""Small classes: joined, left out or kept, counted, and never in the way of a verdict on the rest."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core import arena
from core.arena.prepared_contest import prepare_contest
from core.evaluation import data_checks, small_classes, tasks
from core.schema import Column, Dataset, LoadError, Plan, Task
from tests.arena.scripted import contestant
from tests.arena.test_arena import players  # noqa: F401

MANY = Task("y", "classification", "multiclass")


def data(**counts):
    """A data set with so many rows of each class, coded in the order given."""
    target = np.concatenate([np.full(count, code) for code, count in enumerate(counts.values())])
    x = np.random.default_rng(0).normal(size=(len(target), 2))
    return Dataset("t", "series", x, target.astype(np.int64), labels=tuple(counts))


def names(dataset):
    return {label: int((dataset.target == code).sum()) for code, label in enumerate(dataset.labels)}


@pytest.mark.parametrize(
    ("counts", "how", "left"),
    [
        ({"a": 100, "b": 60, "c": 18}, "other", {"a": 100, "b": 60}),
        ({"a": 100, "b": 60, "c": 18, "d": 5}, "other", {"a": 100, "b": 60, "other": 23}),
        ({"d": 5, "a": 100, "c": 15}, "other", {"a": 100, "other": 20}),
        ({"d": 5, "a": 100, "b": 60, "c": 15}, "drop", {"a": 100, "b": 60}),
        ({"a": 100, "b": 60, "c": 18}, "keep", {"a": 100, "b": 60, "c": 18}),
        ({"a": 100, "b": 18}, "other", {"a": 100, "b": 18}),
        ({"a": 100, "b": 9, "c": 9}, "other", {"a": 100, "b": 9, "c": 9}),
        ({"a": 25, "b": 10, "c": 10, "d": 10}, "other", {"a": 25, "b": 10, "c": 10, "d": 10}),
        ({"a": 100, "b": 60, "c": 20}, "other", {"a": 100, "b": 60, "c": 20}),
        ({"Other": 100, "b": 60, "c": 11, "d": 12}, "other", {"Other": 100, "b": 60, "other 2": 23}),
    ],
)
def test_what_becomes_of_small_classes(counts, how, left):
    before = data(**counts)
    after = small_classes.join_small_classes(before, how)
    assert names(after) == left
    for code, label in enumerate(after.labels):
        if label in before.labels:
            old = before.inputs[before.target == before.labels.index(label)]
            np.testing.assert_array_equal(after.inputs[after.target == code], old)


def test_they_are_counted_and_told():
    joined = small_classes.join_small_classes(data(a=100, b=60, c=18, d=5))
    assert small_classes.describe_small_classes(joined.facts) == (
        "2 classes with fewer than 20 rows among those used (23 rows together: “c”, “d”) "
        "were joined into the class “other”."
    )
    found = {one.key: one for one in data_checks.check_data(joined, MANY)}
    assert found["small_classes"].level == "warning" and "few_rows" not in found
    out = small_classes.join_small_classes(data(a=100, b=60, c=18))
    assert small_classes.describe_small_classes(out.facts).endswith("(18 rows together: “c”) was left out.")
    assert small_classes.describe_small_classes(data(a=100, b=60).facts) == ""


def frame(rare=18, rows=400, seed=0):
    """A table of three classes, the last one rare, and one column that tells them apart a little."""
    rng = np.random.default_rng(seed)
    y = np.array(["no"] * (rows // 2) + ["yes"] * (rows // 2 - rare) + ["odd"] * rare)
    inputs = pd.DataFrame({"x": rng.normal(size=rows) + (y == "yes"), "z": rng.normal(size=rows), "y": y})
    inputs["y"] = pd.Categorical(y)
    columns = (Column("x", "numeric", distinct=rows), Column("z", "numeric", distinct=rows))
    return Dataset("t", "table", inputs, columns=(*columns, Column("y", "categorical", distinct=3)))


def test_a_rare_class_no_longer_forbids_a_verdict_and_stands_in_the_digest():
    plans = {how: Plan(small_classes=how) for how in ("other", "drop", "keep")}
    made = {how: prepare_contest(frame(), MANY, plan) for how, plan in plans.items()}
    assert made["other"].rarest_class == 182 and made["keep"].rarest_class == 18
    assert len({one.digest for one in made.values()}) == 3
    assert set(made["other"].dataset.labels) == {"no", "yes"}
    tiny = prepare_contest(frame(rare=2), MANY, plans["other"])
    assert set(tiny.dataset.labels) == {"no", "yes"}
    cut = prepare_contest(frame(rare=40), MANY, Plan(rows=100))
    assert set(cut.dataset.labels) == {"no", "yes"}, "too small among the rows used"


def test_a_contest_with_a_rare_class_gets_a_verdict(players):  # noqa: F811
    rng = np.random.default_rng(0)
    whole = frame(rare=18)
    truth = np.where(whole.inputs["y"] == "yes", 1.0, 0.0)
    truth = np.where(rng.random(len(truth)) < 0.1, 1 - truth, truth)
    inputs = whole.inputs.assign(truth=truth)[["truth", "z", "y"]]
    columns = (Column("truth", "numeric", distinct=2), *whole.columns[1:])
    whole = replace(whole, inputs=inputs, columns=columns)
    players(contestant("good", "classical", 0.9), contestant("poor", "deep", 0.55), contestant("dummy", "chance", 0.5))
    contest = arena.tournament(
        whole, MANY, Plan(fixed_folds=True, explain=False), lambda news: None, worker_mode="inline"
    )
    primary = next(one for one in contest.comparisons if {one.left, one.right} == {"good", "poor"})
    assert primary.winner == "good" and not primary.because.startswith("The rarest class")
    assert any(one.key == "small_classes" for one in contest.findings)


def test_data_without_two_usable_classes_are_still_refused():
    whole = frame(rare=2)
    only = whole.take(np.flatnonzero(whole.inputs["y"] != "yes"))
    with pytest.raises(LoadError):
        tasks.prepare(only, Task("y", "classification", "binary"))
