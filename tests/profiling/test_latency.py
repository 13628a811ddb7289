"""The deployable path: what a service hands over, timed once a model, priced and powered with the same session."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core import registry
from core.profiling import latency
from core.schema import Budget, Contestant, Dataset, Fit, FittedContestant, MeasurementContext, Task

CHEAP = (
    "fit_seconds fit_cpu_seconds latency_p50 latency_p95 latency_p95_bound batch_latency peak_memory size parameters "
    "energy train_cost million_cost"
)


class Doubler:
    """Answers twice the first column; remembers what it was asked."""

    parameters = 1
    suffix = "json"

    def __init__(self):
        self.sizes = []
        self.kinds = set()

    def predict(self, inputs):
        self.kinds.add(type(inputs))
        values = np.asarray(inputs["a"], dtype=float)
        self.sizes.append(len(values))
        return 2 * values

    def saved(self):
        return b"12345"

    def describe(self):
        return {"device": "cpu"}


@pytest.fixture
def subject():
    frame = pd.DataFrame({"a": np.arange(30.0), "b": pd.Categorical(["x", None, "y"] * 10)})
    data = Dataset("toy", "table", frame, target=np.arange(30.0))
    task = Task(target="y", kind="regression", form="regression")
    contestant = Contestant("toy", "Toy", "classical", ("table",), ("regression",), "", "", fit=lambda *a: None)
    fits = (
        Fit(0, "s", {}, 1.0, fit_seconds=2.0, fit_cpu_seconds=1.0, peak_memory_mb=5.0),
        Fit(1, "s", {}, 1.0, fit_seconds=4.0, fit_cpu_seconds=3.0, peak_memory_mb=7.0),
        Fit(2, "s", error="no"),
    )
    return FittedContestant(contestant, Doubler(), data, data, data, task, Budget(), fits, lambda news: None)


def measure(key, subject):
    return registry.find("measurements", key).measure(subject)


def test_deployable_inputs_are_plain_arrays(subject):
    plain = latency.deployable(subject.test.inputs, np.array([1, 2]))
    assert set(plain) == {"a", "b"}
    assert all(isinstance(values, np.ndarray) and values.shape == (2,) for values in plain.values())
    assert plain["b"][1] == "y" and pd.isna(plain["b"][0])
    pictures = latency.deployable(np.zeros((5, 2, 2, 1), np.uint8), np.array([4]))
    assert pictures.shape == (1, 2, 2, 1)


def test_the_cheap_readings_and_one_timing_for_all(subject):
    found = {key: measure(key, subject) for key in CHEAP.split()}
    asked = len(subject.model.sizes)
    assert found["fit_seconds"].values == (2.0, 4.0)
    assert found["fit_cpu_seconds"].values == (1.0, 3.0)
    assert found["peak_memory"].values == (5.0, 7.0)
    assert found["size"].values == (5.0,) and found["parameters"].values == (1.0,)
    assert found["train_cost"].values == pytest.approx((2 * 0.041 / 3600, 4 * 0.041 / 3600))
    assert found["latency_p50"].detail["median"] <= found["latency_p95"].values[0]
    assert found["latency_p95"].values[0] <= found["latency_p95_bound"].values[0]
    assert found["energy"].detail["how"] in ("measured", "estimated") and found["energy"].values[0] > 0
    median = found["latency_p50"].detail["median"]
    assert found["million_cost"].detail["online"] == pytest.approx(1000 * median * 0.041 / 3600 / 0.3)
    assert found["million_cost"].detail["break_even"]["token_low"] > 0
    assert set(subject.model.sizes) == {1, 1000} and subject.model.kinds == {dict}
    measure("latency_p50", subject)
    assert len(subject.model.sizes) == asked
    assert all(registry.find("measurements", key).about for key in found)


def test_too_few_calls_promise_nothing(subject, monkeypatch):
    few = SimpleNamespace(p95_bound=None, n=7)
    monkeypatch.setattr(latency, "profile_latency", lambda subject: SimpleNamespace(online=few))
    reading = measure("latency_p95_bound", subject)
    assert reading.values == () and "7" in reading.detail["reason"]


def test_edited_prices_are_used(subject):
    from dataclasses import replace

    dear = replace(subject, context=MeasurementContext(prices={"vcpu_hour": 0.41}))
    plain = measure("train_cost", subject).values[0]
    assert measure("train_cost", dear).values[0] == pytest.approx(10 * plain)


def test_turns_timed_by_the_arena_are_used_as_they_are(subject):
    turns = [[1_000_000, 3_000_000, 2_000_000], [4_000_000] * 3]
    found = latency.profile_latency(
        replace(subject, model=Doubler(), context=MeasurementContext(timing_blocks=turns))
    ).online
    assert found.blocks == (2.0, 4.0) and found.n == 6 and found.minimum == 1.0


def test_a_batch_that_takes_seconds_is_asked_for_once(subject, monkeypatch):
    monkeypatch.setattr(latency, "SLOW_BATCH_SECONDS", 0.0)
    found = latency.profile_latency(subject)
    assert found.answers == latency.BATCH and found.batch.n == 1
    assert subject.model.sizes.count(latency.BATCH) == 1


@pytest.mark.parametrize("single_ms,rows", [(0.1, 1000), (4.0, 1000), (20.0, 200), (1e6, 32)])
def test_a_slow_model_is_timed_on_fewer_rows_at_once(single_ms, rows):
    assert latency.batch_rows(single_ms) == rows
