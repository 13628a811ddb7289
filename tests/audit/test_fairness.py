"""Gaps between groups against fairlearn's own differences, with intervals that cover, and refusals in words."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.audit import fairness
from tests import toys


def cast(rows=400, seed=0):
    generator = np.random.default_rng(seed)
    target = generator.integers(0, 2, rows)
    groups = np.where(generator.random(rows) < 0.4, "a", "b").astype(object)
    score = np.clip(0.5 + 0.3 * (target - 0.5) + 0.15 * (groups == "a") + 0.2 * generator.normal(size=rows), 0, 1)
    return target, np.column_stack([1 - score, score]), groups


def test_gaps_are_fairlearns():
    target, answers, groups = cast()
    found = fairness.fairness_report(toys.BINARY, target, answers, groups)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from fairlearn.metrics import demographic_parity_difference, equalized_odds_difference

        guessed = answers.argmax(axis=1)
        parity = demographic_parity_difference(target, guessed, sensitive_features=groups)
        odds = equalized_odds_difference(target, guessed, sensitive_features=groups)
    assert found["gaps"]["selection rate"][0] == pytest.approx(parity)
    assert max(found["gaps"][f"{one} positive rate"][0] for one in ("true", "false")) == pytest.approx(odds)
    for gap, low, high in found["gaps"].values():
        assert low <= gap <= high + 0.05
    by = {row["group"]: row for row in found["groups"]}
    assert by["a"]["rows"] == (groups == "a").sum()
    assert by["a"]["selection rate"] == pytest.approx(guessed[groups == "a"].mean())


def test_equal_groups_have_a_small_gap():
    target, answers, _ = cast(4000)
    groups = np.random.default_rng(5).choice(["a", "b"], 4000)
    assert fairness.fairness_report(toys.BINARY, target, answers, groups)["gaps"]["selection rate"][0] < 0.05


def test_numbers_and_several_classes():
    target, answers, groups = cast()
    found = fairness.fairness_report(toys.NUMBER, target.astype(float), answers[:, 1], groups)
    assert set(found["gaps"]) == {"absolute error", "mean answer"}
    three = np.column_stack([answers, np.zeros(len(answers))])
    assert set(fairness.fairness_report(replace(toys.BINARY, form="multiclass"), target, three, groups)["gaps"]) == {
        "error rate"
    }


def test_small_groups_are_left_out_and_counted():
    target, answers, groups = cast()
    groups[:3] = "tiny"
    found = fairness.fairness_report(toys.BINARY, target, answers, groups)
    assert found["left_out"] == 3 and {row["group"] for row in found["groups"]} == {"a", "b"}
    with pytest.raises(ValueError, match="fewer than two groups"):
        fairness.fairness_report(toys.BINARY, target, answers, np.full(len(target), "one", dtype=object))


def test_numbers_become_quarters_and_gaps_a_group():
    data = toys.table(100)
    frame = data.inputs.assign(age=np.r_[np.nan, np.arange(99.0)], sex=pd.Categorical(["f", "m", None, "f"] * 25))
    data = replace(data, inputs=frame)
    ages, sexes = fairness.groups_of(data, "age"), fairness.groups_of(data, "sex")
    assert len(set(ages)) == 5 and ages[0] == "missing" and set(sexes) == {"f", "m", "missing"}
    with pytest.raises(ValueError, match="not among"):
        fairness.groups_of(data, "nothing")
