"""A boosted head: gradient-boosted trees with early stopping on the inner validation rows and a clock.

Reference: Chen & Guestrin 2016 (XGBoost).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.models.heads.head import Head
from core.models.heads.tuned_head import fit_tuned_head
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Progress, ProgressCallback
from core.workers.cpu_clock import Clock

ROUNDS = 600
PATIENCE = 25
# What a tuner may set.
SPACE = {"eta": (0.03, 0.3), "max_depth": (2, 8), "subsample": (0.5, 1.0), "min_child_weight": (1, 12)}
DEFAULTS = {"eta": 0.1, "max_depth": 5, "subsample": 0.8, "min_child_weight": 2}
OBJECTIVES = {
    "binary": "binary:logistic",
    "anomaly": "binary:logistic",
    "multiclass": "multi:softprob",
    "regression": "reg:squarederror",
}


def fit_boosted_trees(
    train: tuple[np.ndarray, np.ndarray],
    valid: tuple[np.ndarray, np.ndarray],
    output_spec: OutputSpec,
    budget: Budget,
    on_progress: ProgressCallback,
) -> Head:
    """Fits boosted trees on dense features (n, d).

    Args:
        train, valid: (features, target). Without validation rows a tenth of the rounds is trained.
        output_spec: the target's shape. budget: seconds (of ``Clock``), seed, threads and how many settings to try.
        on_progress: one Progress every 20 rounds.
    """

    def fit(settings: Mapping[str, Any], share: Budget) -> Head:
        return _fit_one(train, valid, (output_spec, share, on_progress), settings)

    return fit_tuned_head(SPACE, DEFAULTS, fit, valid, (output_spec, budget, on_progress))


def _fit_one(train, valid, how: tuple[OutputSpec, Budget, ProgressCallback], settings: Mapping[str, Any]) -> Head:
    import xgboost as xgb

    output_spec, budget, on_progress = how

    own = xgb.DMatrix(train[0], label=_encoded(output_spec, train[1]))
    watched = [(xgb.DMatrix(valid[0], label=_encoded(output_spec, valid[1])), "valid")] if len(valid[1]) else []
    clock = _TimeLimit(budget.seconds, on_progress)
    booster = xgb.train(
        {**_settings(output_spec, budget), **settings},
        own,
        num_boost_round=ROUNDS if watched else ROUNDS // 10,
        evals=watched,
        early_stopping_rounds=PATIENCE if watched else None,
        verbose_eval=False,
        callbacks=[clock.callback()],
    )
    best = int(booster.best_iteration) + 1 if watched else booster.num_boosted_rounds()
    booster = booster[:best]
    stored = bytes(booster.save_raw("ubj"))
    leaves, depth = _leaves_and_depth(booster)

    def raw(rows: np.ndarray) -> np.ndarray:
        found = booster.inplace_predict(np.ascontiguousarray(rows, dtype=np.float32), predict_type="margin")
        return np.asarray(found, dtype=np.float64).reshape(len(rows), output_spec.width)

    facts = {
        "head": "gradient-boosted trees",
        "features": int(train[0].shape[1]),
        "rounds": best,
        "trees": best * (output_spec.width if output_spec.form == "multiclass" else 1),
        "leaves": leaves,
        "depth": depth,
        "stopped": clock.why,
    }
    return Head(raw, {"booster": np.frombuffer(stored, dtype=np.uint8)}, 3 * leaves, facts, {"booster": booster})


def _encoded(output_spec: OutputSpec, target: np.ndarray) -> np.ndarray:
    return (target - output_spec.mean) / output_spec.scale if output_spec.form == "regression" else target


def _settings(output_spec: OutputSpec, budget: Budget) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "objective": OBJECTIVES[output_spec.form],
        "colsample_bynode": 0.3,
        "max_bin": 64,
        "nthread": budget.threads,
        "seed": budget.seed,
        "tree_method": "hist",
        "verbosity": 0,
    }
    if output_spec.form == "multiclass":
        settings["num_class"] = output_spec.classes
    return settings


def _leaves_and_depth(booster: Any) -> tuple[int, int]:
    leaves, deepest = 0, 0
    for tree in booster.get_dump(dump_format="json"):
        stack = [(json.loads(tree), 0)]
        while stack:
            node, depth = stack.pop()
            if "children" in node:
                stack += [(child, depth + 1) for child in node["children"]]
            else:
                leaves, deepest = leaves + 1, max(deepest, depth)
    return leaves, deepest


class _TimeLimit:
    """Ends boosting when the seconds are spent, and tells how it goes."""

    def __init__(self, seconds: float, on_progress: ProgressCallback) -> None:
        self.seconds, self.on_progress, self.why = seconds, on_progress, "patience or rounds"
        self.spent = Clock()

    def callback(self) -> Any:
        import xgboost as xgb

        clock = self

        class Watch(xgb.callback.TrainingCallback):
            def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
                if epoch % 20 == 0:
                    logged = next(iter(evals_log.get("valid", {}).values()), [None])
                    clock.on_progress(
                        Progress("fit", epoch + 1, ROUNDS, loss=logged[-1], cpu_seconds=clock.spent.cpu_seconds())
                    )
                if clock.spent.spent() > clock.seconds:
                    clock.why = "seconds"
                    return True
                return False

        return Watch()
