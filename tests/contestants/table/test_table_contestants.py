"""The law for every contestant on tables: answers, margins, explanations, sizes, seeds, budgets and complaints."""

import json
import time
from dataclasses import replace

import numpy as np
import pytest

from core import registry
from core.schema import Budget, Cancelled
from tests.contestants.table.tables import made, parts

KEYS = [key for key in registry.discover("contestants") if key.startswith("table_") or key == "dummy"]
FORMS = ["binary", "multiclass", "regression"]
BUDGET = Budget(seconds=60, device="cpu", seed=1)
# What a learner must reach on these few rows: those that take every column as seriously as the next reach less.
ENOUGH = {"table_bayes": 20, "table_svm": 30}
_fitted = {}


def quiet(news):
    pass


def fitted(key, form):
    kind = "regression" if form == "regression" else "classification"
    if kind not in registry.find("contestants", key).kinds:
        pytest.skip(f"{key} does no {kind}")
    if (key, form) not in _fitted:
        import torch

        torch.set_num_threads(1)
        dataset, task = made(form)
        train, valid, test = parts(dataset)
        told = []
        model = registry.find("contestants", key).fit(train, valid, task, BUDGET, told.append)
        _fitted[key, form] = model, train, valid, test, task, told
    return _fitted[key, form]


def skill(form, train, test, answers):
    from core.models.training.output_spec import OutputSpec

    return OutputSpec.from_target(form, train.target, len(train.labels)).skill(answers, test.target)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", KEYS)
def test_answers_have_the_right_shape_and_beat_chance(key, form):
    model, train, _, test, _, told = fitted(key, form)
    answers = model.predict(test.inputs)
    assert np.isfinite(answers).all()
    if form == "regression":
        assert answers.shape == (len(test),)
    else:
        assert answers.shape == (len(test), len(test.labels))
        assert answers.sum(axis=1) == pytest.approx(np.ones(len(test))) and answers.min() >= 0
    reached = skill(form, train, test, answers)
    assert abs(reached) < 10 if key == "dummy" else reached > ENOUGH.get(key, 40)
    assert told and all(news.cpu_seconds is not None for news in told if news.score is not None)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", KEYS)
def test_margin_is_the_answer_on_its_own_scale(key, form):
    model, _, _, test, _, _ = fitted(key, form)
    margin, answers = model.margin(test.inputs), model.predict(test.inputs)
    if form == "regression":
        assert margin == pytest.approx(answers)
    elif form == "binary":
        assert 1 / (1 + np.exp(-margin)) == pytest.approx(answers[:, 1], abs=1e-6)
    else:
        assert margin.sum(axis=1) == pytest.approx(np.zeros(len(test)), abs=1e-4)
        powers = np.exp(margin)
        assert powers / powers.sum(axis=1, keepdims=True) == pytest.approx(answers, abs=1e-6)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", KEYS)
