"""Folds: a partition, stratified, grouped, ordered, identical rows together, and the same every time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.evaluation import splits
from core.schema import Dataset, LoadError, Plan, Task

TASK = Task("y", "classification", "binary")


def data(rows: int = 100, **fields: Any) -> Dataset:
    draw = np.random.default_rng(1)
    frame = pd.DataFrame({"x": draw.normal(size=rows)})
    target = (draw.random(rows) < 0.5).astype(np.int64)
    return replace(Dataset("d", "table", frame, target=target, labels=("a", "b")), **fields)


def test_every_row_is_tested_once_a_repeat_and_never_trained_on_then() -> None:
    made = splits.make_splits(data(140), TASK, Plan())
    assert len(made) == 10
    for repeat in (made[:5], made[5:]):
        assert np.array_equal(np.sort(np.concatenate([s.test for s in repeat])), np.arange(140))
    for split in made:
        parts = [set(part.tolist()) for part in (split.train, split.valid, split.test)]
        assert sum(map(len, parts)) == 140 == len(set.union(*parts))


def test_classes_are_dealt_evenly() -> None:
    whole = data()
    positives = [whole.target[s.test].sum() for s in splits.make_splits(whole, TASK, Plan())]
    assert max(positives) - min(positives) <= 1


def test_same_seed_same_folds_other_seed_others() -> None:
    digests = [[s.digest for s in splits.make_splits(data(), TASK, Plan(seed=seed))] for seed in (0, 0, 1)]
    assert digests[0] == digests[1] != digests[2]


def test_identical_rows_never_sit_on_both_sides() -> None:
    base = data(60)
    twice = base.take(np.r_[np.arange(60), np.arange(30)])
    same = splits.duplicate_codes(twice)
    for split in splits.make_splits(twice, TASK, Plan()):
        assert not set(same[split.test]) & set(same[np.r_[split.train, split.valid]])


def test_groups_stay_whole_also_in_the_inner_split() -> None:
    groups = np.arange(100) // 7
    for split in splits.make_splits(data(groups=groups), TASK, Plan()):
        sides = [set(groups[part]) for part in (split.train, split.valid, split.test)]
        assert not (sides[0] & sides[1] or sides[0] & sides[2] or sides[1] & sides[2])
        assert split.method == "grouped"


def test_time_is_never_learnt_backwards() -> None:
    order = np.random.default_rng(0).permutation(100).astype(float)
    made = splits.make_splits(data(order=order), TASK, Plan())
    assert len(made) == 5
    for split in made:
        assert order[split.train].max() < order[split.valid].min()
        assert order[split.valid].max() < order[split.test].min()


def test_identical_rows_only_is_refused_in_words() -> None:
    with pytest.raises(LoadError, match="All rows are identical"):
        splits.make_splits(data(50, inputs=pd.DataFrame({"x": np.zeros(50)})), TASK, Plan())
    with pytest.raises(LoadError, match="only one group"):
        splits.make_splits(data(50, groups=np.zeros(50, dtype=int)), TASK, Plan())


@pytest.mark.parametrize(("rarest", "expected"), [(50, (5, 2)), (35, (3, 3)), (8, (3, 3)), (40, (4, 2))])
def test_few_rows_of_a_class_mean_fewer_folds(rarest: int, expected: tuple[int, int]) -> None:
    target = np.r_[np.zeros(300, dtype=int), np.ones(rarest, dtype=int)]
    folds, repeats = splits.folds_for(data(300 + rarest, target=target), TASK, Plan())
    assert folds == expected[0] and folds * repeats >= 8


def test_cut_rows_keeps_rare_classes_and_groups() -> None:
    target = np.r_[np.zeros(990, dtype=int), np.ones(10, dtype=int)]
    small = splits.subsample_rows(data(1000, target=target), TASK, 100, 0)
    assert 95 <= len(small) <= 105 and 3 <= small.target.sum() <= 4
    groups = np.arange(1000) // 5
    cut = splits.subsample_rows(data(1000, groups=groups), TASK, 100, 0)
    assert set(np.bincount(cut.groups)[np.unique(cut.groups)]) == {5}


def test_cut_rows_of_a_time_line_keeps_the_latest() -> None:
    cut = splits.subsample_rows(data(100, order=np.arange(100.0)), TASK, 30, 0)
    assert cut.order.min() == 70
