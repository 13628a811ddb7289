"""Sets and intervals hold the answer as often as they say, on simulated data whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from core.bundles import conformal


def simulated(rows: int, classes: int, sharpness: float, seed: int):
    """Probabilities that are too sure by a factor, and answers drawn from the true ones."""
    draw = np.random.default_rng(seed)
    logits = draw.normal(size=(rows, classes))
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    told = np.exp(sharpness * logits) / np.exp(sharpness * logits).sum(axis=1, keepdims=True)
    answers = np.array([draw.choice(classes, p=one) for one in true])
    return told, answers


def folds(values, count=5):
    return [values[fold::count] for fold in range(count)]


@pytest.mark.parametrize("classes", [2, 6])
def test_sets_hold_nine_answers_of_ten_on_new_rows(classes):
    seen, truth = simulated(3_000, classes, 3.0, 0)
    found = conformal.fit_conformal(folds(seen), folds(truth))
    new, answers = simulated(20_000, classes, 3.0, 1)
    tempered = conformal.calibrate(new, found.temperature)
    inside = conformal.prediction_sets(tempered, found.quantile)[np.arange(len(answers)), answers]
    assert inside.mean() == pytest.approx(0.9, abs=0.02)
    assert found.coverage.share == pytest.approx(0.9, abs=0.02) and found.coverage.rows == 3_000


def test_the_temperature_undoes_being_too_sure():
    seen, truth = simulated(4_000, 3, 3.0, 2)
    assert conformal.fit_temperature(seen, truth) == pytest.approx(3.0, rel=0.15)
    assert conformal.fit_temperature(*simulated(4_000, 3, 1.0, 2)) == pytest.approx(1.0, rel=0.15)
    assert np.allclose(conformal.calibrate(seen, 2.0).sum(axis=1), 1)


def test_intervals_hold_nine_answers_of_ten_on_new_rows():
    draw = np.random.default_rng(3)
    told = draw.normal(size=2_000)
    truth = told + draw.standard_t(3, 2_000)
    found = conformal.fit_conformal(folds(told), folds(truth))
    new = draw.normal(size=20_000)
    ends = conformal.intervals(new, found.quantile)
    answers = new + draw.standard_t(3, 20_000)
    assert ((ends[:, 0] <= answers) & (answers <= ends[:, 1])).mean() == pytest.approx(0.9, abs=0.02)


def test_too_few_rows_give_no_quantile():
    assert conformal.upper_quantile(np.arange(19.0)) is None
    assert conformal.upper_quantile(np.arange(20.0)) == 18.0
    assert conformal.fit_conformal([np.ones(5)] * 2, [np.ones(5)] * 2).quantile is None
