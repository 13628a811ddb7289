"""Every contestant on tables explains itself completely and close to its own Shapley values, whatever the task."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from core import registry
from core.explain.agreement import agreement
from core.explain.explanation_report import explanation_report
from core.schema import Budget, Column, Dataset, Run, Task


def contestants_for(kind: str) -> list[str]:
    """Names of the contestants on tables that can answer this kind of task; naive Bayes knows classes only."""
    return [
        key
        for key, contestant in registry.discover("contestants").items()
        if contestant.family != "chance" and "table" in contestant.modalities and kind in contestant.kinds
    ]


def table(form: str) -> tuple[Dataset, Task]:
    """600 rows with a number that matters, a category that matters, missing values and noise."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(600, 4)), columns=["strong", "weak", "noise", "holes"])
    frame["kind"] = pd.Categorical(rng.choice(["red", "green", "blue"], 600))
    signal = 3 * frame["strong"] + frame["weak"] * (frame["kind"] == "red") + rng.normal(size=600) / 2
    frame.loc[rng.random(600) < 0.2, "holes"] = np.nan
    target = {
        "binary": (signal > 0).to_numpy(dtype=np.int64),
        "multiclass": np.digitize(signal, [-2, 2]).astype(np.int64),
        "regression": 100 + 20 * signal.to_numpy(),
    }[form]
    kind = "regression" if form == "regression" else "classification"
    columns = tuple(Column(name, "categorical" if name == "kind" else "numeric") for name in frame)
    return Dataset("made", "table", frame, target, columns=columns), Task("target", kind, form)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["binary", "multiclass", "regression"])
def test_contestants_explain_themselves(form: str) -> None:
    data, task = table(form)
    train, valid, test = (data.take(np.arange(*cut)) for cut in ((0, 400), (400, 480), (480, 600)))
    rows = test.take(np.arange(16))
    outputs = rows.target if form == "multiclass" else None
    runs = []
    for key in contestants_for(task.kind):
        contestant = registry.find("contestants", key)
        model = contestant.fit(train, valid, task, Budget(seconds=30), lambda news: None)
        told = explanation_report(model, rows, train.take(np.arange(50)), outputs, lambda news: None)
        json.dumps(told, allow_nan=False)
        assert told["light"] == "green", (key, told["completeness_error"])
        assert told["method_error"] < 0.25 and told["deletion"] > 0.8 and told["insertion"] > 0.8, (
            key,
            told["referee"],
        )
        assert told["parts"][int(np.argmax(told["global"]))] == "strong", key
        runs.append(Run(key, key, contestant.family, explanation=told))
    # The linear model cannot bend for the class in the middle, so trees and network are the pair to hold together.
    pairs = {frozenset(name.split("|")): told for name, told in agreement(runs)["pairs"].items()}
    assert pairs[frozenset(("table_xgboost", "table_deep"))]["sign"] > 0.7
