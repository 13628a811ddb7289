"""Thresholds and their costs, right answers, worst mistakes, and rows on which the families disagree."""

from __future__ import annotations

import numpy as np
import pytest

from core.evaluation import uncertainty
from core.evaluation.errors import decision_costs, family_disagreement, right_answers
from core.evaluation.errors.decision_costs import ErrorCosts
from core.evaluation.errors.held_out import Answers, FoldAnswers
from core.evaluation.errors.score_curves import RankedFold
from core.schema import Comparison, Fit, Run, Task

BINARY = Task("y", "classification", "binary")
NUMBERS = Task("y", "regression", "regression")
ANOMALY = Task(None, "anomaly", "anomaly")
FOLD = RankedFold(np.array([False, False, True, False, True]), np.array([0.1, 0.2, 0.4, 0.6, 0.9]))


def calibrated(seed: int, rows: int = 800) -> RankedFold:
    draw = np.random.default_rng(seed)
    scores = draw.random(rows)
    return RankedFold(draw.random(rows) < scores, scores)


def test_an_outcome_is_counted_by_hand() -> None:
    found = decision_costs.outcome_at(FOLD, ErrorCosts(1.0, 4.0), 0.5)
    assert (found.false_alarms, found.misses, found.hits, found.rows) == (1, 1, 1, 5)
    assert found.cost == pytest.approx(1_000 * (1 + 4) / 5)


@pytest.mark.parametrize(
    ("costs", "threshold"),
    [
        (ErrorCosts(1.0, 4.0), 0.3),  # one false alarm, no miss: the middle of .2 and .4
        (ErrorCosts(4.0, 1.0), 0.75),  # one miss, no false alarm: the middle of .6 and .9
        (ErrorCosts(1.0, 0.0), 0.75),  # any threshold above .6 costs nothing: of their middles, the nearest to .5
        (ErrorCosts(0.0, 1.0), 0.3),  # any threshold up to .4 costs nothing: of their middles, the nearest to .5
        (ErrorCosts(0.0, 0.0), 0.5),
    ],
)
def test_the_best_threshold_is_found_by_hand(costs: ErrorCosts, threshold: float) -> None:
    assert decision_costs.best_threshold(FOLD, costs, 0.5) == pytest.approx(threshold)


def test_always_and_never_are_thresholds_too() -> None:
    wrong = RankedFold(np.array([True, False]), np.array([0.2, 0.8]))
    assert decision_costs.best_threshold(wrong, ErrorCosts(9.0, 1.0), 0.5) == pytest.approx(0.9)
    assert decision_costs.best_threshold(wrong, ErrorCosts(1.0, 9.0), 0.5) == pytest.approx(0.1)
    top = RankedFold(np.array([True, False]), np.array([0.2, 1.0]))
    assert decision_costs.best_threshold(top, ErrorCosts(9.0, 1.0), 0.5) > 1.0


def test_the_best_threshold_beats_every_other_on_its_rows() -> None:
    fold, costs = calibrated(1), ErrorCosts(1.0, 5.0)
    best = decision_costs.outcome_at(fold, costs, decision_costs.best_threshold(fold, costs, 0.5)).cost
    others = [decision_costs.outcome_at(fold, costs, t).cost for t in np.linspace(0, 1, 301)]
    assert best <= min(others) + 1e-9


def test_a_calibrated_model_is_best_at_the_share_of_the_costs() -> None:
    whole = [calibrated(k, 4_000) for k in range(5)]
    found = decision_costs.choose_threshold([whole], ErrorCosts(1.0, 4.0), 0.25)
    assert found.best.threshold == pytest.approx(0.2, abs=0.04) and found.folds == 5
    assert found.saving is not None and found.saving.low is not None and found.saving.low > 0
    assert found.best.cost < found.usual.cost and found.usual.threshold == 0.5


def test_the_saving_is_measured_on_folds_that_did_not_choose() -> None:
    folds, costs = [calibrated(k, 60) for k in range(3)], ErrorCosts(1.0, 3.0)
    found = decision_costs.choose_threshold([folds], costs, 0.5)
    savings = []
    for k, held in enumerate(folds):
        others = [one for j, one in enumerate(folds) if j != k]
        joined = RankedFold(
            np.concatenate([one.truth for one in others]), np.concatenate([one.scores for one in others])
        )
        chosen = decision_costs.best_threshold(joined, costs, 0.5)
        savings.append(
            decision_costs.outcome_at(held, costs, 0.5).cost - decision_costs.outcome_at(held, costs, chosen).cost
        )
    assert found.saving is not None
    expected = uncertainty.corrected_t(savings, 0.5, 0.0)
    assert (found.saving.mean, found.saving.low, found.saving.high) == pytest.approx(expected[:3])
    assert found.best.rows == 180


def test_where_costs_are_equal_choosing_saves_nothing_for_sure() -> None:
    found = decision_costs.choose_threshold([[calibrated(k, 500) for k in range(5)]], ErrorCosts(1.0, 1.0), 0.25)
    assert found.saving is not None and found.saving.low is not None and found.saving.low < 5


