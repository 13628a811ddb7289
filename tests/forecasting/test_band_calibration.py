"""Bands are widened or narrowed to what validation windows show, per step ahead, and stay in order."""

from __future__ import annotations

import numpy as np
import pytest

from core.forecasting import band_calibration, forecaster
from core.panels import seasonal_naive
from core.panels.panel_layout import BAND_80, MEDIAN
from tests.forecasting.test_forecasters import fitted, prepared


def bands(rows: int, spreads: list[float], draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Standard normal outcomes, and quantiles of normals with these spreads, one a step ahead."""
    quantiles = np.array(spreads)[None, :, None] * seasonal_naive.normal_quantiles()
    return draw.normal(size=(rows, len(spreads))), np.repeat(quantiles, rows, axis=0)


def coverage(truth: np.ndarray, quantiles: np.ndarray) -> np.ndarray:
    return ((truth >= quantiles[:, :, BAND_80[0]]) & (truth <= quantiles[:, :, BAND_80[1]])).mean(axis=0)


def test_each_step_gets_its_own_factor_and_new_outcomes_are_covered() -> None:
    draw = np.random.default_rng(1)
    stretch = band_calibration.fit_stretch(*bands(4_000, [0.5, 1.0, 1.6], draw))
    assert stretch is not None and (stretch[:, MEDIAN] == 1.0).all()
    assert stretch[:, BAND_80[1]] == pytest.approx([2.0, 1.0, 0.625], rel=0.08)
    truth, quantiles = bands(4_000, [0.5, 1.0, 1.6], draw)
    told = band_calibration.stretched(quantiles, stretch)
    assert coverage(truth, quantiles)[0] < 0.55 and coverage(truth, told) == pytest.approx(0.8, abs=0.03)
    assert (np.diff(told, axis=2) >= 0).all()


def test_bands_without_width_and_unknown_outcomes_do_no_harm() -> None:
    truth, quantiles = bands(300, [0.0, 1.0], np.random.default_rng(2))
    truth[:, 1] = np.nan
    stretch = band_calibration.fit_stretch(truth, quantiles)
    assert stretch is not None and np.isfinite(stretch).all() and (stretch[1] == 1.0).all()
    assert stretch.min() >= band_calibration.NARROWEST and stretch.max() <= band_calibration.WIDEST


def test_few_outcomes_are_taken_together_and_very_few_change_nothing() -> None:
    draw = np.random.default_rng(3)
    stretch = band_calibration.fit_stretch(*bands(50, [0.5, 0.5, 1.5, 1.5, 1.5], draw))
    assert stretch is not None
    assert (stretch[0] == stretch[1]).all() and (stretch[3] == stretch[4]).all() and (stretch[0] != stretch[4]).any()
    truth, quantiles = bands(9, [1.0, 1.0], draw)
    assert band_calibration.fit_stretch(truth, quantiles) is None
    assert band_calibration.stretched(quantiles, None) is quantiles


def test_every_contestant_but_the_zero_of_the_skill_is_calibrated() -> None:
    ready, made = prepared(series=20, steps=90)
    for key in ("walk", "ets", "mean"):
        model = fitted(key, ready, made[0])
        assert isinstance(model, forecaster.Forecaster) and model.stretch is not None
        assert model.stretch.shape == (4, 11) and (model.stretch != 1.0).any()
    assert fitted("naive", ready, made[0]).stretch is None
