"""Boosted trees held to directions, and without interactions, on tables whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core import registry
from core.models.tabular import tree_model
from core.schema import Budget, Dataset, Task

TASK = Task("y", "classification", "binary")


def bent(rows=400, seed=0, **facts):
    """The answer rises with x, but for a dip in the middle; a and b matter only together; noise is nothing."""
    draw = np.random.default_rng(seed)
    x, a, b, noise = draw.uniform(-2, 2, (4, rows))
    signal = 1.5 * x - 3.0 * (np.abs(x) < 0.3) + 2.0 * np.sign(a * b) + draw.normal(size=rows)
    frame = pd.DataFrame({"x": x, "a": a, "b": b, "noise": noise})
    return Dataset("bent", "table", frame, (signal > 0).astype(np.int64), labels=("no", "yes"), facts=facts)


def fitted(key, dataset=None, **more):
    dataset = dataset or bent()
    inner = np.arange(len(dataset)) % 5 == 0
    contestant = registry.find("contestants", key)
    train, valid = dataset.take(np.flatnonzero(~inner)), dataset.take(np.flatnonzero(inner))
    return contestant.fit(train, valid, TASK, Budget(seconds=20, **more), lambda news: None)


def walked(model, seed=3):
    """(values, persons): log-odds as x rises, for ten persons."""
    persons = bent(10, seed).inputs
    return np.stack([model.margin(persons.assign(x=float(value))) for value in np.linspace(-2, 2, 41)])


def test_monotone_trees_never_fall_and_free_trees_do():
    assert np.diff(walked(fitted("table_monotone")), axis=0).min() >= -1e-6
    assert np.diff(walked(fitted("table_xgboost")), axis=0).min() < -0.05


def test_declared_directions_come_before_learnt_ones():
    model = fitted("table_monotone", bent(directions={"x": -1, "nobody": 1}))
    assert model.describe()["directions"] == {"x": -1}
    assert np.diff(walked(model), axis=0).max() <= 1e-6


def test_only_clear_directions_are_learnt():
    assert tree_model.monotone_directions(bent(2_000)) == {"x": 1}
    blank = replace(bent(), inputs=pd.DataFrame({"x": np.full(400, np.nan), "one": np.ones(400)}))
    assert tree_model.monotone_directions(blank) == {}


def test_an_additive_model_has_no_interaction():
    def interaction(model):
        corners = pd.DataFrame({"x": 0.5, "a": [-1.0, -1.0, 1.0, 1.0], "b": [-1.0, 1.0, -1.0, 1.0], "noise": 0.0})
        low, mixed, other, high = model.margin(corners)
        return abs(low + high - mixed - other)

    additive = fitted("table_additive")
    assert interaction(additive) < 1e-5 and additive.describe()["depth"] == 1
    assert interaction(fitted("table_xgboost")) > 0.5


def test_several_configurations_keep_the_depth():
    assert fitted("table_additive", configurations=3).describe()["depth"] == 1


def test_directions_make_no_sense_for_many_classes():
    plays = registry.find("contestants", "table_monotone").unsupported_reason
    assert "no single direction" in plays(bent(), Task("y", "classification", "multiclass"))
    assert plays(bent(), TASK) is None


@pytest.mark.parametrize("key", ["table_monotone", "table_additive", "series_robust"])
def test_they_play_only_when_named(key):
    assert registry.find("contestants", key).default is False
