"""Curves of additive models: complete, exact, and by class where there are several."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core import registry
from core.explain.column_curves import attribute_curves
from core.schema import Budget, Column, Dataset, Task


def fitted(form: str):
    """An additive model on a number with gaps, a category and noise, and rows that it has not seen."""
    draw = np.random.default_rng(5)
    frame = pd.DataFrame({"x": draw.normal(size=300), "noise": draw.normal(size=300)})
    frame["kind"] = pd.Categorical(draw.choice(["a", "b", "c"], 300))
    signal = frame["x"].to_numpy() + 2.0 * (frame["kind"] == "b").to_numpy() + 0.3 * draw.normal(size=300)
    frame.loc[draw.random(300) < 0.1, "x"] = np.nan
    target = signal if form == "regression" else np.digitize(signal, [0.0] if form == "binary" else [0.0, 2.0])
    columns = (Column("x", "numeric"), Column("noise", "numeric"), Column("kind", "categorical"))
    data = Dataset("made", "table", frame, target, columns=columns, labels=("p", "q", "r")[: len(set(target))])
    task = Task("y", "regression" if form == "regression" else "classification", form)
    parts = [data.take(np.arange(*cut)) for cut in ((0, 180), (180, 240), (240, 300))]
    model = registry.find("contestants", "table_additive").fit(*parts[:2], task, Budget(seconds=5), lambda news: None)
    return model, parts


@pytest.mark.parametrize("form", ["binary", "multiclass", "regression"])
def test_curves_add_up_to_the_answer_and_find_what_matters(form):
    model, (train, _, test) = fitted(form)
    outputs = test.target.astype(int) if form == "multiclass" else None
    found = model.explain(test.inputs, train.inputs.iloc[:30], outputs)
    margin = model.margin(test.inputs)
    margin = margin if outputs is None else margin[np.arange(len(test)), outputs]
    assert found.parts == ("x", "noise", "kind") and found.completeness_error < 1e-4
    np.testing.assert_allclose(found.values.sum(axis=1) + found.base_value, margin, rtol=1e-4, atol=1e-4)
    size = np.abs(found.values).mean(axis=0)
    assert size[1] < 0.5 * min(size[0], size[2])


def test_one_of_several_outputs_must_be_chosen():
    model, (train, _, test) = fitted("multiclass")
    rows = model.encoded(test.inputs)
    with pytest.raises(ValueError, match="which one each row explains"):
        attribute_curves(model.booster, rows, model.encoded(train.inputs), model.features.column_names)
