"""SHAP on forecasting trees, carried from the trees' features to the parts of the window that the features are made of.

TreeSHAP shares the trees' answer out among features, one background window at a time; what a feature is given goes to
the parts of the window in proportion to how they move that feature (their Shapley values in it); and the scale of the
window, by which the answer becomes a value, is shared out the same way. The sums are kept in every step.

Reference: Lundberg et al. 2020 (TreeSHAP); Chen, Lundberg & Lee 2022, "Explaining a series of models by propagating
Shapley values".
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.explain.attribution import with_completeness
from core.explain.maskers import Masker
from core.explain.shapley import coalitions, shapley_weights
from core.explain.tree_shap import import_shap
from core.forecasting import window_game
from core.forecasting.tree_features import Features, ScaleRule, WindowScale
from core.panels.panel_layout import MEDIAN, PanelLayout
from core.schema import Attribution

if TYPE_CHECKING:
    import xgboost

# Antithetic pairs of orders in which parts enter; features that are sums over parts need one.
PAIRS, SEED = 6, 11
# Stands for an unknown feature where its change is shared out; trees see it as unknown.
UNKNOWN = 1.0e3
TINY = 1e-9
# Parts that move a feature to and fro, and hardly away, share its part by how strongly they move it.
CLEAR = 0.3
# Between these the quantile that sorting puts in the middle moves like the median among the answers.
SORTED = (0.5, 2.0)
METHOD = "TreeSHAP, interventional, carried to the window"


@dataclass(frozen=True)
class _StepView:
    """What n windows give at one step: features (n, d), and start, level and size as columns of (n, 3)."""

    features: np.ndarray
    frame: np.ndarray

    def number(self, medians: np.ndarray, positive: bool) -> np.ndarray:
        """What the trees would have had to answer for medians (n,), which are one of several sorted quantiles."""
        scale = WindowScale(self.frame[:, 1], self.frame[:, 2], positive)
        made: np.ndarray = scale.scaled(medians) - self.frame[:, 0]
        return made

    @property
    def table(self) -> np.ndarray:
        """Everything beside each other as finite numbers: float (n, d + 3)."""
        whole = np.concatenate([self.features.astype(float), self.frame], axis=1)
        return np.where(np.isfinite(whole), whole, UNKNOWN)


@dataclass(frozen=True)
class TreeAttribution:
    """The explanation of trees. features, rule: as they were grown with."""

    booster: xgboost.Booster
    layout: PanelLayout
    rule: ScaleRule
    features: Features

    def explain(
        self, margin: Callable[[np.ndarray], np.ndarray], inputs: np.ndarray, background: np.ndarray, step: int
    ) -> Attribution:
        """What each part of a window adds to the median at one step.

        Args:
            margin: windows -> the median at that step (n,). inputs: to explain. background: windows that stand for
                absent parts. step: of the horizon, from 0.
        """
        began = time.perf_counter()
        masker = window_game.window_masker(self.layout, inputs, background, step)
        others = window_game.spread_background(background)
        own, base = self._seen(np.asarray(inputs), step), self._seen(others, step)
        raw = self._raw(own.features), self._raw(base.features)
        medians = margin(np.asarray(inputs)), margin(others)
        told = own.number(medians[0], self.rule.positive), base.number(medians[1], self.rule.positive)
        paid = self._tree_shares(own.features, base.features)
        values = np.zeros((len(inputs), len(masker.names)))
        for row in range(len(inputs)):
            moved = self._moved(masker, row, step)
            for place in range(len(others)):
                ends = _Ends(
                    np.append(told[0][row], own.frame[row]),
                    np.append(told[1][place], base.frame[place]),
                    self.rule.positive,
                    float(raw[0][row] - raw[1][place]),
                )
                values[row] += _carried(paid[place][row], moved[place], ends) / len(others)
        spent = (time.perf_counter() - began) / max(len(inputs), 1)
        level = np.full(len(inputs), float(medians[1].mean()))
        made = Attribution(masker.names, values, level, METHOD, medians[0], None, None, spent)
        return with_completeness(made)

    def _seen(self, inputs: np.ndarray, step: int) -> _StepView:
        scale = self.rule.scales(inputs, self.layout)
        rows = self.features(inputs, self.layout, scale)
        return _StepView(rows.features[:, step], np.stack([rows.start[:, step], scale.level, scale.size], axis=1))

    def _raw(self, features: np.ndarray) -> np.ndarray:
        told = np.asarray(self.booster.inplace_predict(features)).reshape(len(features), -1)
        return told[:, MEDIAN].astype(float)

    def _tree_shares(self, own: np.ndarray, base: np.ndarray) -> list[np.ndarray]:
        """For each background row, TreeSHAP of all rows against it alone: (n, d) on the trees' scale."""
        rows, others = own.astype(float), base.astype(float)
        explainer = import_shap().TreeExplainer(
            self.booster, others[:1], feature_perturbation="interventional", model_output="raw"
        )
        found = []
        for one in others:
            explainer.data = np.ascontiguousarray(one[None])
            explainer.data_missing = np.isnan(explainer.data)
            told = np.asarray(explainer.shap_values(rows, check_additivity=False), dtype=float)
            found.append(told[:, :, MEDIAN])
        return found

    def _moved(self, masker: Masker, row: int, step: int) -> np.ndarray:
        """How each part moves every feature and the scale against each background window: (b, parts, d + 3)."""
        count, depth = len(masker.names), masker.n_background
        orders = np.random.default_rng(SEED).permuted(np.tile(np.arange(count), (PAIRS, 1)), axis=1)
        orders = np.concatenate([orders, orders[:, ::-1]])
        rank = np.argsort(orders, axis=1)
        inside = rank[:, None, :] < np.arange(count + 1)[None, :, None]
        whole = np.repeat(inside.reshape(-1, count), depth, axis=0)
        copies = np.tile(np.arange(depth), len(whole) // depth)
        tables = [
            self._seen(masker.mask(np.full(len(part), row), part, at), step).table
            for part, at in _blocks(whole, copies, masker.batch)
        ]
        table = np.concatenate(tables).reshape(len(orders), count + 1, depth, -1)
        gains = np.diff(table, axis=1)
        paid = np.take_along_axis(gains, rank[:, :, None, None], axis=1)
        made: np.ndarray = np.moveaxis(paid.mean(axis=0), 1, 0)
        return made


@dataclass(frozen=True)
class _Ends:
    """Answer, start, level and size of a window and of a background window, each (4,); the answer is that of the sorted
    quantiles. raw: difference of the two answers before sorting."""

    own: np.ndarray
    base: np.ndarray
    positive: bool
    raw: float

    def value(self, four: np.ndarray) -> np.ndarray:
        """Values (m,) that (m, 4) such numbers stand for."""
        number = four[:, 0] + four[:, 1]
        if self.positive:
            return np.maximum(np.expm1(np.clip(number, -20.0, 20.0)) * four[:, 2], 0.0)
        made: np.ndarray = number * four[:, 3] + four[:, 2]
        return made

    def shares(self) -> np.ndarray:
        """(4,) Shapley values of the four in the difference of the two values."""
        asked = np.where(coalitions(4), self.own, self.base)
        made: np.ndarray = shapley_weights(4) @ self.value(asked)
        return made

    def slope(self) -> float:
        """How fast the value moves with the trees' answer, between both; sorting passes on what it is given."""
        away = float(self.own[0] - self.base[0])
        if abs(self.raw) > TINY and SORTED[0] < away / self.raw < SORTED[1]:
            return float(self.shares()[0] / self.raw)
        if abs(away) > TINY:
            return float(self.shares()[0] / away)
        near = np.stack([self.own, self.own + np.array([1e-6, 0, 0, 0])])
        low, high = self.value(near)
        return float(high - low) / 1e-6


def _carried(paid: np.ndarray, moved: np.ndarray, ends: _Ends) -> np.ndarray:
    """(parts,) what each part adds to the value: its share of each feature's and of the scale's."""
    given = np.append(paid * ends.slope(), ends.shares()[1:])
    change, strength = moved.sum(axis=0), np.abs(moved)
    total = strength.sum(axis=0)
    clear = np.abs(change) > CLEAR * total
    shares = np.where(clear, moved / np.where(clear, change, 1.0), strength / np.maximum(total, 1e-300))
    made: np.ndarray = shares @ given
    return made


def _blocks(present: np.ndarray, copies: np.ndarray, size: int) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(present[at : at + size], copies[at : at + size]) for at in range(0, len(present), size)]
