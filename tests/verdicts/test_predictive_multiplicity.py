"""Equally good models that disagree: the share and the rows, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from core import verdicts
from core.schema import Contest, Task
from tests.verdicts.table_of_runs import PLAN, TASK, run


def contest(predictions, skills, task=TASK, scores=None):
    runs = []
    for (key, answers), skill in zip(predictions.items(), skills, strict=True):
        made = run(key, "deep" if key == "a" else "classical", [skill] * 5, scores=[scores or {}] * 5)
        fits = [replace(fit, predictions=np.array(answers, dtype=float)) for fit in made.fits]
        fits[0] = replace(fits[0], rows=np.arange(100, 100 + len(answers)))
        runs.append(replace(made, fits=tuple(fits)))
    return Contest(id="", digest="", dataset={}, task=task, plan=PLAN, runs=tuple(runs))


A = [[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.7, 0.3]]
B = [[0.8, 0.2], [0.6, 0.4], [0.1, 0.9], [0.6, 0.4]]


def test_share_and_rows_of_classes():
    found = verdicts.measure_disagreement(contest({"a": A, "b": B}, [50.0, 49.5]))
    assert found["share"] == pytest.approx(0.25) and found["n"] == 20
    assert found["rows"] == [101] and found["pairs"] == {"a|b": 0.25}
    assert found["low"] < 0.25 < found["high"] and found["reason"] is None


def test_numbers_differ_beyond_the_typical_error():
    task = Task(target="y", kind="regression", form="regression")
    found = verdicts.measure_disagreement(
        contest({"a": [1.0, 2.0, 3.0], "b": [1.5, 2.0, 9.0]}, [50.0, 50.0], task, {"mae": 1.0})
    )
    assert found["rows"] == [102] and found["share"] == pytest.approx(1 / 3)


def test_a_clearly_worse_model_has_no_say():
    found = verdicts.measure_disagreement(contest({"a": A, "b": B}, [50.0, 48.0]))
    assert found["share"] is None and "margin" in found["reason"]


def test_without_predictions_there_is_a_reason():
    bare = contest({"a": A, "b": B}, [50.0, 50.0])
    runs = tuple(replace(one, fits=tuple(replace(fit, predictions=None) for fit in one.fits)) for one in bare.runs)
    assert "not kept" in verdicts.measure_disagreement(replace(bare, runs=runs))["reason"]
    control = replace(bare, task=Task(target=None, kind="control", form="control"))
    assert verdicts.measure_disagreement(control)["reason"]


def test_survives_the_wire():
    from core.storage import json_codec

    there = contest({"a": A, "b": B}, [50.0, 49.5])
    assert verdicts.measure_disagreement(json_codec.loads(json_codec.dumps(there))) == verdicts.measure_disagreement(
        there
    )
