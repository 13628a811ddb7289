"""Trains one XGBoost booster under a clock with early stopping, and counts its structure.

Reference: Chen & Guestrin 2016 (XGBoost).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Facts, JsonObject, Progress, ProgressCallback
from core.workers import learner_work, work_clock
from core.workers.work_clock import WorkClock

if TYPE_CHECKING:
    import xgboost

OBJECTIVES = {
    "binary": "binary:logistic",
    "anomaly": "binary:logistic",
    "multiclass": "multi:softprob",
    "regression": "reg:squarederror",
}
METRICS = {"binary": "logloss", "anomaly": "logloss", "multiclass": "mlogloss", "regression": "rmse"}


@dataclass(frozen=True)
class BoostingRows:
    """What trees learn from: encoded (n, d) with NaN where missing, target (n,), and optionally a raw margin
    (n, width) to start from instead of the mean, in the target's unit for regression."""

    encoded: np.ndarray
    target: np.ndarray
    start: np.ndarray | None = None


@dataclass(frozen=True)
class Schedule:
    """When boosting ends: after ``rounds``, ``patience`` rounds without a better loss, or ``seconds`` of a
    ``WorkClock``; and every how many rounds progress is reported."""

    rounds: int
    patience: int
    seconds: float
    report_every: int = 10


@dataclass(frozen=True)
class TrainedBooster:
    """An xgboost Booster cut to its ``best_round`` rounds, of ``rounds`` that were grown, what ended the growing, and
    the inner rows as a DMatrix."""

    booster: xgboost.Booster
    best_round: int
    rounds: int
    stopped: Literal["patience", "rounds", "seconds"]
    inner: xgboost.DMatrix | None = None


def booster_parameters(output_spec: OutputSpec, settings: Facts, budget: Budget, device: str = "cpu") -> JsonObject:
    """XGBoost's parameters for a target.

    Args:
        output_spec: decides objective and metric. settings: of the trees. budget: threads and seed. device: to grow on.

    Returns:
        Parameter -> value.
    """
    parameters = {
        **settings,
        "objective": OBJECTIVES[output_spec.form],
        "eval_metric": METRICS[output_spec.form],
        "tree_method": "hist",
        "nthread": budget.threads,
        "seed": budget.seed,
        "device": device,
        "verbosity": 0,
    }
    if output_spec.form == "multiclass":
        parameters["num_class"] = output_spec.classes
    return parameters


def train_booster(
    own: BoostingRows,
    inner: BoostingRows | None,
    parameters: Facts,
    schedule: Schedule,
    on_progress: ProgressCallback,
    score: Callable[[np.ndarray], float] | None = None,
    seconds_a_round: float | None = None,
) -> TrainedBooster:
    """The booster grown on ``own`` and cut to the round with the least loss on ``inner``; without ``inner`` all rounds.

    Args:
        parameters: of ``booster_parameters``.
        on_progress: one Progress every ``schedule.report_every`` rounds, with the inner loss.
        score: answers on the inner rows -> points of skill, for the progress reports.
        seconds_a_round: reference seconds that a round is charged; None counts them for one output a class.

    Raises:
        xgboost.core.XGBoostError: the trees could not be grown.
    """
    import xgboost

    data, *held = (
        xgboost.DMatrix(part.encoded, part.target, base_margin=part.start, nthread=parameters["nthread"])
        for part in ([own] if inner is None else [own, inner])
    )
    cost = _round_seconds(own, parameters) if seconds_a_round is None else seconds_a_round
    callbacks = [_progress_and_clock(schedule, on_progress, cost)]
    if held:
        metric = parameters["eval_metric"]
        callbacks.append(
            xgboost.callback.EarlyStopping(rounds=schedule.patience, metric_name=metric, data_name="inner")
        )
    booster = xgboost.train(
        dict(parameters),
        data,
        schedule.rounds,
        evals=[(part, "inner") for part in held],
        callbacks=callbacks,
        custom_metric=None if score is None else lambda answers, _: ("skill", score(answers)),
        verbose_eval=False,
    )
    grown = booster.num_boosted_rounds()
    best = int(getattr(booster, "best_iteration", grown - 1))
    kept = booster[: best + 1]
    kept.set_param({"device": "cpu", "nthread": parameters["nthread"]})
    stopped: Literal["patience", "rounds", "seconds"] = "rounds" if grown >= schedule.rounds else "seconds"
    stopped = "patience" if grown - best > schedule.patience else stopped
    work_clock.record_end("budget" if stopped == "seconds" else "converged", None if stopped == "seconds" else 1.0)
    return TrainedBooster(kept, best + 1, grown, stopped, *held)


def _round_seconds(own: BoostingRows, parameters: Facts) -> float:
    """Reference seconds of a round that grows one tree a class."""
    most, depth = int(parameters.get("max_bin", 256)), int(parameters.get("max_depth", 6))
    bins, width = learner_work.histogram_bins(own.encoded, most), int(parameters.get("num_class", 1))
    return learner_work.boosting_round(len(own.encoded), own.encoded.shape[1], width, depth, bins)


def _progress_and_clock(
    schedule: Schedule, on_progress: ProgressCallback, round_seconds: float
) -> xgboost.callback.TrainingCallback:
    """A callback that reports the inner loss and score, and ends the growing when its reference seconds are over."""
    import xgboost

    class ProgressAndClock(xgboost.callback.TrainingCallback):
        def __init__(self) -> None:
            self.clock = WorkClock()

        def after_iteration(self, model: xgboost.Booster, epoch: int, evals_log: dict) -> bool:
            work_clock.charge_seconds(round_seconds)
            if epoch % schedule.report_every == 0:
                logged = {name: float(values[-1]) for name, values in evals_log.get("inner", {}).items()}
                score = logged.pop("skill", None)
                loss = next(iter(logged.values()), None)
                spent = self.clock.cpu_seconds()
                on_progress(Progress("fit", epoch + 1, schedule.rounds, loss=loss, score=score, cpu_seconds=spent))
            # Without a limit of its own too, the growing ends when the guard of the fit has run out.
            spent = self.clock.elapsed()
            return bool(spent > schedule.seconds or spent == math.inf)

    return ProgressAndClock()


def tree_structure(booster: xgboost.Booster) -> dict[str, int]:
    """Trees, leaves, nodes and depth of a booster, and the comparisons of one prediction.

    Args:
        booster: an xgboost Booster.

    Returns:
        Name -> count.
    """
    trees = json.loads(booster.save_raw("json").decode())["learner"]["gradient_booster"]["model"]["trees"]
    leaves, depths = [], []
    for tree in trees:
        left, right = tree["left_children"], tree["right_children"]
        level = [0] * len(left)
        for node, (one, other) in enumerate(zip(left, right, strict=True)):
            if one >= 0:
                level[one] = level[other] = level[node] + 1
        leaves.append(sum(one < 0 for one in left))
        depths.append(max(level))
    return {
        "trees": len(trees),
        "leaves": int(sum(leaves)),
        "nodes": int(sum(2 * count - 1 for count in leaves)),
        "depth": int(max(depths, default=0)),
        "comparisons": int(sum(depths)),
    }