def test_a_mapping_of_arrays_answers_like_the_frame(key, form):
    model, _, _, test, _, _ = fitted(key, form)
    plain = {
        name: column.astype(object).to_numpy() if name == "kind" else column.to_numpy()
        for name, column in test.inputs.items()
    }
    one = {name: values[3:4] for name, values in plain.items()}
    assert model.predict(plain) == pytest.approx(model.predict(test.inputs), abs=1e-5)
    assert model.predict(one) == pytest.approx(model.predict(test.inputs)[3:4], rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", KEYS)
def test_explanations_add_up_over_the_original_columns(key, form):
    model, train, _, test, _, _ = fitted(key, form)
    rows, background = test.inputs.iloc[:4], train.inputs.iloc[:10]
    outputs = model.predict(rows).argmax(axis=1) if form == "multiclass" else None
    found = model.explain(rows, background, outputs)
    assert found.parts == tuple(test.inputs.columns) and found.values.shape == (4, 4)
    margin = model.margin(rows)
    wanted = margin if outputs is None else margin[np.arange(4), outputs]
    assert found.margin == pytest.approx(wanted, abs=1e-3 * max(1, np.abs(wanted).max()))
    others = model.margin(background).mean(axis=0)
    assert found.base_value == pytest.approx(
        np.broadcast_to(others if outputs is None else others[outputs], 4), rel=1e-3
    )
    assert found.base_value + found.values.sum(axis=1) == pytest.approx(wanted, rel=1e-3, abs=1e-2)
    if key != "dummy":
        strength = dict(zip(found.parts, np.abs(found.values).mean(axis=0), strict=True))
        assert strength["x"] > strength["noise"]


@pytest.mark.parametrize("key", KEYS)
def test_saved_bytes_are_no_pickle_and_facts_are_json(key):
    model = fitted(key, "binary")[0]
    data = model.saved()
    assert data[:2] == b"PK" and b"cpickle" not in data and not data.startswith(b"\x80")
    facts = model.describe()
    assert json.dumps(facts) and facts["device"] == "cpu"
    assert model.parameters > 0 and isinstance(model.parameters, int)


@pytest.mark.parametrize("key", KEYS)
def test_the_same_seed_gives_the_same_model(key):
    model, train, valid, test, task, _ = fitted(key, "binary")
    again = registry.find("contestants", key).fit(train, valid, task, BUDGET, quiet)
    np.testing.assert_allclose(again.predict(test.inputs), model.predict(test.inputs), atol=1e-6)


@pytest.mark.parametrize("key", KEYS)
def test_seconds_are_obeyed_with_several_configurations(key):
    dataset, task = made("binary")
    train, valid, test = parts(dataset)
    begin = time.perf_counter()
    budget = replace(BUDGET, seconds=0.8, configurations=3)
    model = registry.find("contestants", key).fit(train, valid, task, budget, quiet)
    assert time.perf_counter() - begin < 6
    assert np.isfinite(model.predict(test.inputs)).all()
    if key != "dummy":
        facts = model.describe()
        assert len(facts["configurations"]) + facts["configurations_left_out"] == 3
        assert facts["configurations"][0]["settings"] == {}


@pytest.mark.parametrize("key", [key for key in KEYS if key != "dummy"])
def test_telling_may_cancel(key):
    dataset, task = made("binary")
    train, valid, _ = parts(dataset)

    def cancel(news):
        raise Cancelled

    with pytest.raises(Cancelled):
        registry.find("contestants", key).fit(train, valid, task, BUDGET, cancel)


@pytest.mark.parametrize("key", KEYS)
def test_a_class_that_training_lacks_is_no_crash(key):
    dataset, task = made("multiclass", 120)
    train, valid, test = parts(dataset)
    kept = np.flatnonzero(train.target != 2)
    model = registry.find("contestants", key).fit(train.take(kept), valid, task, BUDGET, quiet)
    answers = model.predict(test.inputs)
    assert answers.shape == (len(test), 3) and np.isfinite(answers).all()


def test_trees_count_their_own_structure():
    facts = fitted("table_xgboost", "binary")[0].describe()
    assert facts["trees"] == facts["best_round"] and facts["nodes"] == 2 * facts["leaves"] - facts["trees"]
    assert 1 <= facts["depth"] <= facts["max_depth"]


def test_a_saved_network_answers_as_before():
    from core.models.tabular import table_network

    model, _, _, test, _, _ = fitted("table_deep", "multiclass")
    back = table_network.load_network(model.saved())
    again = back.output_spec.to_predictions(back.raw(back.encoding.transform(test.inputs)))
    np.testing.assert_allclose(again, model.predict(test.inputs), atol=1e-6)


def test_linear_weights_find_a_planted_line():
    dataset, task = made("regression", 400)
    known = 3.0 * np.nan_to_num(dataset.inputs["x"].to_numpy())
    train, valid, test = parts(replace(dataset, target=known))
    model = registry.find("contestants", "table_linear").fit(train, valid, task, BUDGET, quiet)
    truth = 3.0 * np.nan_to_num(test.inputs["x"].to_numpy())
    assert np.corrcoef(model.predict(test.inputs), truth)[0, 1] > 0.999


@pytest.mark.parametrize("key", ["table_linear", "table_forest", "table_gaussian"])
def test_the_last_fit_uses_the_inner_rows_too(key):
    model, train, valid, _, _, _ = fitted(key, "binary")
    assert model.describe()["fitted_rows"] == len(train) + len(valid)
