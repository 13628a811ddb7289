"""Tables with free text: found, read together, weighed apart, and left out of everybody else's contests."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core import registry
from core.arena import planning
from core.models import composed_model
from core.models.tabular import late_fusion, text_and_columns
from core.schema import Budget, Dataset, Plan, Task
from tests.contestants.table.tables import made, parts

TASK = Task("y", "classification", "binary")


def strikes(rows: int = 420) -> Dataset:
    """Half of the answer stands in the number, half in the words of the remark."""
    draw = np.random.default_rng(0)
    number, told = draw.normal(size=rows), draw.integers(0, 2, rows)
    kinds = (["calm", "smooth", "fine"], ["bang", "smoke", "dent"])
    said = np.array([" ".join([*draw.choice(kinds[code], 3), "on", "landing"]) for code in told], dtype=object)
    said[::17] = None
    inputs = pd.DataFrame({"speed": number, "remark": pd.Series(said, dtype=object)})
    target = ((number + 2.0 * told - 1.0 + 0.2 * draw.normal(size=rows)) > 0).astype(np.int64)
    return Dataset("strikes", "table", inputs, target, labels=("no", "yes"))


@pytest.mark.parametrize("key", ["table_joint", "table_fusion"])
def test_both_kinds_of_columns_are_used_and_explained(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composed_model, "EXPLAIN_SECONDS", 0.0)
    train, valid, test = parts(strikes())
    contestant = registry.find("contestants", key)
    heard: list = []
    model = contestant.fit(train, valid, TASK, Budget(seconds=2.5, seed=1), heard.append)
    chances = model.predict(test.inputs)
    assert (chances.argmax(axis=1) == test.target).mean() > 0.8 and heard
    mapping = {name: test.inputs[name].to_numpy() for name in test.inputs.columns}
    assert np.allclose(model.predict(mapping), chances, atol=1e-5), "the deployable path needs no DataFrame"
    told = model.explain(test.inputs.iloc[:6], train.inputs.iloc[:10])
    assert told.parts == ("speed", "remark") and np.abs(told.values).mean(axis=0).min() > 0.1
    assert np.allclose(told.base_value + told.values.sum(axis=1), model.margin(test.inputs.iloc[:6]), atol=1e-4)
    for columns in (["speed"], ["remark"]):  # the modality ablation fits each kind of column alone
        alone = [Dataset("x", "table", one.inputs[columns], one.target, labels=one.labels) for one in (train, valid)]
        fitted = contestant.fit(*alone, TASK, Budget(seconds=0.3, seed=1), heard.append)
        assert fitted.predict(test.inputs[columns]).shape == (len(test), 2)


def test_late_fusion_weighs_on_rows_that_neither_side_has_seen() -> None:
    train, valid, _ = parts(strikes())
    facts = late_fusion.fit_late_fusion(train, valid, TASK, Budget(seconds=20.0, seed=1), lambda news: None).describe()
    assert facts["rows_weighed"] == len(train) + len(valid)
    assert facts["weight_of_columns"] > 0.1 and facts["weight_of_texts"] > 0.1
    assert facts["text_columns"] == ["remark"]


def test_they_stay_out_of_tables_without_text_unless_named() -> None:
    plain, task = made("binary")
    for plan, refused in ((Plan(), set()), (Plan(contestants=("table_joint", "table_xgboost")), {"table_joint"})):
        playing, reasons = planning.select_contestants(plain, task, plan)
        assert set(reasons) == refused and "table_joint" not in {one.key for one in playing}
    assert {"table_joint", "table_fusion"} <= {
        one.key for one in planning.select_contestants(strikes(), TASK, Plan())[0]
    }
    only = Dataset("x", "table", strikes().inputs[["remark"]], strikes().target, labels=("no", "yes"))
    assert not text_and_columns.has_text(only)


def test_every_different_text_is_asked_about_once() -> None:
    asked: list[int] = []

    def answer(texts: np.ndarray) -> np.ndarray:
        asked.append(len(texts))
        return np.array([len(text) for text in texts], dtype=float)

    found = np.array(["aa", "b", "aa", "", "b"], dtype=object)
    assert text_and_columns.map_unique(found, answer).tolist() == [2, 1, 2, 0, 1] and asked == [3]
