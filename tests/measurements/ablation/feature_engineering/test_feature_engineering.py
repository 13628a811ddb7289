"""Raw inputs against hand-made features away from tables: both sides read, with what the two inputs are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core import registry
from core.schema import Budget, Dataset, FittedContestant, Task
from tests import toys

TASK = Task("class", "classification", "binary")


def subject(family: str) -> FittedContestant:
    """Texts in which the order of two words decides: single words cannot tell, pairs can."""
    target = np.arange(120) % 2
    pairs = ("not good but bad", "not bad but good")
    found = np.array([f"{pairs[code]} day {k % 5}" for k, code in enumerate(target)], dtype=object)
    data = Dataset("toy", "text", found, target, labels=("a", "b"))
    parts = [data.take(np.arange(start, start + 40)) for start in (0, 40, 80)]

    class Guess:
        def predict(self, inputs):
            return np.full((len(inputs), 2), 0.5)

        def describe(self):
            return {}

    who = replace(toys.contestant(lambda *rest: Guess(), family=family), modalities=("text",))
    return FittedContestant(who, Guess(), *parts, TASK, Budget(seconds=2), (), lambda news: None)


def test_pairs_of_words_lift_both_sides_where_single_words_cannot_tell():
    measurement = registry.find("measurements", "engineered")
    for family in ("classical", "deep"):
        reading = measurement.measure(subject(family))
        assert len(reading.values) == 5 and np.mean(reading.values) > 50
        assert np.mean(reading.detail["raw"]) < 20 < 70 < np.mean(reading.detail["engineered"])
        assert reading.detail["made_inputs"] == "weighted pairs of words and character runs"
