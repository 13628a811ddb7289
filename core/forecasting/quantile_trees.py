"""Boosted trees that foretell quantiles: one global model, every step ahead a row, on a scale of each window's own.

Reference: Chen & Guestrin 2016 (XGBoost); Meinshausen 2006, Koenker 2005 (quantiles by their own loss).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.evaluation import refitting
from core.forecasting import forecaster
from core.forecasting.forecaster import Forecaster
from core.forecasting.tree_attribution import TreeAttribution
from core.forecasting.tree_features import Features, ScaleRule, plain_features
from core.models.training.booster import BoostingRows, Schedule, train_booster
from core.panels import windows
from core.panels.panel_layout import QUANTILES, PanelLayout
from core.schema import Budget, Dataset, JsonObject, Progress, ProgressCallback
from core.workers import learner_work, work_clock

if TYPE_CHECKING:
    import xgboost

ROWS, VALID_ROWS = 10_000, 4_000
DEPTH, BINS = 4, 64
MOST_ROUNDS, PATIENCE, REPORTED = 200, 10, 5
# Of the budget: growing with early stopping; the rest grows the same number of rounds on all windows.
FIRST_SHARE = 0.5
# Each output of a row looks for its leaf's quantile, beside what ``boosting_round`` counts; estimated.
LEAF_SECONDS = 3.0e-7


def known_rows(dataset: Dataset, rule: ScaleRule, features: Features, most: int, seed: int) -> BoostingRows:
    """Rows to learn from: steps ahead of drawn windows whose value was recorded.

    Args:
        dataset: windows. rule: of scaling. features: of windows. most: rows wanted at most. seed: of the draw.
    """
    layout = forecaster.layout_of(dataset)
    some = dataset.take(forecaster.drawn(len(dataset), math.ceil(most / layout.horizon), seed))
    scale = rule.scales(some.inputs, layout)
    seen = features(some.inputs, layout, scale)
    outcome = scale.scaled(forecaster.target_of(some)) - seen.start
    known = np.isfinite(outcome) & forecaster.knows_enough(windows.past_values(some.inputs, layout))[:, None]
    return BoostingRows(seen.features[known], outcome[known])


def fit_trees(
    train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback, features: Features = plain_features
) -> Forecaster:
    """Quantile trees, stopped early on the inner validation windows and then grown once more on all of them.

    Args:
        train, valid: windows before the origin. budget: reference seconds, seed and threads. on_progress: told every
            few rounds. features: what the trees see and start from.

    Raises:
        ValueError: no window has a known outcome.
    """
    layout, rule = forecaster.layout_of(train), ScaleRule.of(train)
    own = known_rows(train, rule, features, ROWS, budget.seed)
    inner = known_rows(valid, rule, features, VALID_ROWS, budget.seed)
    if not len(own.target) or not len(inner.target):
        raise ValueError("no window has a known outcome")
    cost = round_seconds(own)
    affordable = budget.threads * budget.seconds * FIRST_SHARE / cost
    rounds = int(max(5, min(MOST_ROUNDS, affordable)))
    parameters = tree_parameters(budget, min(0.3, max(0.05, 5.0 / rounds)))
    schedule = Schedule(rounds, PATIENCE, math.inf, REPORTED)
    watched = train_booster(own, inner, parameters, schedule, on_progress, seconds_a_round=cost)
    best = watched.best_round
    judged = forecaster.judge(answer_of(watched.booster, layout, rule, features), valid)
    on_progress(Progress("fit", rounds, rounds, score=judged.skill, cpu_seconds=0.0))
    whole = known_rows(refitting.concatenate((train, valid)), rule, features, ROWS, budget.seed)
    schedule = replace(schedule, rounds=best)
    cost = round_seconds(whole)
    final = train_booster(whole, None, parameters, schedule, on_progress, seconds_a_round=cost).booster
    cut = rounds < MOST_ROUNDS and best >= rounds - 1
    work_clock.record_end("budget" if cut else "converged", None if cut else 1.0)
    facts = {
        "kind": "boosted trees on lags, calendar and covariates", "rounds": best, "trees": best * len(QUANTILES),
        "depth": DEPTH, "scale": "log of the ratio to the level" if rule.positive else "distance from the level",
    }  # fmt: skip
    leaves = best * len(QUANTILES) * 2**DEPTH
    blobs = {"booster": bytes(final.save_raw("json"))}
    explainer = TreeAttribution(final, layout, rule, features)
    answer = answer_of(final, layout, rule, features)
    return Forecaster(layout, answer, leaves, {}, facts, blobs, judged.stretch, explainer)


def tree_parameters(budget: Budget, learning_rate: float) -> JsonObject:
    """XGBoost's parameters.

    Args:
        budget: threads and seed. learning_rate: of a round.
    """
    return {
        "objective": "reg:quantileerror", "eval_metric": "quantile", "quantile_alpha": np.array(QUANTILES),
        "tree_method": "hist", "max_depth": DEPTH, "max_bin": BINS, "learning_rate": learning_rate, "subsample": 0.8,
        "min_child_weight": 5.0, "colsample_bytree": 0.8, "nthread": budget.threads, "seed": budget.seed,
        "verbosity": 0,
    }  # fmt: skip


def round_seconds(rows: BoostingRows) -> float:
    """Reference seconds of one round.

    Args:
        rows: that it is grown on.
    """
    count, columns = rows.encoded.shape
    bins = learner_work.histogram_bins(rows.encoded, BINS)
    outputs = len(QUANTILES)
    return learner_work.boosting_round(count, columns, outputs, DEPTH, bins) + LEAF_SECONDS * count * outputs


def answer_of(booster: xgboost.Booster, layout: PanelLayout, rule: ScaleRule, features: Features) -> forecaster.Answer:
    """How grown trees answer.

    Args:
        booster: the trees. layout: of windows. rule: of scaling. features: of windows.

    Returns:
        inputs -> quantiles (n, horizon, quantiles).
    """

    def answer(inputs: np.ndarray) -> np.ndarray:
        scale = rule.scales(inputs, layout)
        seen = features(inputs, layout, scale)
        flat = seen.features.reshape(-1, seen.features.shape[2])
        told = np.asarray(booster.inplace_predict(flat)).reshape(len(inputs), layout.horizon, len(QUANTILES))
        return scale.restored(told + seen.start[:, :, None])

    return answer
