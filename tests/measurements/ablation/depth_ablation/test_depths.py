"""The depth ablation finds that depth pays on XOR and that it does not on a straight line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core import registry
from core.evaluation import refitting
from core.features import flatten
from core.schema import Dataset
from tests import toys

ABLATION = registry.find("measurements", "depth_ablation")


def xor(rows=300):
    values = np.random.default_rng(0).uniform(-1, 1, size=(rows, 2))
    target = (values[:, 0] * values[:, 1] > 0).astype(np.int64)
    return Dataset("xor", "table", pd.DataFrame(values, columns=["a", "b"]), target=target, labels=("0", "1"))


@pytest.mark.parametrize("family", [pytest.param("deep", marks=pytest.mark.slow), "classical"])
def test_depth_pays_on_xor(family, monkeypatch):
    monkeypatch.setattr(refitting, "REPEATS", 3)
    reading = ABLATION.measure(toys.subject(xor(), toys.contestant(family=family)))
    assert len(reading.values) == 3 and np.mean(reading.values) > 30
    depths = [point["depth"] for point in reading.detail["curve"]]
    assert depths == ([0, 1, 2, 3] if family == "deep" else [1, 2, 3, 4, 6, 8])
    assert reading.detail["rho"] == 0.5


@pytest.mark.slow
def test_depth_does_not_pay_on_a_line(monkeypatch):
    monkeypatch.setattr(refitting, "REPEATS", 3)
    reading = ABLATION.measure(toys.subject(toys.table(200), toys.contestant(family="deep")))
    assert abs(np.mean(reading.values)) < 12


def test_texts_are_refused_and_big_pictures_thinned():
    texts = Dataset("t", "text", np.array(["a", "b"], dtype=object))
    with pytest.raises(ValueError, match="not on texts"):
        flatten.fit_flatten(texts)
    pictures = Dataset("p", "image", np.random.default_rng(0).integers(0, 255, (20, 64, 64, 1), dtype=np.uint8))
    flat = flatten.fit_flatten(pictures)(pictures.inputs)
    assert flat.shape == (20, 1024) and np.isfinite(flat).all() and abs(flat.mean()) < 0.1
