"""Boosted trees held to directions, and without interactions, on tables whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core import registry
from core.features import tree_encoder
from core.models.tabular import tree_model
from core.schema import Budget, Dataset, Task
from core.storage import model_archive

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
    assert interaction(additive) < 1e-5 and additive.describe()["depth"] <= 2
    assert interaction(fitted("table_xgboost")) > 0.5


def test_several_configurations_keep_the_depth():
    assert fitted("table_additive", configurations=3).describe()["depth"] <= 2


def test_no_additive_tree_holds_two_original_columns():
    model = fitted("table_additive")
    owner = dict(enumerate(model.features.column_names))
    trees = model.booster.trees_to_dataframe().query("Feature != 'Leaf'")
    number = trees["Feature"].map(lambda name: owner[int(name[1:])] if name[1:].isdigit() else name)
    assert number.groupby(trees["Tree"]).nunique().max() == 1 and number.nunique() > 1


def test_curves_of_an_additive_model_are_its_tree_shap_values():
    model = fitted("table_additive")
    frame = pd.DataFrame(np.random.default_rng(3).normal(size=(40, 4)), columns=["x", "a", "b", "noise"])
    rows, background = frame[:10], frame[10:]
    curves, trees = model.explain(rows, background), tree_model.TreeModel.explain(model, rows, background)
    assert curves.parts == trees.parts and curves.completeness_error < 1e-4
    np.testing.assert_allclose(curves.values, trees.values, atol=1e-4)
    np.testing.assert_allclose(curves.base_value + curves.values.sum(axis=1), model.margin(rows), atol=1e-4)


def test_directions_make_no_sense_for_many_classes():
    plays = registry.find("contestants", "table_monotone").unsupported_reason
    assert "no single direction" in plays(bent(), Task("y", "classification", "multiclass"))
    assert plays(bent(), TASK) is None


@pytest.mark.parametrize("key", ["table_monotone", "table_additive", "series_robust"])
def test_they_play_only_when_named(key):
    assert registry.find("contestants", key).default is False


def periodic(rows=1_500, seed=0, form="regression"):
    """24 equally frequent hours in a wave, 90 towns with an effect each, and a number."""
    draw = np.random.default_rng(seed)
    hour, town = draw.permutation(rows) % 24, draw.integers(0, 90, rows)
    x, towns = draw.normal(size=rows), np.random.default_rng(99).normal(size=90)
    signal = 2.0 * np.sin(hour * 2.5) + towns[town] + 0.5 * x + 0.2 * draw.normal(size=rows)
    frame = pd.DataFrame({"hour": pd.Categorical([f"h{one}" for one in hour]), "x": x})
    frame["town"] = pd.Categorical([f"t{one}" for one in town])
    if form == "regression":
        return Dataset("hours", "table", frame, signal)
    cuts = [0.0] if form == "binary" else [-1.0, 1.0]
    return Dataset("hours", "table", frame, np.digitize(signal, cuts), labels=("a", "b", "c")[: len(cuts) + 1])


def grown(form="regression", **fixed):
    known = periodic(form=form)
    task = Task("y", "regression" if form == "regression" else "classification", form)
    parts = known.take(np.arange(1_200)), known.take(np.arange(1_200, 1_500))
    usual = {"eta": 0.3, "patience": 10, **fixed}
    return tree_model.fit_trees(parts, task, {}, Budget(seconds=60), lambda news: None, **usual)


def explained_share(model):
    asked = periodic(seed=1)
    return 1 - np.mean((model.predict(asked.inputs) - asked.target) ** 2) / np.var(asked.target)


def test_equally_frequent_levels_are_no_obstacle():
    codes_only = tree_encoder.CategorySettings(one_hot_levels=2, statistics_from=0, ordered=False)
    few = {"rounds": 25}
    assert explained_share(grown(**few)) > explained_share(grown(categories=codes_only, **few)) + 0.1


@pytest.mark.parametrize("form", ["regression", "binary", "multiclass"])
def test_codes_columns_and_statistics_are_explained_as_their_column(form):
    model, asked = grown(form), periodic(60, seed=2, form=form)
    outputs = model.predict(asked.inputs).argmax(axis=1) if form == "multiclass" else None
    found = model.explain(asked.inputs[:20], asked.inputs[20:], outputs[:20] if outputs is not None else None)
    assert found.parts == ("hour", "x", "town") and found.completeness_error < 0.01
    assert model.encoded(asked.inputs).shape[1] > 3 + 24


@pytest.mark.parametrize("form", ["regression", "multiclass"])
def test_an_export_answers_alike(form):
    from core.deployment.onnx_export import export_model, run_graph

    model, asked = grown(form), periodic(200, seed=4, form=form)
    found = export_model(model, asked.inputs)
    raw = run_graph(found.graph, found.encode(asked.inputs))
    np.testing.assert_allclose(found.to_predictions(raw), model.predict(asked.inputs), atol=2e-4)


def test_the_last_fit_uses_all_rows_with_the_rounds_that_were_best():
    model = grown()
    facts = model.describe()
    assert facts["refitted_rows"] == 1_500 and facts["trees"] == facts["best_round"] < facts["rounds"]
    held_back = grown(refit=False)
    assert "refitted_rows" not in held_back.describe() and held_back.describe()["best_round"] == facts["best_round"]
    assert explained_share(model) > explained_share(held_back)


def test_directions_hold_for_numbers_beside_many_categories():
    model = grown(monotone={"x": -1, "hour": 1})
    persons = periodic(10, seed=3).inputs
    walk = np.stack([model.margin(persons.assign(x=float(value))) for value in np.linspace(-2, 2, 41)])
    assert np.diff(walk, axis=0).max() <= 1e-5


def test_a_saved_model_answers_as_before():
    import xgboost

    model, asked = grown(), periodic(50, seed=5)
    facts, arrays, blobs = model_archive.unpack(model.saved())
    booster = xgboost.Booster()
    booster.load_model(bytearray(blobs["booster.ubj"]))
    rows = tree_encoder.restore_tree_encoder(facts, arrays).transform(asked.inputs)
    np.testing.assert_allclose(booster.inplace_predict(rows), model.predict(asked.inputs), rtol=1e-6)
