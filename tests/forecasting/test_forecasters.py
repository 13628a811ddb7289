"""Forecasters: smoothing against closed forms, bands that hold, quantiles that rise, and no use of the future."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import registry
from core.evaluation import splits, tasks
from core.explain import shapley
from core.forecasting import covariate_effects, hybrid_forecaster, local_forecasters, smoothing, window_game
from core.forecasting.forecaster import Forecaster
from core.panels import time_step
from core.panels.panel_layout import QUANTILES, PanelLayout
from core.schema import Budget, Dataset, Model, Plan, Split, Task
from core.states import state_decoder, state_encoder
from core.workers import work_clock
from tests.panels.made_panels import weekly

TASK = Task("units", "forecast", "forecast")
KEYS = ("naive", "walk", "ets", "theta", "mean", "trees", "linear", "blocks", "hybrid")
# Fits of a second in all are fast; those of networks open torch.
QUICK = ("naive", "walk", "ets", "theta", "mean", "trees")


def prepared(**made: int) -> tuple[Dataset, list[Split]]:
    ready = tasks.prepare(weekly(**made), TASK)
    return ready, splits.make_splits(ready, TASK, Plan())


def fitted(key: str, ready: Dataset, split: Split, seconds: float = 1.0) -> Model:
    contestant = registry.find("contestants", f"forecast_{key}")
    parts = [ready.take(rows) for rows in (split.train, split.valid)]
    with work_clock.metered(seconds, "cpu", 1):
        return contestant.fit(*parts, TASK, Budget(seconds=seconds, seed=split.seed), lambda progress: None)


def test_smoothing_of_one_level_is_the_weighted_mean_of_the_past() -> None:
    past = np.random.default_rng(0).normal(10, 2, (3, 50))
    form = smoothing.SmoothingForm(0.2)
    level = past[:, :4].mean(axis=1)
    for step in range(50):
        level = level + 0.2 * (past[:, step] - level)
    assert smoothing._smooth(past, 2, 1, (form,)) == pytest.approx(np.repeat(level[:, None], 2, axis=1))


def test_a_straight_line_goes_on_under_theta_and_drift() -> None:
    line = np.arange(60.0)[None] * 2 + 5
    assert local_forecasters.drift(line, 3)[0] == pytest.approx([125, 127, 129])
    # Theta goes on with half the slope from a smoothed level that follows the line.
    told = smoothing.theta(line, 3, 1)[0]
    assert np.diff(told) == pytest.approx([1.0, 1.0], abs=0.01) and 120 < told[0] < 126


def test_a_season_comes_back() -> None:
    wave = np.tile([10.0, 20, 30, 20], 20)[None] + np.random.default_rng(0).normal(0, 0.3, (1, 80))
    for told in (smoothing.smooth(wave, 4, 4), smoothing.theta(wave, 4, 4)):
        assert told[0] == pytest.approx([10, 20, 30, 20], abs=1.5)


def test_bands_of_local_rules_hold_on_new_windows() -> None:
    ready, made = prepared(series=60, steps=90)
    model = fitted("mean", ready, made[0])
    inside = []
    for split in made[:4]:
        test = ready.take(split.test)
        told = model.predict(test.inputs)
        inside.append(((test.target >= told[:, :, 1]) & (test.target <= told[:, :, 9])).mean())
    assert 0.72 <= np.mean(inside) <= 0.88


@pytest.mark.parametrize("key", QUICK)
def test_quantiles_rise_and_use_nothing_from_the_origin_on(key: str) -> None:
    ready, made = prepared()
    split = made[0]
    test = ready.take(split.test)
    told = fitted(key, ready, split).predict(test.inputs)
    assert told.shape == (4, 4, len(QUANTILES)) and np.isfinite(told).all()
    assert (np.diff(told, axis=2) >= 0).all() and (told >= 0).all()
    target = np.array(ready.target)
    target[np.asarray(ready.order) > int(ready.order[split.test[0]]) - 4] = 1e6
    again = fitted(key, replace(ready, target=target), split).predict(test.inputs)
    assert np.array_equal(told, again), "what came later changes nothing"


@pytest.mark.slow
@pytest.mark.parametrize("key", KEYS)
def test_every_contestant_beats_nothing_it_cannot_and_explains_itself(key: str) -> None:
    ready, made = prepared(series=20, steps=90, covariates=1)
    model = fitted(key, ready, made[0], 2.0)
    test = ready.take(made[0].test)
    scored = tasks.score(TASK, np.zeros(0), test, tasks.predict(TASK, model, test))
    assert scored.skill == pytest.approx(0.0, abs=1e-9) if key == "naive" else scored.skill > -20
    found = model.explain(test.inputs[:3], ready.take(made[0].train).inputs[:8])
    margin = model.margin(test.inputs[:3])
    missing = np.abs(found.values.sum(axis=1) + found.base_value - margin).max()
    # SHAP and Captum follow the trees and the network; what quantiles are put in order by afterwards is not in the sum.
    near = 0.1 if key in ("trees", "linear", "blocks", "hybrid") else 1e-6
    assert missing <= near * np.abs(margin - found.base_value).max()
    assert found.completeness_error is not None and found.completeness_error <= near
    assert isinstance(model.saved(), bytes)


def test_players_part_the_window_once() -> None:
    ready, _ = prepared(covariates=2)
    layout = PanelLayout.from_facts(ready.facts)
    seen = np.zeros(ready.inputs.shape[1:], dtype=int)
    for part in window_game.players(layout):
        seen[np.ix_(part.steps, part.channels)] += 1
    assert (seen[: layout.context] == 1).all() and (seen[layout.context :, 1:] == 1).all()


def test_lags_of_whole_seasons_are_players_that_lie_before_the_explained_step() -> None:
    layout = PanelLayout("units", time_step.make_step("week"), "2024-01-07", 200, 4, context=120, season=52,
                         channels=("units",))  # fmt: skip
    for step in (0, 3):
        lagged = next(part for part in window_game.players(layout, step) if "52 weeks back" in part.name)
        assert lagged.steps == (120 + step - 104, 120 + step - 52)
    assert "last week" in {part.name for part in window_game.players(layout)}


def test_explanations_agree_with_shapley_values_of_all_coalitions() -> None:
    ready, made = prepared(series=6, covariates=1)
    model = fitted("mean", ready, made[0])
    assert isinstance(model, Forecaster)
    test, background = ready.take(made[0].test).inputs[:3], ready.take(made[0].train).inputs[::40]
    found = model.explain(test, background)
    exact = shapley.exact_shapley(model.margin, window_game.window_masker(model.layout, test, background))
    assert found.parts == exact.names and len(found.parts) > 5
    assert found.values == pytest.approx(exact.values, abs=0.1 * np.abs(exact.values).max())
    assert found.completeness_error is not None and found.completeness_error < 1e-6
    # Nothing depends on the covariate, which this rule does not look at.
    assert found.values[:, found.parts.index("x0")] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("key", [
    *("naive", "walk", "ets", "mean", "trees"),
    *(pytest.param(key, marks=pytest.mark.slow) for key in ("linear", "blocks", "hybrid")),
])  # fmt: skip
def test_a_forecaster_is_written_down_and_answers_alike(key: str) -> None:
    ready, made = prepared(covariates=1)
    model, test = fitted(key, ready, made[0]), ready.take(made[0].test).inputs
    state, encoders = state_encoder.encode_state(model)
    again = state_decoder.decode_state(state)
    assert not encoders and np.array_equal(again.predict(test), model.predict(test))
    assert again.layout == model.layout and again.describe() == model.describe()


def test_the_hybrid_s_network_sees_nothing_that_its_trees_learn_from() -> None:
    ready, made = prepared(steps=100)
    train = ready.take(made[0].train)
    early, inner, late = hybrid_forecaster.part_by_time(train, PanelLayout.from_facts(ready.facts))
    assert early.order.max() + 4 <= inner.order.min() and inner.order.max() + 4 <= late.order.min()


def test_the_effect_of_a_covariate_is_the_change_of_the_median_at_each_step() -> None:
    ready, made = prepared(covariates=2)
    layout = replace(PanelLayout.from_facts(ready.facts), known=(*PanelLayout.from_facts(ready.facts).known, "x0"))
    place, test = layout.channels.index("x0"), np.nan_to_num(ready.take(made[0].test).inputs)

    def predict(inputs: np.ndarray) -> np.ndarray:
        ahead = np.asarray(inputs[:, layout.context :, place], dtype=float)
        return np.repeat((10 + 3 * ahead)[:, :, None], len(QUANTILES), axis=2)

    known, past = covariate_effects.covariate_effects(predict, layout, test, ready.take(made[0].train).inputs)
    assert (known.name, known.known, past.name, past.known) == ("x0", True, "x1", False)
    assert known.change == pytest.approx(np.full(4, 3 * (known.high - known.low)), rel=1e-5)
    assert past.change == pytest.approx(np.zeros(4)) and known.to_json()["change"][0] > 0
