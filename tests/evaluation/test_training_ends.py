"""A training that its budget stopped: said so, no forecast, and no verdict from folds cut short."""

from dataclasses import replace

import pytest

from core import verdicts
from core.evaluation import training_ends
from tests.verdicts.table_of_runs import PLAN, TASK, trio


def ended(runs, key, how, planned=10.0, full=None, folds=None, work=1.0):
    """The runs, with the training of one ended in this way (on these folds)."""
    return [
        run if run.contestant != key else replace(run, fits=tuple(
            replace(fit, stopped=how if folds is None or fit.fold in folds else "converged", work_seconds=work,
                    planned_seconds=planned, full_work_seconds=full)
            for fit in run.fits
        ))
        for run in runs
    ]  # fmt: skip


def primary(runs):
    return verdicts.compare(runs, TASK, PLAN, rows=1000, method="stratified")[0]


def test_a_winner_over_a_stopped_network_holds_within_the_budget_only():
    found = primary(ended(trio(45, 55), "table_deep", "budget", 10.0, 34.0))
    assert found.winner == "table_xgboost" and found.stopped == ("table_deep",)
    assert found.because.startswith("Within this budget Table Xgboost beats Table Deep")
    assert "Table Deep had not converged when its share of the 1 min budget ended" in found.because
    assert "needs a budget of about 5 min (estimated)" in found.because


def test_a_converged_network_is_beaten_without_reserve():
    found = primary(ended(trio(45, 55), "table_deep", "converged", 10.0, 10.0))
    assert not found.stopped and found.because.startswith("Table Xgboost beats Table Deep")


def test_scores_of_a_stopped_training_never_forecast_rows():
    open_case = trio(51, 50, spread=6)
    assert primary(open_case).rows_needed
    found = primary(ended(open_case, "table_deep", "budget"))
    assert found.winner == "undecided" and found.rows_needed is None and "rows would settle" not in found.because
    assert "had not converged" in found.because


def test_folds_that_the_clock_cut_short_are_named_and_decide_nothing():
    found = primary(ended(trio(45, 55), "table_deep", "guard", folds=(1, 4)))
    assert found.winner == "undecided" and found.rows_needed is None
    assert "Folds 2 and 5 of Table Deep took over five times the planned time: cut short" in found.because


def test_training_times_are_compared_whoever_was_stopped():
    times = [
        one
        for one in verdicts.compare(
            ended(trio(45, 55), "table_deep", "budget"), TASK, PLAN, rows=1000, method="stratified"
        )
        if one.measurement == "fit_seconds"
    ]
    assert times and all(not one.stopped for one in times)


@pytest.mark.parametrize(
    "planned,full,needed", [(9, 9, 60), (9, 14, 120), (9, 30, 300), (1, 1000, 60000), (9, None, None), (None, 9, None)]
)
def test_the_budget_that_would_do_is_a_usual_one(planned, full, needed):
    deep = ended(trio(45, 55), "table_deep", "budget", planned, full)[-1]
    assert training_ends.budget_needed(deep, 60) == needed


def test_the_budget_that_would_do_does_not_grow_with_what_was_left_unused():
    needs = {
        training_ends.budget_needed(ended(trio(45, 55), "table_deep", "budget", 9, 14, work=work)[-1], 60)
        for work in (0.1, 3.0, 9.0)
    }
    assert needs == {120}


def test_one_unlucky_fold_of_ten_is_no_stop():
    deep = ended(trio(45, 55), "table_deep", "budget", folds=(3,))[-1]
    assert not training_ends.is_stopped(deep) and training_ends.budget_needed(deep, 60) is None
