"""Damages: level 0 changes nothing, answers stay, and a model that leans on what is damaged loses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import registry
from core.perturbation import corruptions
from core.schema import Dataset
from tests import toys

PICTURES = Dataset("p", "image", np.random.default_rng(0).integers(100, 255, (6, 8, 8, 1), dtype=np.uint8))
SERIES = Dataset("s", "series", np.random.default_rng(0).normal(size=(6, 32, 2)).astype(np.float32))
TEXTS = Dataset("t", "text", np.array(["a plain sentence of words"] * 6, dtype=object))
ALL = [toys.table(60), PICTURES, SERIES, TEXTS, replace(SERIES, modality="sound", inputs=SERIES.inputs[:, :, 0])]


@pytest.mark.parametrize("dataset", ALL, ids=lambda dataset: dataset.modality)
def test_every_modality_is_damaged_in_kind(dataset):
    assert len(corruptions.corruption_kinds(dataset)) >= 2
    for kind in corruptions.corruption_kinds(dataset):
        assert corruptions.corrupt(dataset, kind, 0.0, 0) is dataset
        one, same, other = (corruptions.corrupt(dataset, kind, 1.0, seed).inputs for seed in (1, 1, 2))
        assert len(one) == len(dataset) and type(one) is type(dataset.inputs)
        if hasattr(one, "equals"):
            assert one.equals(same) and not one.equals(dataset.inputs)
            assert list(one.dtypes) == list(dataset.inputs.dtypes)
        else:
            assert np.array_equal(one, same) and not np.array_equal(one, dataset.inputs)
            assert one.dtype == dataset.inputs.dtype and one.shape == dataset.inputs.shape
            assert kind == "darkness" or not np.array_equal(one, other)


def test_more_damage_costs_more_skill():
    reading = registry.find("measurements", "corruption").measure(toys.subject(toys.table(400)))
    assert len(reading.values) == 5 and min(reading.values) > 5
    noise = [np.mean(point["skills"]) for point in reading.detail["curves"]["noise on numbers"]]
    assert noise[0] > noise[2] > noise[3]
    # The toy reads numbers only: swapping its category costs nothing.
    swaps = [np.mean(point["skills"]) for point in reading.detail["curves"]["swapped categories"]]
    assert swaps[0] == pytest.approx(swaps[3])


def test_few_labels_know_less_than_many():
    seen = []

    def fit(train, valid, task, budget, tell):
        seen.append((len(train), len(valid)))
        if len(np.unique(train.target)) < 2 or len(train) < 4:
            raise ValueError("too few rows for me")
        return toys.Logistic(train)

    subject = toys.subject(toys.table(400), toys.contestant(fit))
    seen.clear()
    reading = registry.find("measurements", "few_shot").measure(subject)
    curve = {point["labels"]: np.mean(point["skills"]) for point in reading.detail["curve"]}
    assert curve[1] == 0 and curve[50] > curve[10] > 0 and len(reading.values) == 5
    assert seen[:5] == [(2, 2), (4, 4), (8, 2), (16, 4), (80, 20)]
    assert any("too few rows for me" in words for words in reading.detail["troubles"])


def test_a_rare_class_leaves_few_shot_unmeasured():
    data = toys.table(200)
    target = np.zeros(200, dtype=np.int64)
    target[:8] = 1
    reading = registry.find("measurements", "few_shot").measure(toys.subject(replace(data, target=target)))
    assert reading.values == () and "too few rows" in reading.detail["reason"]
