"""SHAP on trees and Captum on networks, carried to the parts of windows: sums, players, and parts that do nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.explain import shapley
from core.explain.explanation_report import AMBER
from core.forecasting.forecaster import Forecaster
from core.forecasting.tree_attribution import TreeAttribution
from core.forecasting.tree_features import StepRows, WindowScale, plain_features
from core.panels.panel_layout import PanelLayout
from tests.forecasting.test_forecasters import fitted, prepared


def explained(key: str) -> tuple[Forecaster, np.ndarray, np.ndarray]:
    ready, made = prepared(series=6, steps=90, covariates=1)
    model = fitted(key, ready, made[0])
    assert isinstance(model, Forecaster)
    return model, ready.take(made[0].test).inputs[:3], ready.take(made[0].train).inputs[::60]


def check(model: Forecaster, test: np.ndarray, background: np.ndarray, tool: str) -> None:
    for step in (1, 3):
        found = model.explain(test, background, np.full(len(test), step))
        game = model.explainer and replace(model, explainer=None).explain(test, background, np.full(len(test), step))
        assert found.method.startswith(tool) and game is not None
        assert found.parts == game.parts and "x0" in found.parts and "last week" in found.parts
        assert found.margin == pytest.approx(model.median_at(test, step))
        assert found.base_value == pytest.approx(game.base_value, rel=1e-6), "the same background"
        assert found.completeness_error is not None and found.completeness_error < AMBER
        assert np.argmax(np.abs(found.values).sum(axis=0)) in np.argsort(-np.abs(game.values).sum(axis=0))[:3]


def test_trees_are_explained_by_treeshap_on_the_players_of_the_window() -> None:
    model, test, background = explained("trees")
    check(model, test, background, "TreeSHAP")


@pytest.mark.slow
@pytest.mark.parametrize(("key", "tool"), [("linear", ""), ("blocks", "IG"), ("hybrid", "TreeSHAP")])
def test_networks_are_explained_by_captum_and_the_hybrid_by_its_trees(key: str, tool: str) -> None:
    model, test, background = explained(key)
    check(model, test, background, tool)


def test_a_feature_of_one_part_is_moved_by_that_part_alone() -> None:
    model, test, background = explained("trees")
    whole = model.explainer
    assert isinstance(whole, TreeAttribution)

    def covariate_only(inputs: np.ndarray, layout: PanelLayout, scale: WindowScale) -> StepRows:
        made = plain_features(inputs, layout, scale)
        kept = np.full_like(made.features, np.nan)
        last = made.features.shape[2] - 1
        kept[:, :, last] = inputs[:, layout.context - 1, layout.channels.index("x0"), None]
        return StepRows(kept, made.start)

    alone = replace(whole, features=covariate_only)
    masker = model.masker(test, background)
    moved = alone._moved(masker, 0, 1)
    named = list(masker.names).index("x0")
    features = moved[:, :, :-3]
    assert np.abs(np.delete(features, named, axis=1)).max() == pytest.approx(0.0, abs=1e-9)
    assert np.abs(features[:, named]).max() > 0


def test_the_scale_s_share_is_exact_for_four_numbers() -> None:
    from core.forecasting.tree_attribution import _Ends

    own, base = np.array([0.3, 0.1, 50.0, 1.0]), np.array([-0.2, 0.0, 20.0, 1.0])
    ends = _Ends(own, base, True, 0.5)
    shares = ends.shares()
    assert shares.sum() == pytest.approx(float(ends.value(own[None])[0] - ends.value(base[None])[0]))
    assert shares[3] == 0.0 and shapley.shapley_weights(4).shape == (4, 16)
