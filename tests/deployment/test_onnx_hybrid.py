"""The hybrid of the tables as one graph answers like the original, for classes and for numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import registry
from core.deployment import compression, onnx_export
from core.schema import Budget
from tests import toys

SLOW = [pytest.param(form, marks=pytest.mark.slow) for form in ("multiclass", "regression")]


@pytest.mark.parametrize("form", ["binary", *SLOW])
def test_one_graph_for_network_and_trees(form):
    data = toys.table(240)
    frame = data.inputs.copy()
    frame.loc[::7, "n1"] = np.nan
    values = data.inputs["n0"].to_numpy()
    classes = {"binary": data.target, "multiclass": np.digitize(values, [-0.5, 0.5])}
    labels = {"binary": ("a", "b"), "multiclass": ("a", "b", "c")}.get(form, ())
    data = replace(data, inputs=frame, target=classes.get(form, 50 + 9 * values), labels=labels)
    task = replace(toys.NUMBER if form == "regression" else toys.BINARY, form=form)
    parts = [data.take(np.arange(low, low + 80)) for low in (0, 80, 160)]
    contestant = registry.find("contestants", "table_hybrid")
    model = contestant.fit(parts[0], parts[1], task, Budget(seconds=2.0), lambda news: None)
    found = onnx_export.export_model(model, parts[0].inputs.iloc[:3])
    rows = found.encode(parts[2].inputs)
    answers = found.to_predictions(onnx_export.run_graph(found.graph, rows))
    assert found.kind == "hybrid"
    assert np.allclose(answers, model.predict(parts[2].inputs), atol=1e-4 if form != "regression" else 1e-2)
    assert np.allclose(found.to_predictions(found.raw(rows)), model.predict(parts[2].inputs), atol=1e-4)
    small, words = compression.distil(found, rows)
    assert "trees" in words and len(small) > 0
