"""What is predicted: suggestions, preparation, refusals in words, and scores against the dummy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.evaluation import tasks
from core.schema import Column, Dataset, LoadError, Task


def table(**columns: Any) -> Dataset:
    frame = pd.DataFrame(columns)
    facts = []
    for name, values in frame.items():
        numeric = pd.api.types.is_numeric_dtype(values)
        kind = "constant" if values.nunique() == 1 else "numeric" if numeric else "categorical"
        facts.append(Column(str(name), kind, int(values.isna().sum()), values.nunique()))
    return Dataset("t", "table", frame, columns=tuple(facts))


ROWS = 40
DRAW = np.random.default_rng(0)
X = DRAW.normal(size=ROWS)


def test_a_telling_name_is_suggested_before_the_last_column() -> None:
    assert tasks.infer_task(table(Churn=["a", "b"] * 20, x=X)).target == "Churn"
    assert tasks.infer_task(table(x=X, colour=["a", "b"] * 20)).target == "colour"


def test_nothing_to_predict_is_refused_in_words() -> None:
    with pytest.raises(LoadError, match="No column can be predicted"):
        tasks.infer_task(table(same=[1] * ROWS))
    with pytest.raises(LoadError, match="cannot be predicted"):
        tasks.infer_task(table(x=X, same=[1] * ROWS), "same")
    with pytest.raises(LoadError, match=r"no column .nope"):
        tasks.infer_task(table(x=X), "nope")


def test_prepare_codes_answers_and_counts_out_rows_without_one() -> None:
    data = table(x=X, y=[None, *(["no", "yes"] * 20)[1:]])
    ready = tasks.prepare(data, tasks.infer_task(data, "y"))
    assert ready.labels == ("no", "yes") and len(ready) == ROWS - 1
    assert list(ready.inputs.columns) == ["x"]
    assert any("1 rows without an answer" in warning for warning in ready.warnings)


def test_the_positive_class_comes_last() -> None:
    data = table(x=X, y=["bad", "good"] * 20)
    ready = tasks.prepare(data, replace(tasks.infer_task(data, "y"), positive="bad"))
    assert ready.labels == ("good", "bad")


def test_numbers_keep_their_order_as_class_names() -> None:
    data = table(x=X, y=[10.0, 2.0] * 20)
    assert tasks.prepare(data, tasks.infer_task(data, "y")).labels == ("2", "10")


def test_infinite_numbers_are_counted_out_of_a_regression() -> None:
    values = X.copy()
    values[3] = np.inf
    data = table(x=X, y=values)
    ready = tasks.prepare(data, Task("y", "regression", "regression"))
    assert len(ready) == ROWS - 1 and np.isfinite(ready.target).all()


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (["a"] * ROWS, "nothing to predict"),
        ([None] * ROWS, "nothing to predict"),
        (["a"] * 38 + ["b", "c"], "Fewer than two classes"),
    ],
)
def test_useless_targets_are_refused(y: list[Any], said: str) -> None:
    with pytest.raises(LoadError, match=said):
        tasks.prepare(table(x=X, y=y), Task("y", "classification", "multiclass"))


def test_too_many_classes_name_the_limit() -> None:
    data = table(x=np.arange(500.0), y=[f"c{i % 250}" for i in range(500)])
    with pytest.raises(LoadError, match="250 classes; the limit is 200"):
        tasks.prepare(data, Task("y", "classification", "multiclass"))


def test_too_few_rows() -> None:
    with pytest.raises(LoadError, match="Only 12 rows"):
        tasks.prepare(table(x=X[:12], y=["a", "b"] * 6), Task("y", "classification", "binary"))


def test_rare_classes_are_left_out_aloud() -> None:
    data = table(x=X, y=["a"] * 20 + ["b"] * 18 + ["c"] * 2)
    ready = tasks.prepare(data, Task("y", "classification", "multiclass"))
    assert ready.labels == ("a", "b") and len(ready) == 38
    assert any("2 rows of 1 classes" in warning for warning in ready.warnings)


def test_ids_are_dropped_unless_kept() -> None:
    data = table(x=X, key=np.arange(ROWS), y=["a", "b"] * 20)
    data = replace(data, columns=tuple(replace(c, type="id") if c.name == "key" else c for c in data.columns))
    task = Task("y", "classification", "binary")
    assert list(tasks.prepare(data, task).inputs.columns) == ["x"]
    assert list(tasks.prepare(data, replace(task, keep=("key",))).inputs.columns) == ["x", "key"]


def test_groups_leave_the_inputs() -> None:
    data = table(x=X, who=[f"p{i % 4}" for i in range(ROWS)], y=["a", "b"] * 20)
    ready = tasks.prepare(data, Task("y", "classification", "binary", groups="who"))
    assert list(ready.inputs.columns) == ["x"] and len(np.unique(ready.groups)) == 4


def test_score_of_the_dummy_is_zero_and_of_the_oracle_hundred() -> None:
    data = Dataset("t", "table", pd.DataFrame({"x": X}), target=(X > 0).astype(int), labels=("a", "b"))
    task = Task("y", "classification", "binary")
    share = np.tile(np.bincount(data.target) / ROWS, (ROWS, 1))
    assert tasks.score(task, data.target, data, share).skill == pytest.approx(0.0)
    assert tasks.score(task, data.target, data, np.eye(2)[data.target]).skill == 100.0


def test_skill_does_not_depend_on_the_unit() -> None:
    task = Task("y", "regression", "regression")
    data = Dataset("t", "table", pd.DataFrame({"x": X}), target=X)
    scaled = replace(data, target=X * 1000 + 5)
    ours = tasks.score(task, X, data, X * 0.5).skill
    assert tasks.score(task, X * 1000 + 5, scaled, X * 500 + 5).skill == pytest.approx(ours)


def test_answers_that_are_not_finite_are_refused() -> None:
    class Broken:
        def predict(self, inputs: Any) -> np.ndarray:
            return np.full(len(inputs), np.nan)

    data = Dataset("t", "table", pd.DataFrame({"x": X}), target=X)
    with pytest.raises(ValueError, match="40 of the answers are not finite"):
        tasks.predict(Task("y", "regression", "regression"), Broken(), data)  # type: ignore[arg-type]
