"""The three operations: each does what it says, to the training part's knowledge alone."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.evaluation import refitting
from core.measurements.ablation.table_ablations import table_operations
from core.schema import Dataset
from tests import toys


def cut(dataset=None, task=toys.BINARY):
    return refitting.folds(dataset or toys.table(400, columns=4), task)[0]


def test_noise_doubles_the_columns_and_leaves_the_rest():
    before = cut()
    after = table_operations.apply_operation("noise", before, toys.BINARY)
    assert after.train.inputs.shape[1] == 2 * before.train.inputs.shape[1]
    pd.testing.assert_frame_equal(after.test.inputs[before.test.inputs.columns], before.test.inputs)
    extra = after.train.inputs.iloc[:, -1]
    assert abs(np.corrcoef(extra, after.train.target)[0, 1]) < 0.2
    assert not np.array_equal(extra[:20], after.test.inputs.iloc[:20, -1])


def test_rotation_keeps_distances_and_takes_columns_apart():
    before = cut()
    after = table_operations.apply_operation("rotated", before, toys.BINARY)
    names = table_operations.numeric_columns(before.train.inputs)
    scale = table_operations._scaling(before, names)
    ours, theirs = scale(before.test), after.test.inputs[names].to_numpy()
    np.testing.assert_allclose(np.linalg.norm(ours[0] - ours[1]), np.linalg.norm(theirs[0] - theirs[1]))
    alone = abs(np.corrcoef(before.train.inputs["n0"], before.train.target)[0, 1])
    best = max(abs(np.corrcoef(after.train.inputs[name], after.train.target)[0, 1]) for name in names)
    assert best < alone
    assert list(after.train.inputs.columns) == list(before.train.inputs.columns)
    np.testing.assert_array_equal(after.train.target, before.train.target)


def test_rotation_knows_nothing_of_the_test_rows():
    before = cut()
    wild = before.test.inputs.copy()
    wild["n0"] = wild["n0"] * 1000
    other = table_operations.apply_operation(
        "rotated", replace(before, test=replace(before.test, inputs=wild)), toys.BINARY
    )
    pd.testing.assert_frame_equal(
        other.train.inputs, table_operations.apply_operation("rotated", before, toys.BINARY).train.inputs
    )


def test_smoothing_removes_flips_and_keeps_shares_and_test_rows():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.normal(size=600), "b": rng.normal(size=600)})
    clean = (frame["a"] + frame["b"] > 0).to_numpy().astype(np.int64)
    flipped = np.where(rng.random(600) < 0.15, 1 - clean, clean)
    before = cut(Dataset("t", "table", frame, flipped, labels=("0", "1")))
    after = table_operations.apply_operation("smoothed", before, toys.BINARY)
    truth = (after.train.inputs["a"] + after.train.inputs["b"] > 0).to_numpy()
    assert (after.train.target == truth).mean() > (before.train.target == truth).mean() + 0.05
    assert abs(after.train.target.mean() - before.train.target.mean()) < 0.05
    np.testing.assert_array_equal(after.test.target, before.test.target)


def test_smoothing_numbers_lowers_their_roughness():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.uniform(0, 10, 500)})
    before = cut(Dataset("t", "table", frame, np.sin(frame["a"].to_numpy()) + rng.normal(0, 1, 500)), toys.NUMBER)
    after = table_operations.apply_operation("smoothed", before, toys.NUMBER)
    truth = np.sin(after.train.inputs["a"].to_numpy())
    assert np.var(after.train.target - truth) < 0.2


def test_what_means_nothing_is_refused_in_words():
    frame = pd.DataFrame({"c": pd.Categorical(list("ab") * 100), "x": np.arange(200.0) % 7})
    with pytest.raises(ValueError, match="two numeric columns"):
        table_operations.apply_operation("rotated", cut(Dataset("t", "table", frame, np.arange(200) % 2)), toys.BINARY)
    words = pd.DataFrame({"t": [f"text {k}" for k in range(200)]})
    with pytest.raises(ValueError, match="neighbours"):
        table_operations.apply_operation("smoothed", cut(Dataset("t", "table", words, np.arange(200) % 2)), toys.BINARY)


def test_missing_values_survive_every_operation():
    data = toys.table(300)
    data.inputs.loc[::7, "n0"] = np.nan
    data.inputs.loc[::5, "c"] = np.nan
    for operation in table_operations.OPERATIONS:
        after = table_operations.apply_operation(operation.key, cut(data), toys.BINARY)
        assert len(after.train) == len(cut(data).train)


def test_smoothing_keeps_a_rare_class_as_rare():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.normal(size=600), "b": rng.normal(size=600)})
    rare = (frame["a"].to_numpy() + 0.3 * rng.normal(size=600) > 1.2).astype(np.int64)
    before = cut(Dataset("t", "table", frame, rare, labels=("0", "1")))
    after = table_operations.apply_operation("smoothed", before, toys.BINARY)
    assert np.mean(after.train.target) == pytest.approx(np.mean(before.train.target), abs=0.02)