def test_a_single_fold_has_nothing_to_check_its_choice_on() -> None:
    assert decision_costs.choose_threshold([[FOLD]], ErrorCosts(1.0, 4.0), 0.25).saving is None
    curve = decision_costs.cost_curve([FOLD], ErrorCosts(1.0, 4.0), 0.25)
    assert curve.low is None and curve.mean[50] == pytest.approx(1_000)


def test_the_cost_curve_is_a_mean_over_folds() -> None:
    folds, costs = [calibrated(k) for k in range(4)], ErrorCosts(2.0, 3.0)
    curve = decision_costs.cost_curve(folds, costs, 1 / 3)
    at = [decision_costs.outcome_at(one, costs, 0.5).cost for one in folds]
    expected = uncertainty.corrected_t(at, 1 / 3, 0.0)
    assert curve.thresholds[50] == 0.5 and curve.mean[50] == pytest.approx(expected.gap)
    assert curve.low is not None and curve.high is not None and curve.low[50] == pytest.approx(expected.low)


def given(truth: list[float], predictions: object, fold: int = 0) -> Answers:
    values = np.array(predictions)
    return Answers(np.arange(len(truth)) + 100, np.array(truth), values, np.full(len(truth), fold))


def test_the_surest_wrong_class_comes_first() -> None:
    found = given([0, 0, 1, 1], [[0.1, 0.9], [0.8, 0.2], [0.6, 0.4], [0.95, 0.05]])
    assert right_answers.right_answers(found, BINARY).tolist() == [False, True, False, False]
    assert right_answers.worst_mistakes(found, BINARY, 2).tolist() == [3, 0]


def test_the_largest_error_comes_first_and_exact_answers_never() -> None:
    found = given([1.0, 2.0, 3.0], [1.0, 5.0, 2.0])
    assert right_answers.worst_mistakes(found, NUMBERS, 5).tolist() == [1, 2]
    assert right_answers.right_answers(found, NUMBERS).tolist() == [True, False, True]
    assert right_answers.right_answers(found, NUMBERS, 0.5).tolist() == [True, False, False]


def test_misses_and_false_alarms_take_turns() -> None:
    scores = np.r_[np.arange(200) / 200, [0.1, 0.5, 2.0]]
    found = given([0] * 200 + [1] * 3, scores)
    percentile = right_answers.anomaly_percentiles(found)
    assert percentile[200] == pytest.approx(0.1) and percentile[202] == 1.0 and percentile[0] == 0
    right = right_answers.right_answers(found, ANOMALY)
    assert not right[[200, 201]].any() and right[202] and (~right[:200]).sum() == 2
    assert right_answers.worst_mistakes(found, ANOMALY, 3).tolist() == [200, 199, 201]


def test_rows_are_sorted_by_who_is_right() -> None:
    sure, wrong = [0.1, 0.9], [0.9, 0.1]
    fold = FoldAnswers(
        0, np.array([10, 11, 12, 13, 14]), np.ones(5, dtype=np.int64),
        {"a": np.array([sure, sure, wrong, wrong, sure]), "b": np.array([sure, wrong, sure, wrong, sure])},
    )  # fmt: skip
    found = family_disagreement.measure_disagreement_sets([fold], BINARY, {"classical": "a", "deep": "b"})
    assert found is not None and found.rows == 5 and found.tolerance is None
    rows = {one.families: one.row_numbers for one in found.sets}
    assert rows == {("classical", "deep"): (10, 14), ("classical",): (11,), ("deep",): (12,), (): (13,)}
    first = found.sets[0]
    assert first.count == 2 and (first.low, first.high) == uncertainty.share_interval(2, 5)
    assert family_disagreement.measure_disagreement_sets([fold], BINARY, {"deep": "b"}) is None
    assert family_disagreement.measure_disagreement_sets([fold], BINARY, {"deep": "b", "hybrid": "c"}) is None


def test_numbers_count_as_right_within_the_median_error_of_all() -> None:
    fold = FoldAnswers(
        0, np.arange(3), np.array([1.0, 2.0, 3.0]), {"a": np.array([1.0, 2.0, 9.0]), "b": np.array([2.0, 4.0, 6.0])}
    )
    found = family_disagreement.measure_disagreement_sets([fold], NUMBERS, {"classical": "a", "deep": "b"})
    assert found is not None and found.tolerance == 1.5
    assert {one.families: one.count for one in found.sets} == {
        ("classical", "deep"): 1, ("classical",): 1, ("deep",): 0, (): 1,
    }  # fmt: skip


def run(key: str, family: str, skill: float) -> Run:
    return Run(key, key, family, fits=(Fit(0, "d", skill=skill),))  # type: ignore[arg-type]


def test_the_pair_of_the_verdict_stands_for_its_families() -> None:
    runs = [run("dummy", "chance", 0), run("a", "classical", 30), run("b", "classical", 20), run("c", "deep", 10),
            run("d", "hybrid", 5), run("e", "hybrid", 7)]  # fmt: skip
    assert family_disagreement.family_representatives(runs, ()) == {"classical": "a", "deep": "c", "hybrid": "e"}
    said = Comparison("skill", "c", "b", 0, 0, 0, 0, 1, 0, 5, "tie")
    assert family_disagreement.family_representatives(runs, [said])["classical"] == "b"
    lost = Run("x", "x", "deep", error="lost")
    assert family_disagreement.family_representatives([lost, runs[1]], ()) == {"classical": "a"}
