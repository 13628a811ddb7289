"""Comparisons: who is compared, what decides, and every case in which nobody may be said to win."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import verdicts
from core.evaluation import uncertainty
from core.schema import Plan, Task
from tests.verdicts.table_of_runs import PLAN, TASK, run, trio


def compare(runs, task=TASK, plan=PLAN, rows=1000, method="stratified", **more):
    return verdicts.compare(runs, task, plan, rows=rows, method=method, **more)


def test_primary_comes_first_and_follows_the_formula():
    runs = trio(50, 45)
    first = compare(runs)[0]
    assert (first.measurement, first.left, first.right) == ("skill", "table_deep", "table_xgboost")
    gaps = [a.skill - b.skill for a, b in zip(runs[2].fits, runs[1].fits, strict=True)]
    expected = uncertainty.corrected_t(gaps, 0.25, 1.0)
    assert (first.gap, first.low, first.high) == pytest.approx(expected[:3])
    assert first.winner == "table_deep" and first.n == 10 and first.rows_needed is None
    assert first.differences == pytest.approx(gaps)


def test_tie_and_undecided_with_rows_needed():
    tied = compare(trio(50, 50, spread=0.2))[0]
    assert tied.winner == "tie" and "practically equal" in tied.because
    open_case = compare(trio(51, 50, spread=6), rows=400)[0]
    assert open_case.winner == "undecided"
    gaps = np.array(open_case.differences)
    se = math.sqrt((1 / 10 + 1 / 4) * gaps.var(ddof=1))
    assert open_case.rows_needed == pytest.approx(400 * (1.6448536 * se) ** 2, abs=1)
    assert "rows would settle it" in open_case.because


def test_hybrid_is_held_to_a_third_of_the_error():
    found = {(one.left, one.right): one for one in compare(trio(50, 45, hybrid=47)) if one.measurement == "skill"}
    assert found["table_deep", "table_xgboost"].level == 0.95
    hybrid = found["table_hybrid", "table_xgboost"]
    assert hybrid.level == pytest.approx(1 - 0.05 / 3)
    expected = uncertainty.corrected_t(hybrid.differences, 0.25, 1.0, hybrid.level)
    assert hybrid.high - hybrid.low == pytest.approx(expected.high - expected.low)
    assert "96.7 % interval" in hybrid.because


@given(st.integers(0, 10_000), st.floats(-8, 8))
@settings(max_examples=40, deadline=None)
def test_swapping_families_swaps_the_result(seed, gap):
    runs = trio(50 + gap, 50, seed=seed)
    swapped = [
        replace(one, family={"deep": "classical", "classical": "deep"}.get(one.family, one.family)) for one in runs
    ]
    ours, theirs = compare(runs)[0], compare(swapped)[0]
    assert (ours.left, ours.right) == (theirs.right, theirs.left)
    assert ours.gap == pytest.approx(-theirs.gap)
    assert (ours.low, ours.high) == pytest.approx((-theirs.high, -theirs.low))
    assert ours.winner == theirs.winner


@given(st.floats(0.001, 1000))
@settings(max_examples=30, deadline=None)
def test_the_targets_unit_changes_no_probability(factor):
    rng = np.random.default_rng(4)
    errors = {key: rng.normal(10, 1, 10) for key in "ab"}

    def played(scale):
        rows = {key: [{"rmse": scale * value} for value in errors[key]] for key in "ab"}
        runs = [
            run("a", "deep", errors["a"], scores=rows["a"]),
            run("b", "classical", errors["b"], scores=rows["b"]),
        ]
        return next(one for one in compare(runs) if one.measurement == "rmse")

    one, other = played(1.0), played(factor)
    assert other.p_tie == pytest.approx(one.p_tie, abs=1e-9)
    assert other.p_left_better == pytest.approx(one.p_left_better, abs=1e-9)
    assert other.gap == pytest.approx(one.gap * factor)


def test_lower_is_better_where_it_is():
    scores = [[{"rmse": value + 0.01 * place, "auc": 0.9}] * 1 for place, value in enumerate([1.0] * 10)]
    left = run("a", "deep", [50] * 10, scores=[one[0] for one in scores], seconds=[10.0] * 10)
    right = run("b", "classical", [49] * 10, scores=[{"rmse": 2.0, "auc": 0.8}] * 10, seconds=[1.0] * 10)
    found = {one.measurement: one for one in compare([left, right])}
    assert found["rmse"].gap > 0 and found["rmse"].winner == "a"
    assert found["auc"].gap == pytest.approx(0.1) and found["auc"].margin == pytest.approx(0.01)
    assert found["fit_seconds"].gap == pytest.approx(-1.0) and found["fit_seconds"].winner == "b"
    assert "trains faster" in found["fit_seconds"].because and "factor of 10" in found["fit_seconds"].because


@pytest.mark.parametrize(
    "changes,reason",
    [
        ({"rows": 59}, "59 rows are too few"),
        ({"rarest": 19}, "rarest class has 19 rows"),
        ({"method": "ordered", "plan": Plan(folds=10, repeats=1)}, "ordered in time"),
        ({"plan": Plan(folds=5, repeats=3)}, "10 of 15 planned folds"),
    ],
)
def test_no_verdict_whatever_the_numbers(changes, reason):
    found = compare(trio(80, 20), **changes)
    assert {one.winner for one in found} == {"undecided"}
    assert reason in found[0].because
    assert found[0].gap == pytest.approx(60, abs=3), "the numbers stay visible"


def test_enough_rows_give_a_verdict():
    assert compare(trio(80, 20), rows=60, rarest=20)[0].winner == "table_deep"


@pytest.mark.parametrize("folds", [1, 2, 4])
def test_few_fits_speak_of_two_models_only(folds):
    first = compare(trio(80, 20, folds=folds), plan=Plan(folds=5, repeats=1), method="holdout")[0]
    assert first.scope == "these two models only" and first.winner == "undecided"
    assert "two trained models only" in first.because
    assert math.isfinite(first.low) == (folds > 1)


def test_one_fit_uses_the_test_rows():
    rng = np.random.default_rng(0)
    losses = {"a": rng.uniform(0, 0.5, 200), "b": rng.uniform(0, 1, 200)}
    runs = []
    for key, family in (("a", "deep"), ("b", "classical")):
        made = run(key, family, [100 * (1 - losses[key].mean() / 0.5)])
        runs.append(replace(made, fits=(replace(made.fits[0], units=-losses[key]),)))
    first = compare(runs, plan=Plan(folds=5, repeats=1), method="holdout")[0]
    rows = uncertainty.row_t(100 * (losses["b"] - losses["a"]) / 0.5, 1.0)
    assert (first.gap, first.low, first.high) == pytest.approx(rows[:3])
    assert first.winner == "undecided" and "over test rows" in first.because


def test_a_failed_contestant_stays_with_its_reason():
    runs = trio(50, 45)
    runs[2] = replace(run("table_deep", "deep", []), error="out of memory")
    found = compare(runs)
    first = found[0]
    assert (first.left, first.right, first.n, first.winner) == ("table_deep", "table_xgboost", 0, "undecided")
    assert math.isnan(first.gap) and "out of memory" in first.because
    assert any(one.left == "table_xgboost" and one.right == "dummy" and one.winner == "table_xgboost" for one in found)


def test_some_failed_folds_give_numbers_but_no_verdict():
    runs = trio(80, 20)
    runs[2] = run("table_deep", "deep", [80] * 10, fold_trouble={3: "did not converge", 7: "did not converge"})
    first = compare(runs)[0]
    assert first.n == 8 and first.winner == "undecided"
    assert "Not every fold was finished" in first.because and "did not converge" in first.because


def test_a_skill_that_is_no_number_is_a_reason():
    runs = trio(50, 45)
    runs[1] = run("table_xgboost", "classical", [math.nan] * 10)
    assert "not a number" in compare(runs)[0].because


def test_nothing_to_learn():
    runs = trio(-20, -0.5, spread=0.5)
    first = compare(runs)[0]
    assert first.winner == "undecided" and "Nothing to learn here that either finds" in first.because
    runs = trio(-20, 6, spread=0.5)
    assert compare(runs)[0].winner == "table_xgboost"


def rivals(linear, trees, net, noise=0.0):
    """A network against trees that inner validation prefers and a linear model that it does not."""
    generator = np.random.default_rng(1)

    def folds(centre):
        return centre + noise * generator.normal(size=10)

    return [
        run("linear", "classical", folds(linear), history=((0.1, None, 0.70), (0.2, None, 0.69))),
        run("trees", "classical", folds(trees), history=((0.1, None, 0.72), (0.2, None, 0.71))),
        run("net", "deep", folds(net), history=((0.1, 0.3, 0.7),)),
    ]


def test_inner_validation_picks_within_a_family_never_the_test_score():
    runs = rivals(48.0, 45.0, 51.0, 0.2)
    first = compare(runs)[0]
    assert first.right == "trees" and first.winner == "net"
    assert "Trees represents the classical family (best validation score)" in first.because
    runs[0] = run("linear", "classical", [48.0] * 10)
    assert compare(runs)[0].right == "linear"
    runs[0] = replace(run("linear", "classical", []), error="crashed")
    assert compare(runs)[0].right == "trees"


def test_a_family_wins_only_if_it_beats_everyone_on_the_other_side():
    equal = compare(rivals(51.0, 45.0, 51.0, 0.2))
    assert (equal[0].left, equal[0].right, equal[0].winner) == ("net", "linear", "tie")
    assert "Linear is the best of the classical family here (Trees scored lower)" in equal[0].because
    assert {one.right for one in equal if one.left == "net"} == {"linear"}
    # Who is not chosen by inner validation has to win at the level of as many tries as its family has members.
    better = compare(rivals(60.0, 45.0, 51.0, 0.2))[0]
    assert (better.right, better.winner, better.level) == ("linear", "linear", 0.975)
    behind = compare(rivals(60.0, 51.0, 51.0, 0.2))[0]
    assert (behind.right, behind.winner) == ("trees", "tie")
    broken = rivals(51.0, 45.0, 51.0, 0.2)
    broken[0] = replace(broken[0], error="ran out of memory")
    assert compare(broken)[0].right == "trees"


def test_one_family_alone_is_compared_within():
    rng = np.random.default_rng(0)
    runs = [run("dummy", "chance", [0.0] * 10)]
    runs += [
        run(key, "classical", centre + rng.normal(0, 0.2, 10)) for key, centre in (("a", 40), ("b", 50), ("c", 40))
    ]
    found = [one for one in compare(runs) if one.measurement == "skill" and one.right != "dummy"]
    assert [(one.left, one.right, one.winner) for one in found] == [("a", "b", "b"), ("a", "c", "tie")]
    assert {one.level for one in found} == {0.975}
    assert "stands for" not in found[0].because


def test_running_is_grey():
    runs = [replace(one, fits=one.fits[:6]) for one in trio(80, 20)]
    found = verdicts.compare_unfinished(runs, PLAN, rows=1000, method="stratified")
    assert {one.winner for one in found} == {"undecided"}
    assert all("6 of 10 folds" in one.because for one in found)
    assert math.isfinite(found[0].low)


def test_fewer_folds_than_planned_widen_the_correction():
    three = compare(trio(50, 45, folds=9), plan=Plan(folds=3, repeats=3))[0]
    assert three.high - three.gap == pytest.approx(
        uncertainty.corrected_t(three.differences, 0.5, 1.0).high - three.gap
    )


def test_other_kinds_have_no_row_floor():
    task = Task(target=None, kind="control", form="control")
    assert compare(trio(80, 20), task=task, rows=20)[0].winner == "table_deep"


def test_same_runs_same_answer():
    assert compare(trio(50, 45)) == compare(trio(50, 45))


def test_sentence_uses_titles():
    first = compare(trio(50, 45))[0]
    assert verdicts.comparison_sentence(first) == first.because
    told = verdicts.comparison_sentence(first, {"table_deep": "The network", "table_xgboost": "The trees"})
    assert told.startswith("The network beats The trees by ") and "90 % interval" in told and "(10 folds)" in told


def test_a_winner_is_told_with_its_probability():
    first = compare(trio(50, 45))[0]
    assert first.because.endswith("probability by more than 1 point.")
    tied = compare(trio(50, 50, spread=0.2))[0]
    assert "probability they differ by less than 1 point" in tied.because
    assert "over 99.9 %" in compare(trio(90, 10))[0].because


def test_a_gap_that_prints_as_none_is_not_called_a_lead():
    first = compare(trio(51, 50, spread=6))[0]
    told = verdicts.comparison_sentence(replace(first, gap=0.03, winner="undecided", because=""))
    assert "score the same" in told and "ahead" not in told
    told = verdicts.comparison_sentence(replace(first, gap=0.06, winner="undecided", because=""))
    assert "ahead of" in told
