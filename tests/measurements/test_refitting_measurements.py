"""The measurements that refit, on contestants whose truth is known."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from core import registry
from core.schema import Cancelled, Dataset, Fit
from core.workers import work_clock
from tests import toys


def measure(key, subject):
    return registry.find("measurements", key).measure(subject)


class Fixed:
    """Answers what a function of the inputs says."""

    parameters = 0

    def __init__(self, answer):
        self.predict = answer


def test_anytime_by_hand():
    history = ((1.0, 9.0, 0.0), (2.0, 8.0, 0.9), (3.0, 7.0, 0.5), (4.0, 6.0, 0.97), (5.0, 5.0, 1.0))
    fits = (
        Fit(0, "s", history=history, fit_cpu_seconds=6.0),
        Fit(1, "s", fit_cpu_seconds=0.5),
        Fit(2, "s", error="no"),
    )
    reading = measure("anytime", replace(toys.subject(), fits=fits))
    assert reading.values == (5.0, 0.5)
    assert reading.detail["to"] == {"95%": [4.0, 0.5], "99%": [5.0, 0.5], "100%": [5.0, 0.5]}
    assert reading.detail["folds_without_curve"] == 1
    falling = (Fit(0, "s", history=((1.0, 10.0, None), (2.0, 0.1, None), (3.0, 0.0, None)), fit_cpu_seconds=4.0),)
    assert measure("anytime", replace(toys.subject(), fits=falling)).values == (2.0,)


@pytest.mark.parametrize("power", [1.0, 2.0])
def test_scaling_finds_the_exponent(power):
    def fit(train, valid, task, budget, tell):
        until = time.process_time() + 0.05 * (len(train) / 500) ** power
        while time.process_time() < until:
            pass
        return Fixed(lambda inputs: np.full((len(inputs), 2), 0.5))

    reading = measure("scaling", toys.subject(toys.table(1000), toys.contestant(fit)))
    assert np.mean(reading.values) == pytest.approx(power, abs=0.2)
    assert len(reading.detail["points"]) == 12


def test_a_fit_that_runs_into_its_budget_is_counted():
    def fit(train, valid, task, budget, tell):
        work_clock.record_end("budget")
        return Fixed(lambda inputs: np.full((len(inputs), 2), 0.5))

    subject = toys.subject(toys.table(200), toys.contestant(fit))
    reading = measure("scaling", replace(subject, budget=replace(subject.budget, seconds=0.02)))
    assert reading.detail["capped"] == 12


def test_a_shift_costs_who_learned_the_wrong_thing():
    data = toys.table(400)
    turned = np.where(np.arange(400) >= 320, 1 - data.target, data.target)
    reading = measure("shift", toys.subject(replace(data, target=turned, order=np.arange(400))))
    assert reading.detail["by"] == "time" and min(reading.values) > 50
    grouped = measure("shift", toys.subject(replace(data, groups=np.arange(400) % 10)))
    assert grouped.detail["by"] == "whole groups" and abs(np.mean(grouped.values)) < 15
    plain = measure("shift", toys.subject(data))
    assert plain.detail["by"] == "one end of a number" and len(plain.values) == 5


def test_a_shift_needs_something_to_part_by():
    data = toys.table(100)
    bare = replace(data, inputs=data.inputs[["c"]].assign(n0=1.0))
    with pytest.raises(ValueError, match="no number"):
        measure("shift", toys.subject(bare, toys.contestant(lambda *a: Fixed(None))))


def test_doubt_points_at_errors_when_it_is_honest():
    def honest(train, valid, task, budget, tell):
        return toys.Logistic(train)

    def boastful(train, valid, task, budget, tell):
        model = toys.Logistic(train)

        def answer(inputs):
            sure = model.predict(inputs)[:, 1] > 0.5
            odd = np.asarray(inputs["n1"]) * 1e-6
            return np.column_stack([~sure, sure]) * 0.9 + 0.05 + np.column_stack([odd, -odd])

        return Fixed(answer)

    true, false = (measure("unknowns", toys.subject(toys.table(500), toys.contestant(f))) for f in (honest, boastful))
    assert np.mean(true.values) > 65 > np.mean(false.values)
    accuracy = {one["answered"]: np.mean(one["accuracy"]) for one in true.detail["deferral"]}
    assert accuracy[0.5] > accuracy[1.0]
    with pytest.raises(ValueError, match="classes only"):
        measure("unknowns", replace(toys.subject(), task=toys.NUMBER))


def test_tuning_is_judged_on_rows_it_did_not_see():
    asked = []

    def fit(train, valid, task, budget, tell):
        asked.append((budget.configurations, round(budget.seconds, 3)))
        model = toys.Logistic(train)
        if budget.configurations == 1:
            return Fixed(lambda inputs: np.full((len(inputs), 2), 0.5))
        return Told(model)

    class Told:
        def __init__(self, model):
            self.predict = model.predict

        def describe(self):
            tried = [{"settings": {}, "score": 1.0}, {"settings": {"rate": 0.5}, "score": 2.0}]
            return {"tuner": "a tuner", "settings": {"rate": 0.5}, "configurations": tried}

    subject = toys.subject(toys.table(200), toys.contestant(fit))
    asked.clear()
    reading = measure("tuned", subject)
    assert len(reading.values) == 3 and min(reading.values) > 20
    assert asked[:2] == [(1, 12.0), (8, 96.0)]
    assert reading.detail["tried"][0] == {"cut": 1, "chosen": "rate 0.5", "inner scores": [1.0, 2.0]}
    stubborn = toys.subject(toys.table(200), toys.contestant(lambda train, *rest: toys.Logistic(train)))
    with pytest.raises(ValueError, match="no settings to tune"):
        measure("tuned", stubborn)


@pytest.mark.parametrize("key", ["engineered", "few_shot", "corruption", "shift", "unknowns", "scaling", "tuned"])
def test_a_slow_measurement_can_be_cancelled(key):
    def tell(news):
        raise Cancelled

    declared = registry.find("measurements", key)
    assert declared.slow and declared.about
    with pytest.raises(Cancelled):
        declared.measure(replace(toys.subject(), on_progress=tell))


def test_texts_that_hold_the_answer_add_it():
    class Reader(toys.Logistic):
        """Sees the word "yes" in a text, and numbers."""

        def __init__(self, train):
            self.texts = [
                name for name in train.inputs.columns if train.inputs[name].dtype.kind not in "fO" or name == "t"
            ]
            super().__init__(replace(train, inputs=self._seen(train.inputs)))

        def _seen(self, inputs):
            seen = inputs[[name for name in inputs.columns if name.startswith("n")]].copy()
            seen["word"] = inputs["t"].str.contains("yes").astype(float) if "t" in inputs.columns else 0.0
            return seen

        def predict(self, inputs):
            return super().predict(self._seen(inputs))

    data = toys.table(300)
    words = np.where(data.target == 1, "said yes", "said no").astype(object)
    mixed = replace(data, inputs=data.inputs[["n1", "n2"]].assign(t=words))
    reading = measure("mixed_inputs", toys.subject(mixed, toys.contestant(lambda train, *rest: Reader(train))))
    assert min(reading.values) > 80 and np.mean(reading.detail["skills"]["texts only"]) > 80
    with pytest.raises(ValueError, match="free-text"):
        measure("mixed_inputs", toys.subject(data))


@pytest.mark.parametrize("key", ["few_shot", "corruption", "shift"])
def test_numbers_are_measured_too(key):
    class Mean:
        parameters = 1

        def __init__(self, train):
            self.slope = np.polyfit(train.inputs["n0"], train.target, 1)

        def predict(self, inputs):
            return np.polyval(self.slope, np.asarray(inputs["n0"], dtype=float))

    data = toys.table(300)
    numbers = Dataset("n", "table", data.inputs.fillna(0), target=2 * data.inputs["n0"].to_numpy() + 1)

    def fit(train, valid, task, budget, tell):
        return Mean(train)

    if key == "corruption":
        numbers = replace(numbers, inputs=numbers.inputs[["n0"]])

        class Careful(Mean):
            def predict(self, inputs):
                return np.polyval(self.slope, np.nan_to_num(np.asarray(inputs["n0"], dtype=float)))

        def fit(train, valid, task, budget, tell):
            return Careful(train)

    reading = measure(key, toys.subject(numbers, toys.contestant(fit), toys.NUMBER))
    assert len(reading.values) == 5 and np.isfinite(reading.values).all()
