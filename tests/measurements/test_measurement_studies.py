"""Slow measurements that refit: learning curve, surgeries, multiplicity and the canary, on learners with known ways."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from core import verdicts
from core.evaluation import refitting
from core.measurements.ablation import table_ablations
from core.measurements.data import learning_curve
from core.measurements.trust import predictive_multiplicity, shuffled_targets
from core.schema import Contest, Plan, Run
from tests import toys


class Fickle:
    """Answers by the rounded first column, but rows near the border go by the seed."""

    parameters = 1

    def __init__(self, seed):
        self.draw = np.random.default_rng(seed)

    def predict(self, inputs):
        chance = (np.asarray(inputs["n0"]) > 0).astype(float)
        near = np.abs(np.asarray(inputs["n0"])) < 0.2
        chance[near] = self.draw.integers(0, 2, near.sum())
        return np.column_stack([1 - chance, chance])


def test_curve_is_nested_paired_and_rises():
    subject = toys.subject(toys.table(900, columns=12))
    reading = learning_curve.measure(subject)
    curve = reading.detail["curve"]
    rows = [point["rows"] for point in curve]
    assert rows == sorted(rows) and len(rows) >= 4 and rows[0] >= 40
    assert all(len(point["skills"]) == refitting.REPEATS for point in curve)
    assert np.mean(curve[-1]["skills"]) > np.mean(curve[0]["skills"])
    assert reading.values == tuple(curve[-1]["skills"])
    assert reading.detail["fitted"][0]["low"] <= reading.detail["fitted"][0]["high"]
    assert learning_curve.measure(subject) == reading


def test_curve_sees_only_growing_beginnings():
    seen = []

    def fit(train, valid, task, budget, tell):
        seen.append((len(train) + len(valid), set(train.inputs["n0"]), np.bincount(train.target, minlength=2).min()))
        return toys.Logistic(train)

    learning_curve.measure(toys.subject(toys.table(600), toys.contestant(fit)))
    runs = seen[1:]
    count = len({rows for rows, _, _ in runs})
    for repeat in range(refitting.REPEATS):
        part = runs[repeat * count : (repeat + 1) * count]
        for (few, smaller, _), (many, larger, _) in pairwise(part):
            assert few < many and smaller < larger
        assert all(rarest > 5 for _, _, rarest in part)


def test_too_few_rows_for_a_curve():
    with pytest.raises(ValueError, match="too few for a curve"):
        learning_curve.measure(toys.subject(toys.table(60)))


def test_surgeries_hurt_whom_they_should():
    reading = table_ablations.measure(toys.subject(toys.table(500, columns=6)))
    found = {one["key"]: np.mean(one["skills"]) for one in reading.detail["operations"]}
    assert found["rotated"] == pytest.approx(found["unchanged"], abs=4), "a linear learner does not mind a rotation"
    assert found["noise"] < found["unchanged"] + 1
    assert len(reading.values) == refitting.REPEATS


def test_surgeries_say_what_is_not_possible():
    reading = table_ablations.measure(toys.subject(toys.table(300, columns=1)))
    rotated = next(one for one in reading.detail["operations"] if one["key"] == "rotated")
    assert rotated["skills"] == [] and "two numeric columns" in rotated["reason"]


def test_multiplicity_finds_the_contested_rows():
    fickle = toys.contestant(lambda train, valid, task, budget, tell: Fickle(budget.seed))
    subject = toys.subject(toys.table(600), fickle)
    reading = predictive_multiplicity.measure(subject)
    near = np.flatnonzero(np.abs(subject.test.inputs["n0"]) < 0.2)
    assert set(reading.detail["rows"]) <= set(near.tolist()) and len(reading.detail["rows"]) > len(near) / 2
    assert len(reading.values) == 4 and np.mean(reading.values) == pytest.approx(len(near) / 240, abs=0.06)
    steady = predictive_multiplicity.measure(toys.subject(toys.table(600)))
    assert steady.values == (0.0,) * 4 and steady.detail["rows"] == []


def test_canary_is_silent_and_sings():
    subject = toys.subject(toys.table(500))
    quiet = shuffled_targets.measure(subject)
    assert quiet.detail["alarm"] is False and len(quiet.values) == refitting.REPEATS

    pool = refitting.pooled_rows(subject)
    shuffled = np.random.default_rng(11).permutation(np.asarray(pool.target))
    answers = dict(zip(pool.inputs["n0"], shuffled, strict=True))

    class Spy:
        """Knows every row's shuffled answer by heart."""

        parameters = 0

        def predict(self, inputs):
            truth = np.array([answers[value] for value in inputs["n0"]], dtype=float)
            return np.column_stack([1 - truth, truth])

    spy = toys.contestant(lambda train, valid, task, budget, tell: Spy())
    loud = shuffled_targets.measure(replace(subject, contestant=spy))
    assert loud.detail["alarm"] is True and "something leaks" in loud.detail["because"]


def contest():
    readings = {}
    for key, columns in (("a", 6), ("b", 6)):
        subject = toys.subject(toys.table(500, seed=ord(key), columns=columns))
        readings[key] = {
            "surgeries": table_ablations.measure(subject),
            "learning_curve": learning_curve.measure(subject),
        }
    runs = tuple(
        Run(key, key.upper(), family, readings=readings[key]) for key, family in (("a", "deep"), ("b", "classical"))
    )
    return Contest("", "", {}, toys.BINARY, Plan(), runs=(*runs, Run("dummy", "Dummy", "chance")))


def test_contest_tells_appetite_and_surgeries():
    played = contest()
    hunger = verdicts.compare_learning_curves(played)
    assert [one["key"] for one in hunger["curves"]] == ["a", "b"] and hunger["reasons"] == {}
    (crossing,) = hunger["crossovers"]
    assert (crossing["rising"], crossing["other"]) == ("a", "b") and "A" in crossing["because"]
    found = verdicts.compare_surgeries(played)
    assert [one["key"] for one in found] == ["unchanged", "noise", "rotated", "smoothed"]
    assert found[0]["change"] == 0 and all(one["low"] <= one["gap"] <= one["high"] for one in found)
    bare = replace(played, runs=tuple(replace(run, readings={}) for run in played.runs))
    assert verdicts.compare_surgeries(bare) == []
    assert verdicts.compare_learning_curves(bare)["reasons"] == {"a": "not measured", "b": "not measured"}
