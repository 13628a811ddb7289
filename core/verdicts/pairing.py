"""Who meets whom: the contestant that stands for its family, the pairs, and their shared folds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.schema import Family, Fit, Plan, Run

PLAYING: tuple[Family, ...] = ("deep", "classical", "hybrid")
LEVEL = 0.95
HYBRID_LEVEL = 1.0 - 0.05 / 3.0


def good_fits(run: Run) -> dict[str, Fit]:
    """The folds a run finished, by fold and split, in playing order."""
    return {
        f"{fit.fold}|{fit.split}": fit for fit in run.fits if fit.trouble is None and value(fit, "skill") is not None
    }


def value(fit: Fit, measurement: str) -> float | None:
    """One fold's score, or None where it was not measured or is no number."""
    found: Any
    if measurement == "skill":
        found = fit.skill if fit.skill is not None else fit.scores.get("skill")
    elif measurement in ("fit_seconds", "fit_cpu_seconds"):
        found = getattr(fit, measurement)
    else:
        found = fit.scores.get(measurement)
    return float(found) if found is not None and math.isfinite(found) else None


def reason_of(run: Run) -> str | None:
    """Why a run has no complete set of folds, in words; None when it has."""
    broken = [fit for fit in run.fits if fit.trouble]
    if run.trouble or broken:
        return (run.trouble or broken[0].trouble or "").rstrip(". ")
    lost = len(run.fits) - len(good_fits(run))
    if lost or not run.fits:
        return "its score is not a number" if lost else "it finished no fold"
    return None


def inner_score(run: Run) -> float | None:
    """Mean over the folds of the best inner-validation score, higher is better; None unless every fold has one."""
    found = [max((step[2] for step in fit.history if step[2] is not None), default=None) for fit in run.fits]
    if not found or any(score is None for score in found):
        return None
    return float(np.mean([score for score in found if score is not None]))


def chosen(runs: Sequence[Run]) -> dict[Family, tuple[Run, str]]:
    """The run that stands for each family, and how it was picked; test scores have no say in it.

    A run that failed only stands for its family when all its relatives failed too. Among several, the inner
    validation decides if every one of them has it, otherwise the first listed.
    """
    picked: dict[Family, tuple[Run, str]] = {}
    for family in (*PLAYING, "chance"):
        members = [run for run in runs if run.family == family]
        sound = [run for run in members if reason_of(run) is None] or [run for run in members if good_fits(run)]
        field = sound or members
        if not field:
            continue
        if len(members) == 1:
            picked[family] = (field[0], "")
            continue
        scores = [inner_score(run) for run in field]
        if len(field) > 1 and all(score is not None for score in scores):
            best = max(range(len(field)), key=lambda place: scores[place] or 0.0)
            picked[family] = (field[best], f"{field[best].title} stands for the {family} side: best inner validation.")
        else:
            picked[family] = (field[0], f"{field[0].title} stands for the {family} side: first of it that finished.")
    return picked


def pairs(picked: Mapping[Family, tuple[Run, str]], runs: Sequence[Run]) -> list[tuple[Run, Run, float]]:
    """(left, right, level): deep against classical at 95 %, hybrid against each at 1 - .05/3, then each family against
    the dummy. Where one family plays alone, its first listed meets each of its others, at 1 - .05/their number."""
    there = {family: run for family, (run, _) in picked.items()}
    wanted: list[tuple[Family, Family]] = [("deep", "classical"), ("hybrid", "classical"), ("hybrid", "deep")]
    wanted += [(family, "chance") for family in PLAYING]
    found = [
        (there[left], there[right], HYBRID_LEVEL if left == "hybrid" else LEVEL)
        for left, right in wanted
        if left in there and right in there
    ]
    alone = [family for family in PLAYING if family in there]
    if len(alone) == 1:
        first, *others = [run for run in runs if run.family == alone[0]]
        found = [(first, other, 1.0 - (1.0 - LEVEL) / len(others)) for other in others] + found
    return found


def shared(left: Run, right: Run) -> tuple[list[Fit], list[Fit]]:
    """The folds both finished on the same split, in the same order."""
    ours, theirs = good_fits(left), good_fits(right)
    keys = [key for key in ours if key in theirs]
    return [ours[key] for key in keys], [theirs[key] for key in keys]


def fold_count(fits: int, plan: Plan) -> int:
    """K of the K-fold cut behind J fits: the plan's, or the largest smaller one that divides J (rare classes lower
    K). Never more than planned, so the correction for overlap is never too small."""
    for folds in range(max(plan.folds, 2), 1, -1):
        if fits and fits % folds == 0:
            return folds
    return max(plan.folds, 2) if fits >= plan.folds else 2


def columns(fits: Sequence[Fit], measurement: str) -> np.ndarray | None:
    """(J,) one score a fold, or None when any fold lacks it."""
    found = [value(fit, measurement) for fit in fits]
    return None if not found or any(score is None for score in found) else np.array(found, dtype=float)


def unit_losses(fit: Fit) -> np.ndarray | None:
    """Per-row losses (n,) of one hold-out in points of skill, where the arena kept the rows' scores.

    A row's loss is divided by the dummy's mean loss, which follows from the fold's own skill.
    """
    points = value(fit, "skill")
    if fit.units is None or points is None or points >= 100.0:
        return None
    losses = -np.asarray(fit.units, dtype=float)
    dummy = float(losses.mean()) / (1.0 - points / 100.0)
    return 100.0 * losses / dummy if dummy > 0 else None
