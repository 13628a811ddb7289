"""Boosted trees: they stop, start where told, obey the clock, and count themselves."""

import time

import numpy as np
import pytest

from core.models.tabular import boosting
from core.models.training.booster import tree_structure
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Cancelled

QUIET = [].append


def problem(rows=300, seed=0):
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(rows, 3)).astype(np.float32)
    x[::17, 1] = np.nan
    y = (x[:, 0] + 0.5 * generator.normal(size=rows) > 0).astype(np.int64)
    own, inner = boosting.BoostingRows(x[:200], y[:200]), boosting.BoostingRows(x[200:], y[200:])
    return own, inner, OutputSpec.from_target("binary", y[:200], 2)


def test_stops_early_and_keeps_the_best_round():
    own, inner, output_spec = problem()
    told = []
    grown = boosting.fit_boosting(own, inner, output_spec, {}, Budget(seconds=20, device="cpu"), told.append)
    facts = grown.facts
    assert facts["stopped"] == "patience" and facts["rounds"] == facts["best_round"] + 40
    assert grown.booster.num_boosted_rounds() == facts["best_round"] == facts["trees"]
    answers_given = output_spec.to_predictions(grown.raw(inner.encoded))
    assert output_spec.skill(answers_given, inner.target) == pytest.approx(grown.score, abs=1e-3) and grown.score > 30
    assert all(news.loss is not None and news.score is not None for news in told)


def test_the_clock_and_the_watcher_can_stop_the_growing():
    own, inner, output_spec = problem()
    begin = time.perf_counter()
    grown = boosting.fit_boosting(
        own, inner, output_spec, {"patience": 10**6, "rounds": 10**6}, Budget(seconds=0.2), QUIET
    )
    assert time.perf_counter() - begin < 3 and grown.facts["stopped"] == "seconds"

    def cancel(news):
        raise Cancelled

    with pytest.raises(Cancelled):
        boosting.fit_boosting(own, inner, output_spec, {}, Budget(device="cpu"), cancel)


def test_trees_can_start_from_a_given_margin():
    own, inner, output_spec = problem()
    start = np.where(own.target == 1, 6.0, -6.0).astype(np.float32)[:, None]
    held = np.where(inner.target == 1, 6.0, -6.0).astype(np.float32)[:, None]
    rows = (
        boosting.BoostingRows(own.encoded, own.target, start),
        boosting.BoostingRows(inner.encoded, inner.target, held),
    )
    grown = boosting.fit_boosting(*rows, output_spec, {}, Budget(device="cpu"), QUIET)
    raw = grown.raw(inner.encoded, held)
    assert output_spec.skill(output_spec.to_predictions(raw), inner.target) > 99
    assert np.abs(raw - held).max() < 3


def test_structure_is_counted_from_the_trees():
    import xgboost

    data = xgboost.DMatrix(np.array([[0.0], [1.0]] * 20), np.array([0.0, 1.0] * 20))
    stumps = xgboost.train({"max_depth": 1, "nthread": 1}, data, 3)
    counted = tree_structure(stumps)
    assert counted == {"trees": 3, "leaves": 6, "nodes": 9, "depth": 1, "comparisons": 3}


def test_an_absent_gpu_is_noted_not_hidden():
    import torch

    if torch.cuda.is_available():
        pytest.skip("a CUDA device is there, so asking for one does not fail")
    own, inner, output_spec = problem()
    grown = boosting.fit_boosting(own, inner, output_spec, {"rounds": 5}, Budget(device="cuda"), QUIET)
    assert grown.facts["device"] == "cpu" and "no CUDA device" in grown.facts["notes"][0]


@pytest.mark.gpu
def test_trees_grow_on_a_gpu():
    import torch

    if not torch.cuda.is_available():
        pytest.skip("no CUDA device here")
    own, inner, output_spec = problem()
    grown = boosting.fit_boosting(own, inner, output_spec, {}, Budget(device="cuda"), QUIET)
    assert grown.facts["device"] == "cuda" and grown.score > 30
