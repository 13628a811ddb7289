"""Boosted trees on encoded rows: trained under a clock with early stopping, and their structure as facts.

Reference: Chen & Guestrin 2016 (XGBoost).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from core.models.training.booster import BoostingRows, Schedule, booster_parameters, train_booster, tree_structure
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Facts, JsonObject, ProgressCallback
from core.workers import devices

if TYPE_CHECKING:
    import xgboost

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
class BoostedTrees:
    """A trained xgboost Booster cut to its best round, with its score (points of skill) on the inner rows."""

    booster: xgboost.Booster
    score: float
    facts: JsonObject

    def raw(self, encoded: np.ndarray, start: np.ndarray | None = None) -> np.ndarray:
        """Raw margins of encoded rows.

        Args:
            encoded: float32 (n, d). start: margins (n, width) that training started from, or None.

        Returns:
            float (n, width).
        """
        margin = self.booster.inplace_predict(encoded, predict_type="margin", base_margin=start)
        return np.asarray(margin, dtype=np.float64).reshape(len(encoded), -1)


def default_settings(rows: int) -> JsonObject:
    """Default settings of the trees: the cut that gains most is made next, up to a number of leaves that grows at
    5,000 rows; a low learning rate, subsampled, numbers in 64 parts.

    Args:
        rows: training rows.

    Returns:
        Setting -> value.
    """
    few = rows < MANY_ROWS
    return {
        "grow_policy": "lossguide",
        "max_leaves": 12 if few else 24,
        "max_depth": 6 if few else 8,
        "max_bin": 64,
        "eta": 0.06,
        "min_child_weight": 3.0,
        "subsample": 0.8,
        "colsample_bytree": 0.6,
        "rounds": 2000,
        "patience": 40,
    }


def fit_boosting(
    own: BoostingRows,
    inner: BoostingRows,
    output_spec: OutputSpec,
    settings: Facts,
    budget: Budget,
    on_progress: ProgressCallback,
) -> BoostedTrees:
    """Train on ``own``, stopping early on ``inner``.

    A GPU that fails is reported in the facts' notes and the trees are grown on the CPU.

    Raises:
        xgboost.core.XGBoostError: the trees could not be grown at all.
    """
    import xgboost

    device, note = devices.configure_torch(budget.device, budget.threads, budget.seed)
    device = "cpu" if device == "mps" else device
    notes = [note] if note else []
    try:
        return _grow(own, inner, output_spec, settings, _Place(budget, device, notes), on_progress)
    except xgboost.core.XGBoostError as error:
        if device == "cpu":
            raise
        notes.append(f"growing trees on {device} failed, done on the CPU: {str(error).splitlines()[0][:200]}")
        return _grow(own, inner, output_spec, settings, _Place(budget, "cpu", notes), on_progress)


def refit_boosting(
    grown: BoostedTrees,
    rows: BoostingRows,
    output_spec: OutputSpec,
    settings: Facts,
    budget: Budget,
    on_progress: ProgressCallback,
) -> BoostedTrees:
    """The same trees grown on all rows, inner ones included, with as many rounds as were best on the inner rows.

    Args:
        grown: of ``fit_boosting``. rows: all training rows. settings: those of ``grown``.
        output_spec, budget, on_progress: as in ``fit_boosting``.

    Returns:
        The trees; score, rounds and the reason for stopping are those of ``grown``.
    """
    chosen = {name: value for name, value in settings.items() if name not in ("rounds", "patience")}
    parameters = booster_parameters(output_spec, chosen, budget, grown.facts["device"])
    schedule = Schedule(grown.facts["best_round"], 1, math.inf)
    booster = train_booster(rows, None, parameters, schedule, on_progress).booster
    facts = {**grown.facts, **tree_structure(booster), "refitted_rows": len(rows.target)}
    return replace(grown, booster=booster, facts=facts)


class _Place(NamedTuple):
    """Under which budget and on which device trees are grown, with notes on how that came about."""

    budget: Budget
    device: str
    notes: list[str]


def _grow(
    own: BoostingRows,
    inner: BoostingRows,
    output_spec: OutputSpec,
    settings: Facts,
    place: _Place,
    on_progress: ProgressCallback,
) -> BoostedTrees:
    budget, device, notes = place
    chosen = {**default_settings(len(own.target)), **settings}
    schedule = Schedule(chosen.pop("rounds"), chosen.pop("patience"), budget.seconds)

    def score(answers: np.ndarray) -> float:
        return _skill(output_spec, answers, inner.target)

    parameters = booster_parameters(output_spec, chosen, budget, device)
    trained = train_booster(own, inner, parameters, schedule, on_progress, score)
    answers = trained.booster.predict(trained.inner)
    facts: JsonObject = {"best_round": trained.best_round, "rounds": trained.rounds, "stopped": trained.stopped}
    facts = {**chosen, **facts, "device": device, "notes": notes, **tree_structure(trained.booster)}
    return BoostedTrees(trained.booster, score(answers), facts)


def _skill(output_spec: OutputSpec, answers: np.ndarray, target: np.ndarray) -> float:
    given = np.asarray(answers, dtype=np.float64)
    return output_spec.skill(np.stack([1 - given, given], axis=1) if output_spec.form == "binary" else given, target)
