"""Hand-made features: no answer leaks into its own row, unknown levels get the mean, the added columns are counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core import registry
from core.measurements.ablation.feature_engineering import table_features
from core.schema import Dataset
from tests import toys


def unique_levels(rows=200):
    """Every row a level of its own: a target encoding that leaked would answer everything."""
    target = np.random.default_rng(0).integers(0, 2, rows)
    frame = pd.DataFrame({"n": np.arange(rows, dtype=float), "id": pd.Categorical([f"k{k}" for k in range(rows)])})
    return Dataset("ids", "table", frame, target=target.astype(np.int64), labels=("0", "1"))


def test_no_answer_enters_its_own_row():
    data = unique_levels()
    craft = table_features.fit_table_features(data, toys.BINARY)
    made = table_features.transform_training(craft, data, toys.BINARY)
    encoded = made.inputs.iloc[:, -1].to_numpy()
    assert abs(np.corrcoef(encoded, data.target)[0, 1]) < 0.35
    leaking = table_features.transform(craft, data).inputs.iloc[:, -1].to_numpy()
    assert np.corrcoef(leaking, data.target)[0, 1] > 0.9


def test_columns_are_those_counted_and_rows_stay():
    data = toys.table(100)
    craft = table_features.fit_table_features(data, toys.BINARY)
    made = table_features.transform(craft, data)
    assert made.inputs.shape == (100, data.inputs.shape[1] + craft.added)
    assert craft.added == 3 + len(craft.skewed) + 1 + 1
    ratio = made.inputs["made 2"].to_numpy()
    assert np.allclose(ratio, data.inputs["n0"] / data.inputs["n1"])
    assert list(data.inputs.columns) == ["n0", "n1", "n2", "c"]


def test_unknown_and_missing_levels_get_a_finite_rate():
    data = toys.table(100)
    craft = table_features.fit_table_features(data, toys.BINARY)
    other = data.inputs.copy()
    other["c"] = pd.Categorical([None, "never seen"] * 50)
    rates = table_features.transform(craft, replace(data, inputs=other)).inputs.iloc[:, -1]
    assert np.allclose(rates, data.target.mean(), atol=0.2) and rates.notna().all()


def test_many_classes_are_encoded_by_the_common_ones():
    data = replace(toys.table(120), target=np.arange(120) % 12, labels=tuple("abcdefghijkl"))
    craft = table_features.fit_table_features(data, replace(toys.BINARY, form="multiclass"))
    assert len(craft.overall) == 5
    with pytest.raises(ValueError, match="tables only"):
        table_features.fit_table_features(replace(data, inputs=np.zeros((120, 2, 2, 1))), toys.BINARY)


def test_a_linear_model_gains_from_a_ratio():
    generator = np.random.default_rng(0)
    values = generator.uniform(1, 2, size=(400, 2)) * generator.choice([-1, 1], size=(400, 2))
    target = (values[:, 0] / values[:, 1] > 0).astype(np.int64)
    data = Dataset("ratio", "table", pd.DataFrame(values, columns=["a", "b"]), target=target, labels=("0", "1"))
    reading = registry.find("measurements", "engineered").measure(toys.subject(data))
    assert len(reading.values) == 5 and np.mean(reading.values) > 50
    lifts = np.subtract(reading.detail["engineered"], reading.detail["raw"])
    assert np.allclose(lifts, reading.values) and reading.detail["added"] == 2
