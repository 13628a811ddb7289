"""Boosted trees on encoded rows: trained under a clock with early stopping, and their structure as facts.

Reference: Chen & Guestrin 2016 (XGBoost).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Progress, ProgressCallback
from core.workers import devices
from core.workers.cpu_clock import Clock

OBJECTIVES = {"binary": "binary:logistic", "multiclass": "multi:softprob", "regression": "reg:squarederror"}
METRICS = {"binary": "logloss", "multiclass": "mlogloss", "regression": "rmse"}
MANY_ROWS = 5000
SPACE: dict[str, tuple[Any, ...]] = {
    "max_depth": (3, 4, 5, 6, 8),
    "eta": (0.02, 0.05, 0.1),
    "min_child_weight": (1.0, 3.0, 10.0),
    "subsample": (0.6, 0.8, 1.0),
    "colsample_bytree": (0.5, 0.8, 1.0),
    "lambda": (1.0, 5.0),
}


@dataclass(frozen=True)
class Rows:
    """What trees learn from: encoded (n, d) with NaN where missing, target (n,), and optionally a raw margin
    (n, width) to start from instead of the mean, in the target's unit for regression."""

    encoded: np.ndarray
    target: np.ndarray
    start: np.ndarray | None = None


@dataclass(frozen=True)
class Boosted:
    """A trained xgboost Booster cut to its best round, with its score (points of skill) on the inner rows."""

    booster: Any
    score: float
    facts: dict[str, Any]

    def raw(self, encoded: np.ndarray, start: np.ndarray | None = None) -> np.ndarray:
        """Raw margins (n, width) of encoded rows, on top of ``start`` where training had one."""
        margin = self.booster.inplace_predict(encoded, predict_type="margin", base_margin=start)
        return np.asarray(margin, dtype=np.float64).reshape(len(encoded), -1)


def defaults(rows: int) -> dict[str, Any]:
    """Settings for this many training rows: shallow trees up to 5,000, deeper ones above; slow and subsampled."""
    return {
        "max_depth": 4 if rows < MANY_ROWS else 6,
        "eta": 0.05,
        "min_child_weight": 3.0,
        "subsample": 0.8,
        "colsample_bytree": 0.8,
        "rounds": 2000,
        "patience": 50,
    }


def train(
    own: Rows,
    inner: Rows,
    output_spec: OutputSpec,
    settings: Mapping[str, Any],
    budget: Budget,
    on_progress: ProgressCallback,
) -> Boosted:
    """Train on ``own``, stopping early on ``inner``.

    A GPU that fails is reported in the facts' notes and the trees are grown on the CPU.

    Raises:
        xgboost.core.XGBoostError: the trees could not be grown at all.
    """
    import xgboost

    device, note = devices.prepare(budget.device, budget.threads, budget.seed)
    device = "cpu" if device == "mps" else device
    notes = [note] if note else []
    try:
        return _grow(own, inner, output_spec, settings, (budget, device, notes), on_progress)
    except xgboost.core.XGBoostError as error:
        if device == "cpu":
            raise
        notes.append(f"growing trees on {device} failed, done on the CPU: {str(error).splitlines()[0][:200]}")
        return _grow(own, inner, output_spec, settings, (budget, "cpu", notes), on_progress)


def _grow(
    own: Rows,
    inner: Rows,
    output_spec: OutputSpec,
    settings: Mapping[str, Any],
    place: Any,
    on_progress: ProgressCallback,
) -> Boosted:
    import xgboost

    budget, device, notes = place
    chosen = {**defaults(len(own.target)), **settings}
    rounds, patience = chosen.pop("rounds"), chosen.pop("patience")
    parameters = {
        **chosen,
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
    data, held = (
        xgboost.DMatrix(part.encoded, part.target, base_margin=part.start, nthread=budget.threads)
        for part in (own, inner)
    )
    stop = xgboost.callback.EarlyStopping(rounds=patience, metric_name=METRICS[output_spec.form], data_name="inner")
    watch = _watch(METRICS[output_spec.form], rounds, budget.seconds, on_progress)
    booster = xgboost.train(
        parameters,
        data,
        rounds,
        evals=[(held, "inner")],
        callbacks=[watch, stop],
        custom_metric=lambda answers, _: ("skill", _skill(output_spec, answers, inner.target)),
        verbose_eval=False,
    )
    grown = booster.num_boosted_rounds()
    best = int(getattr(booster, "best_iteration", grown - 1))
    kept = booster[: best + 1]
    kept.set_param({"device": "cpu", "nthread": budget.threads})
    score = _skill(output_spec, kept.predict(held), inner.target)
    stopped = "patience" if grown - best > patience else "rounds" if grown >= rounds else "seconds"
    facts = {**chosen, "best_round": best + 1, "rounds": grown, "stopped": stopped, "device": device, "notes": notes}
    return Boosted(kept, score, {**facts, **structure(kept)})


def _watch(metric: str, rounds: int, seconds: float, on_progress: ProgressCallback) -> Any:
    import xgboost

    class Watch(xgboost.callback.TrainingCallback):
        """Tells about every tenth round, and stops the growing when its seconds are over."""

        def __init__(self) -> None:
            self.clock = Clock()

        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            if epoch % 10 == 0:
                loss, score = (float(evals_log["inner"][name][-1]) for name in (metric, "skill"))
                spent = self.clock.cpu_seconds()
                on_progress(Progress("fit", epoch + 1, rounds, loss=loss, score=score, cpu_seconds=spent))
            return bool(self.clock.spent() > seconds)

    return Watch()


def _skill(output_spec: OutputSpec, answers: np.ndarray, target: np.ndarray) -> float:
    given = np.asarray(answers, dtype=np.float64)
    return output_spec.skill(np.stack([1 - given, given], axis=1) if output_spec.form == "binary" else given, target)


def structure(booster: Any) -> dict[str, Any]:
    """Trees, leaves, nodes and depth of a booster, and what one answer costs: comparisons."""
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
