"""The shipped comparison under simulation: how often it errs when nobody is better, and whether its interval holds."""

import pytest

from tests import simulated

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("design", [name for name, one in simulated.DESIGNS.items() if one.null])
@pytest.mark.parametrize("form", simulated.FORMS)
def test_false_positives_on_200_null_data_sets(form, design):
    found = simulated.rates(form, design)
    print(f"{form}, {design}: {found}")
    assert found["winners"] <= 18, found
    assert found["excluding_zero"] <= 18, found


@pytest.mark.parametrize("form", ["binary", "regression"])
def test_the_interval_covers_the_true_gap(form):
    found = simulated.coverage(form, "more")
    print(f"{form}: {found}")
    assert 0.87 <= found["share"] <= 0.95, found


@pytest.mark.parametrize("form,design", [("multiclass", "more"), ("binary", "kinds"), ("regression", "kinds")])
def test_the_interval_is_nowhere_too_narrow(form, design):
    found = simulated.coverage(form, design, sets=200, truth_sets=600)
    print(f"{form}, {design}: {found}")
    assert found["share"] >= 0.87, found


def test_a_clear_difference_is_found_and_never_the_wrong_way():
    found = simulated.rates("regression", "more", rows=800, sets=60)
    assert found["left"] >= 50 and found["winners"] == found["left"], found


def test_the_naive_t_would_fail_here():
    from core.evaluation import uncertainty

    gaps = [simulated.primary("binary", "halves", 200, seed).differences for seed in range(200)]
    wrong = 0
    for differences in gaps:
        naive = uncertainty.corrected_t(differences, 0.0, 0.0)
        wrong += not naive.low <= 0 <= naive.high
    assert wrong > 18, "the correction would not be needed"
