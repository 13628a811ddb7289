"""Scores of forecasts against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from core.evaluation import tasks
from core.panels import pooled_skill, quantile_scores, seasonal_naive
from core.panels.panel_layout import QUANTILES
from core.panels.quantile_scores import TestWindows
from core.schema import Fit, Run, Task
from tests.panels.made_panels import weekly


def flat(value: float, horizon: int = 2) -> np.ndarray:
    """All quantiles of one window at one value."""
    return np.full((1, horizon, len(QUANTILES)), value)


def test_a_point_forecast_loses_its_absolute_error() -> None:
    # Over levels .1 to .9 twice the quantile loss of a point is the absolute error on average.
    truth = np.array([[10.0, 20.0]])
    assert quantile_scores.quantile_losses(truth, flat(13.0)) == pytest.approx([10.0])
    assert quantile_scores.quantile_losses(np.array([[10.0, np.nan]]), flat(13.0)) == pytest.approx([3.0])


def test_scores_by_hand() -> None:
    windows = TestWindows(np.array([[1.0, 3.0, 2.0, 6.0]]), np.array([[10.0, 20.0]]), 1)
    quantiles = np.tile(np.linspace(5.0, 15.0, 11), (1, 2, 1))
    scores = quantile_scores.forecast_scores(windows, quantiles)
    assert scores["mase"] == pytest.approx((0 + 10) / 2 / np.mean([2, 1, 4]))
    assert scores["coverage_80"] == 0.5 and scores["coverage_95"] == 0.5
    assert scores["width_80"] == pytest.approx(2 * 8 / 30) and scores["width_95"] == pytest.approx(2 * 10 / 30)
    assert scores["bias"] == pytest.approx(-10 / 30)
    levels = np.arange(1, 10) / 10
    error = np.array([10.0, 20.0])[:, None] - np.linspace(6, 14, 9)
    assert scores["wql"] == pytest.approx(2 * np.maximum(levels * error, (levels - 1) * error).mean(axis=1).sum() / 30)


def test_seasonal_naive_repeats_a_season_with_normal_bands() -> None:
    past = np.array([[1.0, 2.0, 3.0, 2.0, 3.0, 5.0, 1.0, 4.0, 4.0, 3.0, 2.0, 6.0]])
    found = seasonal_naive.naive_quantiles(past, 4, 3)
    assert found[0, :, 5] == pytest.approx([3, 2, 6, 3])
    spread = np.sqrt(np.mean((past[0, 3:] - past[0, :-3]) ** 2))
    assert found[0, 2, 9] == pytest.approx(6 + spread * norm.ppf(0.9))
    assert found[0, 3, 9] == pytest.approx(3 + spread * np.sqrt(2) * norm.ppf(0.9))
    assert (found >= 0).all() and (seasonal_naive.naive_quantiles(past - 3, 4, 3) < 0).any()


def test_gaps_are_filled_from_the_window_s_own_past() -> None:
    past = np.array([[np.nan, 2.0, np.nan, 5.0, np.nan], [np.nan] * 5])
    assert seasonal_naive.fill_forward(past).tolist() == [[2, 2, 2, 5, 5], [0] * 5]


def test_the_seasonal_naive_has_no_skill_and_the_truth_has_all() -> None:
    task = Task("units", "forecast", "forecast")
    ready = tasks.prepare(weekly(), task)
    test = ready.take(np.flatnonzero(np.asarray(ready.order) == 76))
    past = np.asarray(test.inputs[:, : ready.facts["panel"]["context"], 0], dtype=float)
    assert tasks.score(task, np.zeros(0), test, seasonal_naive.naive_quantiles(past, 4, 1)).skill == pytest.approx(0.0)
    truth = np.repeat(test.target[:, :, None], len(QUANTILES), axis=2)
    scored = tasks.score(task, np.zeros(0), test, truth)
    assert scored.skill == pytest.approx(100.0) and scored.units.shape == (4, 2)


def test_pooled_skill_is_the_skill_of_all_origins_together() -> None:
    fits = tuple(
        Fit(fold, str(fold), skill=100 * (1 - loss / naive), units=[[-loss, naive]])
        for fold, (loss, naive) in enumerate([(1.0, 0.5), (3.0, 7.5)])
    )
    (run,) = pooled_skill.pool_skill([Run("a", "A", "deep", fits=fits)])
    assert [fit.skill for fit in run.fits] == pytest.approx([75.0, 25.0])
    assert np.mean([fit.skill for fit in run.fits]) == pytest.approx(100 * (1 - 4.0 / 8.0))
