"""Scores against values computed by hand or by scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as reference

from core.evaluation import metrics


def test_brier_by_hand() -> None:
    losses = metrics.brier_losses(np.array([0, 1]), np.array([[0.8, 0.2], [0.5, 0.5]]))
    assert losses == pytest.approx([0.08, 0.5])


def test_log_loss_by_hand() -> None:
    assert metrics.log_losses(np.array([1]), np.array([[0.5, 0.5]])) == pytest.approx([np.log(2)])


@pytest.mark.parametrize("seed", range(5))
def test_auc_and_average_precision_match_sklearn_with_ties(seed: int) -> None:
    draw = np.random.default_rng(seed)
    truth, scores = draw.integers(0, 2, 60), draw.integers(0, 8, 60).astype(float)
    assert metrics.auc(truth, scores) == pytest.approx(reference.roc_auc_score(truth, scores))
    assert metrics.average_precision(truth, scores) == pytest.approx(reference.average_precision_score(truth, scores))


def test_auc_of_one_class_is_unknown() -> None:
    assert np.isnan(metrics.auc(np.ones(4), np.arange(4.0)))


def test_macro_auc_and_balanced_accuracy() -> None:
    codes = np.array([0, 0, 0, 1, 2])
    sure = np.eye(3)[codes]
    assert metrics.macro_auc(codes, sure) == 1.0
    assert metrics.balanced_accuracy(codes, np.zeros(5, dtype=int)) == pytest.approx(1 / 3)


def test_numbers_by_hand() -> None:
    scores = metrics.number_scores(np.array([1.0, 3.0]), np.array([2.0, 2.0]))
    assert (scores["rmse"], scores["mae"], scores["r2"]) == (1.0, 1.0, 0.0)


def test_skill_is_zero_for_the_dummy_and_hundred_for_the_perfect() -> None:
    assert metrics.skill(0.25, 0.25) == 0.0
    assert metrics.skill(0.0, 0.25) == 100.0
    assert np.isnan(metrics.skill(0.0, 0.0))


def test_anomalies_by_hand() -> None:
    scores = metrics.anomaly_scores(np.array([0, 0, 1]), np.array([0.1, 0.2, 0.9]))
    assert scores == {"auc": 1.0, "average_precision": 1.0, "precision_at_n": 1.0}
