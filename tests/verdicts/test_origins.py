"""Verdicts over rolling origins: time and series decide, few origins do not, and simulated forecasts keep the level."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.evaluation import origin_intervals, uncertainty
from core.panels import pooled_skill, quantile_scores, seasonal_naive
from core.panels.panel_layout import QUANTILES
from core.panels.quantile_scores import TestWindows
from core.schema import Family, Fit, Plan, Run, Task
from core.verdicts import comparisons, metric_scales

TASK = Task("y", "forecast", "forecast")


def run(key: str, family: Family, losses: np.ndarray, naive: np.ndarray) -> Run:
    """A run whose losses (origins, series) are given."""
    fits = tuple(
        Fit(fold, f"split {fold}", {"wql": float(own.sum()), "coverage_80": 0.8, "bias": 0.0},
            skill=100 * (1 - own.sum() / zero.sum()), units=np.column_stack([-own, zero]), fit_seconds=1.0,
            fit_cpu_seconds=1.0)
        for fold, (own, zero) in enumerate(zip(losses, naive, strict=True))
    )  # fmt: skip
    return Run(key, key.title(), family, fits=fits)


def contest(origins: int, series: int, gain: float, noise: float = 0.02) -> tuple[comparisons.Comparison, ...]:
    """A contest in which "net" loses ``gain`` of the naive's loss less than "tree"."""
    draw = np.random.default_rng(3)
    naive = draw.uniform(5, 15, (origins, series))
    tree = naive * (0.7 + noise * draw.normal(size=(origins, series)))
    net = tree - naive * (gain + noise * draw.normal(size=(origins, series)))
    runs = pooled_skill.pool_skill([run("net", "deep", net, naive), run("tree", "classical", tree, naive)])
    plan = Plan(folds=origins, repeats=1)
    return comparisons.compare(runs, TASK, plan, rows=origins * series, method="origins")


def on_skill(found: tuple[comparisons.Comparison, ...]) -> comparisons.Comparison:
    return next(one for one in found if one.measurement == "skill")


def test_a_clear_gain_over_enough_origins_wins() -> None:
    found = on_skill(contest(8, 40, 0.10))
    assert found.winner == "net" and found.scope == "approaches" and found.rows_needed is None
    assert found.gap == pytest.approx(10.0, abs=1.0) and found.low > found.margin


def test_fewer_than_five_origins_describe() -> None:
    found = on_skill(contest(4, 40, 0.10))
    assert found.winner == "undecided" and found.scope == "descriptive"
    assert "4 origins in time are too few for a verdict; it takes 5." in found.because


def test_few_series_name_a_winner_from_eight_origins_on_but_may_tie_before() -> None:
    few = on_skill(contest(6, 3, 0.20, 0.005))
    assert few.winner == "undecided"
    assert "3 series and 6 origins are too few to name a winner; it takes 8 origins, or 10 series" in few.because
    assert on_skill(contest(8, 3, 0.20, 0.005)).winner == "net"
    assert on_skill(contest(6, 3, 0.0, 0.001)).winner == "tie"
    assert on_skill(contest(6, 12, 0.20, 0.005)).winner == "net"


def test_nobody_wins_on_coverage_or_bias() -> None:
    assert {one.measurement for one in contest(8, 12, 0.1)} == {"skill", "wql", *metric_scales.TIMES}


def test_a_series_that_carries_the_gain_alone_widens_the_interval() -> None:
    naive = np.full((8, 40), 10.0)
    tree = naive * 0.7
    net = tree.copy()
    net[:, 0] -= 40 * 10.0 * 0.05  # the same mean gain every time, all of it in one series
    runs = pooled_skill.pool_skill([run("net", "deep", net, naive), run("tree", "classical", tree, naive)])
    found = comparisons.compare(runs, TASK, Plan(folds=8, repeats=1), rows=320, method="origins")
    assert on_skill(found).gap == pytest.approx(5.0) and on_skill(found).winner == "undecided"


def test_hac_error_grows_and_freedom_falls_with_neighbours_that_go_together() -> None:
    apart, together = [1.0, -1, 1, -1, 1, -1, 1, -1], [1.0, 1, 1, 1, -1, -1, -1, -1]
    plain, found = uncertainty.corrected_error(apart, 0.0), origin_intervals.hac_error(together)
    low, high = 1.1 / 0.9, 1.8 / 0.2  # the factors at the least and the most correlation that is assumed
    assert origin_intervals.hac_error(apart).error == pytest.approx(plain * np.sqrt(low))
    assert origin_intervals.hac_error(apart).freedom == pytest.approx(7 / low)
    assert found.error == pytest.approx(plain * np.sqrt(high)) and found.freedom == 1.0
    assert found.error == origin_intervals.hac_error(together[::-1]).error


def test_the_wider_of_two_intervals_counts_not_the_larger_error() -> None:
    together = [1.0, 1, 1, 1, -1, -1, -1, -1]
    own = origin_intervals.hac_error(together).error
    alone, _ = origin_intervals.origin_posterior(together, 1.0, 0.95)
    # With 7 degrees of freedom even a larger error gives the narrower interval.
    beside, error = origin_intervals.origin_posterior(together, 1.0, 0.95, 1.5 * own)
    assert beside == alone and error == own
    assert origin_intervals.origin_posterior(together, 1.0, 0.95, 9 * own)[1] == 9 * own


