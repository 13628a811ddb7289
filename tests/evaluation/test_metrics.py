"""Scores against values computed by hand or by scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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


@st.composite
def ranked(draw):
    """0/1 truth (n,) with both classes, and scores (n,) with many ties."""
    rest = draw(st.lists(st.tuples(st.integers(0, 1), st.integers(-5, 5)), max_size=60))
    rows = [(0, draw(st.integers(-5, 5))), (1, draw(st.integers(-5, 5))), *rest]
    truth, scores = (np.array(column) for column in zip(*rows, strict=True))
    return truth, scores / 4


@st.composite
def classified(draw):
    """Codes (n,) of which every class occurs, and probabilities (n, k) between 2 and 5 classes."""
    classes = draw(st.integers(2, 5))
    codes = np.array([*range(classes), *draw(st.lists(st.integers(0, classes - 1), max_size=40))])
    weights = np.random.default_rng(draw(st.integers(0, 10_000))).gamma(0.5, size=(len(codes), classes)) + 1e-6
    return codes, weights / weights.sum(axis=1, keepdims=True)


@settings(deadline=None, max_examples=40)
@given(ranked())
def test_auc_is_scikit_learns(rows) -> None:
    assert metrics.auc(*rows) == pytest.approx(reference.roc_auc_score(*rows), abs=1e-12)


@settings(deadline=None, max_examples=40)
@given(ranked())
def test_average_precision_is_scikit_learns(rows) -> None:
    assert metrics.average_precision(*rows) == pytest.approx(reference.average_precision_score(*rows), abs=1e-12)


@settings(deadline=None, max_examples=40)
@given(classified())
def test_losses_of_classes_are_scikit_learns(rows) -> None:
    codes, probabilities = rows
    labels = np.arange(probabilities.shape[1])
    brier = reference.brier_score_loss(codes, probabilities, labels=labels, scale_by_half=False)
    assert metrics.brier_losses(codes, probabilities).mean() == pytest.approx(brier, abs=1e-12)
    wanted = reference.log_loss(codes, probabilities, labels=labels)
    assert metrics.log_losses(codes, probabilities).mean() == pytest.approx(wanted, rel=1e-9)


@settings(deadline=None, max_examples=40)
@given(classified())
def test_scores_of_classes_are_scikit_learns(rows) -> None:
    codes, probabilities = rows
    found, guesses = metrics.class_scores(codes, probabilities), probabilities.argmax(axis=1)
    assert found["balanced_accuracy"] == pytest.approx(reference.balanced_accuracy_score(codes, guesses), abs=1e-12)
    assert found["accuracy"] == pytest.approx(reference.accuracy_score(codes, guesses), abs=1e-12)
    given_ = probabilities[:, 1] if probabilities.shape[1] == 2 else probabilities
    assert found["auc"] == pytest.approx(reference.roc_auc_score(codes, given_, multi_class="ovr"), abs=1e-12)


@settings(deadline=None, max_examples=40)
@given(classified())
def test_f1_is_scikit_learns(rows) -> None:
    codes, probabilities = rows
    classes, guesses = probabilities.shape[1], probabilities.argmax(axis=1)
    there = sorted({*codes.tolist(), *guesses.tolist()})
    how = {"labels": [1], "average": "macro"} if classes == 2 else {"labels": there, "average": "macro"}
    wanted = reference.f1_score(codes, guesses, zero_division=0.0, **how)
    assert metrics.f1_score(codes, guesses, classes) == pytest.approx(wanted, abs=1e-12)
    assert metrics.class_scores(codes, probabilities)["f1"] == pytest.approx(wanted, abs=1e-12)
