"""The arithmetic of uncertainty against closed forms, baycomp and itself."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.evaluation import uncertainty

FOLDS = st.lists(st.floats(-50, 50, allow_subnormal=False), min_size=3, max_size=25)


def test_interval_by_hand():
    found = uncertainty.corrected_t([1.0, 2.0, 3.0, 4.0, 5.0], rho=0.25, margin=1.0)
    reach = 2.1318468 * math.sqrt((1 / 5 + 0.25) * 2.5)
    assert found.gap == pytest.approx(3.0)
    assert found.low == pytest.approx(3.0 - reach, rel=1e-6)
    assert found.high == pytest.approx(3.0 + reach, rel=1e-6)
    assert found.p_left_better + found.p_tie + found.p_right_better == pytest.approx(1.0)


@pytest.mark.parametrize("repeats,folds", [(1, 5), (2, 5), (5, 5), (2, 3)])
@pytest.mark.parametrize("margin", [0.0, 0.5, 1.0])
def test_probabilities_equal_baycomp(repeats, folds, margin):
    import baycomp

    rng = np.random.default_rng(folds * repeats)
    left = rng.normal(50, 3, folds * repeats)
    right = left - rng.normal(1.0, 2.0, folds * repeats)
    found = uncertainty.corrected_t(left - right, uncertainty.fold_rho(folds), margin)
    theirs = baycomp.two_on_single(left, right, rope=margin, runs=repeats)
    if margin == 0:
        left_wins, right_wins = theirs
        assert (found.p_left_better, found.p_right_better) == pytest.approx((left_wins, right_wins), abs=1e-9)
    else:
        assert found[3:] == pytest.approx(theirs, abs=1e-9)


@given(FOLDS, st.floats(0, 5))
@settings(max_examples=60, deadline=None)
def test_antisymmetric(values, margin):
    ours = uncertainty.corrected_t(values, 0.25, margin)
    theirs = uncertainty.corrected_t([-value for value in values], 0.25, margin)
    assert ours.gap == -theirs.gap
    assert ours.low == pytest.approx(-theirs.high)
    assert ours.p_left_better == pytest.approx(theirs.p_right_better, abs=1e-12)


@given(FOLDS, st.floats(0.01, 5), st.floats(0.001, 1000))
@settings(max_examples=60, deadline=None)
def test_unit_does_not_matter(values, margin, factor):
    # Equal differences exactly on the margin fall to either side by a rounding of the last bit.
    assume(np.std(values) > 1e-9 or not np.isclose(abs(np.mean(values)), margin))
    ours = uncertainty.corrected_t(values, 0.25, margin)
    theirs = uncertainty.corrected_t([value * factor for value in values], 0.25, margin * factor)
    assert theirs.low == pytest.approx(ours.low * factor, rel=1e-6, abs=1e-6 * factor)
    assert theirs.p_tie == pytest.approx(ours.p_tie, abs=1e-6)


def test_no_spread_is_a_point():
    assert uncertainty.corrected_t([0.0] * 10, 0.25, 1.0) == (0.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    assert uncertainty.corrected_t([2.3] * 10, 0.25, 1.0).p_left_better == 1.0


@pytest.mark.parametrize("values", [[], [1.0], [1.0, math.nan], [1.0, math.inf]])
def test_refuses_what_has_no_interval(values):
    with pytest.raises(ValueError):
        uncertainty.corrected_t(values, 0.25, 1.0)


@settings(deadline=None, max_examples=200)
@given(
    st.integers(2, 12), st.floats(-8, 8), st.floats(0.05, 6), st.floats(0, 3), st.sampled_from([0.95, 0.975, 0.9833])
)
def test_the_interval_belongs_to_the_rule(folds, gap, spread, margin, level):
    values = gap + spread * np.random.default_rng(folds).standard_normal(folds)
    found = uncertainty.corrected_t(values, 0.25, margin, level)
    assert (found.low >= margin) == (found.p_left_better >= level) or found.low == pytest.approx(margin, abs=1e-6)
    assert (found.high <= -margin) == (found.p_right_better >= level) or found.high == pytest.approx(-margin, abs=1e-6)
    if found.p_tie >= level:
        assert -margin <= found.low and found.high <= margin


def test_rows_needed_follows_the_formula():
    assert uncertainty.rows_needed(1000, error=1.0, margin=1.0) == math.ceil(1000 * 1.6448536**2)
    assert uncertainty.rows_needed(1000, error=0.1, margin=1.0) is None
    assert uncertainty.rows_needed(1000, error=1.0, margin=0.0) is None
    assert uncertainty.rows_needed(1000, error=1e9, margin=1.0) is None


def test_p95_bound_needs_59_and_covers():
    assert uncertainty.quantile_bound(np.arange(58)) is None
    assert uncertainty.quantile_bound(np.arange(59)) == 58
    rng = np.random.default_rng(0)
    bounds = [uncertainty.quantile_bound(rng.exponential(size=100)) for _ in range(2000)]
    covered = np.mean(np.array(bounds) >= -math.log(0.05))
    assert 0.95 <= covered <= 0.99


def test_bootstrap_covers_a_mean():
    rng = np.random.default_rng(1)
    values = rng.normal(5, 1, 400)
    centre, low, high = uncertainty.bootstrap(values, np.mean, seed=3)
    assert low < centre < high
    assert high - low == pytest.approx(2 * 1.645 / 20, rel=0.2)
    assert (centre, low, high) == uncertainty.bootstrap(values, np.mean, seed=3)


@settings(deadline=None, max_examples=25)
@given(st.integers(2, 40), st.integers(0, 100))
def test_bootstrap_is_scipys_percentile_interval(rows, seed):
    from scipy import stats

    values = np.random.default_rng(seed).normal(size=rows)
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=200, method="percentile", rng=np.random.default_rng(seed), confidence_level=0.9
    ).confidence_interval
    _, low, high = uncertainty.bootstrap(values, np.mean, seed=seed, draws=200)
    assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_bootstrap_gives_no_interval_where_the_statistic_rarely_exists():
    centre, low, high = uncertainty.bootstrap(np.array([0.0, 1.0]), lambda drawn: 1.0 if drawn.all() else math.nan)
    assert math.isnan(centre) and math.isnan(low) and math.isnan(high)


@settings(deadline=None)
@given(st.integers(1, 500), st.floats(0, 1), st.sampled_from([0.8, 0.95, 0.99]))
def test_share_interval_is_scipys_wilson_interval(trials, share, level):
    from scipy import stats

    hits = round(share * trials)
    theirs = stats.binomtest(hits, trials).proportion_ci(level, method="wilson")
    assert uncertainty.share_interval(hits, trials, level) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert uncertainty.share_interval(0, 0) == (0.0, 1.0)


def test_welch_agrees_with_scipy():
    from scipy import stats as reference

    left, right = np.array([3.0, 4.0, 5.5, 4.1]), np.array([1.0, 2.5, 2.0])
    ours, turned = uncertainty.welch_t(left, right, 0.5), uncertainty.welch_t(right, left, 0.5)
    theirs = reference.ttest_ind(left, right, equal_var=False).confidence_interval(0.9)
    assert (ours.low, ours.high) == (pytest.approx(theirs.low), pytest.approx(theirs.high))
    assert ours.p_left_better + ours.p_tie + ours.p_right_better == pytest.approx(1)
    assert (ours.gap, ours.p_left_better) == pytest.approx((-turned.gap, turned.p_right_better))


def test_draws_have_the_correlated_t_differences():
    rng = np.random.default_rng(2)
    scores = rng.normal(60, 2, (3, 10))
    drawn = uncertainty.posterior_draws(scores, 0.25, 40_000, seed=1)
    found = uncertainty.corrected_t(scores[0] - scores[1], 0.25, 1.0)
    gaps = drawn[:, 0] - drawn[:, 1]
    assert np.quantile(gaps, [0.05, 0.95]) == pytest.approx([found.low, found.high], abs=0.1)
    assert np.mean(gaps > 1) == pytest.approx(found.p_left_better, abs=0.01)


def test_another_contestant_leaves_the_draws_alone():
    scores = np.random.default_rng(3).normal(60, 2, (3, 10))
    few = uncertainty.posterior_draws(scores[:2], 0.25, 100, seed=1)
    many = uncertainty.posterior_draws(scores, 0.25, 100, seed=1)
    np.testing.assert_allclose(few, many[:, :2])
    assert (uncertainty.posterior_draws(scores[:, :1], 0.25, 5) == scores[:, 0]).all()
