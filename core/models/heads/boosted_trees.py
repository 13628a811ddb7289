"""A boosted head: gradient-boosted trees with early stopping on the inner validation rows and a clock.

Reference: Chen & Guestrin 2016 (XGBoost).
"""

from __future__ import annotations

import numpy as np

from core.models.heads.head import Head, HeadFit
from core.models.heads.tuned_head import fit_tuned_head
from core.models.training.booster import BoostingRows, Schedule, booster_parameters, train_booster, tree_structure
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Facts, ProgressCallback

ROUNDS = 600
PATIENCE = 25
# What a tuner may set.
SPACE = {"eta": (0.03, 0.3), "max_depth": (2, 8), "subsample": (0.5, 1.0), "min_child_weight": (1, 12)}
DEFAULTS = {"eta": 0.1, "max_depth": 5, "subsample": 0.8, "min_child_weight": 2}
USUAL = {"colsample_bynode": 0.3, "max_bin": 64}


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
        output_spec: the target's shape.
        budget: seconds (of ``WorkClock``), seed, threads and how many settings to try.
        on_progress: one Progress every 20 rounds.
    """

    def fit(settings: Facts, share: Budget) -> Head:
        return _fit_one(train, valid, HeadFit(output_spec, share, on_progress), settings)

    return fit_tuned_head(SPACE, DEFAULTS, fit, valid, HeadFit(output_spec, budget, on_progress))


def _fit_one(
    train: tuple[np.ndarray, np.ndarray],
    valid: tuple[np.ndarray, np.ndarray],
    how: HeadFit,
    settings: Facts,
) -> Head:
    output_spec, budget, on_progress = how
    own, inner = (BoostingRows(rows, _encoded(output_spec, target)) for rows, target in (train, valid))
    watched = inner if len(valid[1]) else None
    schedule = Schedule(ROUNDS if watched else ROUNDS // 10, PATIENCE, budget.seconds, report_every=20)
    parameters = booster_parameters(output_spec, {**USUAL, **settings}, budget)
    trained = train_booster(own, watched, parameters, schedule, on_progress)
    booster, best = trained.booster, trained.best_round
    stored = bytes(booster.save_raw("ubj"))
    counted = tree_structure(booster)

    def raw(rows: np.ndarray) -> np.ndarray:
        found = booster.inplace_predict(np.ascontiguousarray(rows, dtype=np.float32), predict_type="margin")
        return np.asarray(found, dtype=np.float64).reshape(len(rows), output_spec.width)

    facts = {
        "head": "gradient-boosted trees",
        "features": int(train[0].shape[1]),
        "rounds": best,
        "trees": counted["trees"],
        "leaves": counted["leaves"],
        "depth": counted["depth"],
        "stopped": trained.stopped,
    }
    arrays = {"booster": np.frombuffer(stored, dtype=np.uint8)}
    return Head(raw, arrays, 3 * counted["leaves"], facts, {"booster": booster})


def _encoded(output_spec: OutputSpec, target: np.ndarray) -> np.ndarray:
    return (target - output_spec.mean) / output_spec.scale if output_spec.form == "regression" else target
