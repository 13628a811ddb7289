"""Confusion, curves, calibration, residuals: against values by hand and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import calibration as sk_calibration
from sklearn import metrics as sk

from core.evaluation import uncertainty
from core.evaluation.errors import calibration_curve, confusion, residual_summary, score_curves
from core.evaluation.errors.held_out import Answers
from core.evaluation.errors.score_curves import RankedFold

DRAW = np.random.default_rng(0)


def ranked(rows: int = 200, seed: int = 0, ties: bool = False) -> RankedFold:
    draw = np.random.default_rng(seed)
    truth = draw.random(rows) < 0.3
    scores = np.clip(0.3 + 0.25 * truth + draw.normal(0, 0.2, rows), 0, 1)
    return RankedFold(truth, np.round(scores, 1) if ties else scores)


def test_confusion_counts_recorded_by_answered() -> None:
    truth, guesses = np.array([0, 0, 1, 1, 1, 2]), np.array([0, 1, 1, 1, 0, 0])
    found = confusion.confusion_matrix(truth, guesses, "abc")
    assert found.counts.tolist() == [[1, 1, 0], [1, 2, 0], [1, 0, 0]] == sk.confusion_matrix(truth, guesses).tolist()
    assert found.rows == 6 and found.shares[1].tolist() == [1 / 3, 2 / 3, 0]
    empty = confusion.confusion_matrix(np.array([0]), np.array([0]), "ab")
    assert empty.counts.shape == (2, 2) and empty.shares[1].tolist() == [0, 0]


def test_the_most_confused_pairs_have_wilson_intervals() -> None:
    truth, guesses = np.array([0] * 10 + [1] * 4), np.array([1] * 3 + [0] * 7 + [0, 1, 1, 1])
    first, second = confusion.confused_pairs(confusion.confusion_matrix(truth, guesses, "ab"), 5)
    assert (first.recorded, first.answered, first.count, first.rows, first.share) == ("a", "b", 3, 10, 0.3)
    assert (first.low, first.high) == uncertainty.share_interval(3, 10)
    assert (second.count, second.rows) == (1, 4)


def test_small_classes_are_joined_and_no_row_is_lost() -> None:
    truth = DRAW.integers(0, 6, 300)
    guesses = np.where((truth == 4) & (DRAW.random(300) < 0.7), 1, truth)
    whole = confusion.confusion_matrix(truth, guesses, "abcdef")
    small = confusion.join_small_classes(whole, 3)
    assert small.names == ("b", "e", "other") and small.rows == 300
    assert small.counts[1, 0] == whole.counts[4, 1] and confusion.join_small_classes(whole, 6) is whole


@pytest.mark.parametrize("ties", [False, True])
def test_curves_are_those_of_scikit_learn(ties: bool) -> None:
    fold = ranked(ties=ties)
    false, true, thresholds = score_curves.roc_points(fold.truth, fold.scores)
    theirs = sk.roc_curve(fold.truth, fold.scores, drop_intermediate=False)
    for ours, other in zip((false, true, thresholds), theirs, strict=True):
        assert ours == pytest.approx(other)
    recall, precision, limits = score_curves.precision_recall_points(fold.truth, fold.scores)
    their_precision, their_recall, their_limits = sk.precision_recall_curve(fold.truth, fold.scores)
    assert precision[::-1] == pytest.approx(their_precision[:-1]) and limits[::-1] == pytest.approx(their_limits)
    assert recall[::-1] == pytest.approx(their_recall[:-1])


def test_a_band_is_the_mean_over_folds_with_the_corrected_interval() -> None:
    folds = [ranked(seed=k) for k in range(5)]
    band = score_curves.roc_band(folds, 0.25)
    assert band is not None and band.low is not None and band.high is not None
    place = 30
    at = []
    for one in folds:
        false, true, _ = sk.roc_curve(one.truth, one.scores)
        at.append(float(np.interp(0.3, false, true)))
    expected = uncertainty.corrected_t(at, 0.25, 0.0)
    assert band.x[place] == pytest.approx(0.3) and band.mean[place] == pytest.approx(expected.gap, abs=0.01)
    assert band.low[place] == pytest.approx(expected.low, abs=0.02)
    areas = [sk.roc_auc_score(one.truth, one.scores) for one in folds]
    assert band.area.mean == pytest.approx(np.mean(areas)) and band.folds == 5 and band.rows == 1_000
    assert band.mean[0] < band.mean[-1] == 1.0 and (band.low >= 0).all() and (band.high <= 1).all()


def test_precision_at_a_recall_is_that_of_the_first_threshold_that_reaches_it() -> None:
    fold = RankedFold(np.array([True, False, True, False]), np.array([0.9, 0.8, 0.7, 0.1]))
    band = score_curves.precision_recall_band([fold], 0.25)
    assert band is not None and band.low is None and band.area.low is None
    assert band.mean[band.x <= 0.5] == pytest.approx(1.0) and band.mean[band.x > 0.501] == pytest.approx(2 / 3)
    assert band.area.mean == pytest.approx(sk.average_precision_score(fold.truth, fold.scores))
    assert band.prevalence == 0.5


def test_folds_with_one_kind_of_row_give_no_curve() -> None:
    single = RankedFold(np.zeros(4, dtype=bool), np.arange(4) / 4)
    assert score_curves.roc_band([single], 0.25) is None and score_curves.precision_recall_band([single], 0.25) is None
    both = score_curves.roc_band([single, ranked()], 0.25)
    assert both is not None and both.folds == 1


def test_calibration_bins_are_those_of_scikit_learn() -> None:
    said = DRAW.random(500)
    truth = DRAW.random(500) < said**2
    found = calibration_curve.calibration(truth, said)
    observed, predicted = sk_calibration.calibration_curve(truth, said, n_bins=10)
    assert [one.observed for one in found.bins] == pytest.approx(observed)
    assert [one.predicted for one in found.bins] == pytest.approx(predicted)
    assert sum(one.count for one in found.bins) == found.rows == 500
    by_hand = sum(one.count / 500 * abs(one.observed - one.predicted) for one in found.bins)
    assert found.error == pytest.approx(by_hand) and found.error > 3 * found.by_chance
    assert all(one.low <= one.observed <= one.high for one in found.bins)


def test_the_error_by_chance_is_what_a_calibrated_model_shows() -> None:
    errors, expected = [], []
    for seed in range(60):
        draw = np.random.default_rng(seed)
        said = draw.beta(2, 5, 400)
        found = calibration_curve.calibration(draw.random(400) < said, said)
        errors.append(found.error)
        expected.append(found.by_chance)
    assert np.mean(errors) == pytest.approx(np.mean(expected), rel=0.1)


def test_empty_bins_are_left_out_and_counted() -> None:
    found = calibration_curve.calibration(np.array([True, False]), np.array([0.95, 0.05]))
    assert len(found.bins) == 2 and found.bins_in_all == 10 and found.error == pytest.approx(0.05)
    hits, sure = calibration_curve.top_answers(np.array([0, 1]), np.array([[0.7, 0.3], [0.6, 0.4]]))
    assert hits.tolist() == [True, False] and sure.tolist() == [0.7, 0.6]


def answers(rows: int = 100) -> Answers:
    draw = np.random.default_rng(1)
    predicted = draw.normal(10, 3, rows)
    return Answers(np.arange(rows), predicted + draw.normal(1, 2, rows), predicted, np.arange(rows) % 5)


def test_residuals_are_recorded_minus_predicted() -> None:
    given = answers()
    found = residual_summary.residual_summary(given, 0.25)
    left = given.truth - given.predictions
    assert found.quantiles == pytest.approx(np.quantile(left, [0.05, 0.25, 0.5, 0.75, 0.95]))
    assert found.absolute.mean == pytest.approx(sk.mean_absolute_error(given.truth, given.predictions))
    by_fold = [left[given.folds == k].mean() for k in range(5)]
    expected = uncertainty.corrected_t(by_fold, 0.25, 0.0)
    assert (found.bias.mean, found.bias.low, found.bias.high) == pytest.approx(expected[:3])
    assert found.rows == 100 and found.largest == pytest.approx(sk.max_error(given.truth, given.predictions))


def test_residuals_by_prediction_use_every_row_once() -> None:
    bins = residual_summary.residuals_by_prediction(answers())
    assert len(bins) == 10 and sum(one.count for one in bins) == 100 and all(one.count >= 9 for one in bins)
    assert all(one.low <= one.middle <= one.high for one in bins)
    assert [one.predicted for one in bins] == sorted(one.predicted for one in bins)
    flat = Answers(np.arange(4), np.arange(4.0), np.ones(4), np.zeros(4))
    (single,) = residual_summary.residuals_by_prediction(flat)
    assert single.count == 4 and single.middle == 0.5