@pytest.mark.parametrize("origins", [5, 8])
@pytest.mark.parametrize(("correlation", "most"), [(0.0, 0.03), (0.3, 0.055), (0.5, 0.075)])
def test_differences_that_go_together_seldom_name_a_false_winner(origins: int, correlation: float, most: float) -> None:
    """Autoregressive differences whose mean lies exactly at the margin, and how often 95 % intervals hold it."""
    draw, trials = np.random.default_rng(5), 1_500
    shocks = draw.normal(size=(trials, origins))
    values = shocks.copy()
    for place in range(1, origins):
        values[:, place] = correlation * values[:, place - 1] + np.sqrt(1 - correlation**2) * shocks[:, place]
    wins = [origin_intervals.origin_posterior(one + 1.0, 1.0, 0.95)[0].p_left_better >= 0.95 for one in values]
    held = [origin_intervals.origin_posterior(one, 1.0, 0.975)[0] for one in values]
    assert np.mean(wins) <= most
    assert np.mean([one.low <= 0.0 <= one.high for one in held]) >= 0.91


def test_series_error_is_that_of_a_ratio_of_means() -> None:
    draw = np.random.default_rng(0)
    naive, losses = draw.uniform(5, 15, 400), draw.normal(1.0, 2.0, 400)
    ratio = losses.sum() / naive.sum()
    expected = 100 * np.std(losses - ratio * naive, ddof=1) * np.sqrt(400) / naive.sum()
    assert origin_intervals.series_error(losses, naive) == pytest.approx(expected, rel=0.1)
    assert origin_intervals.series_error(losses[:2], naive[:2]) == 0.0


def simulated(kind: str, series: int, steps: int, draw: np.random.Generator) -> np.ndarray:
    """Series (series, steps) of one kind, with shocks of their own and common ones."""
    common, own = draw.normal(size=steps), draw.normal(size=(series, steps))
    shocks = 0.5 * common + own
    values = np.zeros((series, steps))
    for step in range(1, steps):
        values[:, step] = 0.6 * values[:, step - 1] + shocks[:, step]
    if kind == "season":
        values += 3 * np.sin(2 * np.pi * np.arange(steps) / 4)
    if kind == "break":
        values += np.cumsum(np.where(np.arange(steps) < steps - 30, 0.0, 0.05))
    return values


def quantiles_of(past: np.ndarray, span: int, horizon: int) -> np.ndarray:
    """A mean of the last ``span`` values with normal bands."""
    points = np.repeat(past[:, -span:].mean(axis=1)[:, None], horizon, axis=1)
    spread = past[:, -40:].std(axis=1)
    return points[:, :, None] + spread[:, None, None] * seasonal_naive.normal_quantiles()


def losses_of(values: np.ndarray, span: int, origins: int, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """Losses (origins, series) of the rule and of the naive forecast."""
    own, zero = [], []
    for place in range(origins):
        origin = values.shape[1] - (place + 1) * horizon
        windows = TestWindows(values[:, :origin], values[:, origin : origin + horizon], 1)
        own.append(quantile_scores.quantile_losses(windows.truth, quantiles_of(windows.past, span, horizon)))
        zero.append(quantile_scores.naive_losses(windows))
    return np.stack(own), np.stack(zero)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["plain", "season", "break"])
@pytest.mark.parametrize("series", [1, 20])
def test_simulated_forecasts_keep_the_level(kind: str, series: int) -> None:
    """Two rules of nearly equal worth: the share of named winners beyond the margin, and how often the long-run gap
    lies in the 95 % interval."""
    assert len(QUANTILES) == 11
    draw, trials, origins, horizon, margin = np.random.default_rng(11), 300, 8, 4, 1.0
    gaps, errors = [], []
    for _ in range(trials):
        values = simulated(kind, series, 110, draw)
        left, naive = losses_of(values, 12, origins, horizon)
        right, _ = losses_of(values, 14, origins, horizon)
        differences = 100 * (right - left).sum(axis=1) / naive.sum(axis=1).mean()
        over_series = origin_intervals.series_error((right - left).sum(axis=0), naive.sum(axis=0)) if series > 9 else 0
        found, _ = origin_intervals.origin_posterior(differences, margin, 0.975, over_series)
        gaps.append(found.gap)
        decided, _ = origin_intervals.origin_posterior(differences, margin, 0.95, over_series)
        errors.append((found.low, found.high, decided.p_left_better >= 0.95, decided.p_right_better >= 0.95))
    truth = float(np.mean(gaps))
    covered = np.mean([low <= truth <= high for low, high, _, _ in errors])
    # The true gap is within the margin, so that every named winner is a false one.
    assert abs(truth) < margin
    assert np.mean([left or right for _, _, left, right in errors]) <= 0.05
    assert 0.93 <= covered <= 1.0


def test_replaced_units_are_left_out_of_the_pool() -> None:
    bare = run("net", "deep", np.ones((5, 2)), np.full((5, 2), 2.0))
    without = replace(bare, fits=tuple(replace(fit, units=None) for fit in bare.fits))
    assert pooled_skill.pool_skill([without]) == [without]
