"""What is fixed before and by the clock of the first fold: the players, seconds a fit, folds affordable, the digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from importlib import metadata
from typing import Any

import numpy as np

from core import registry
from core.schema import Contestant, Dataset, LoadError, Plan, Split, Task

PACKAGES = ("numpy", "pandas", "scikit-learn", "xgboost", "torch", "shap", "captum", "streamlit", "tabm")
MIN_FIT_SECONDS = 1.0
FIRST_ROUND_SHARE = 5.0
# What five folds of the hungry may take of the budget; the rest is for the others, for answering and for starting up.
HUNGRY_SHARE = 0.75
# A verdict takes one full round of folds: a crowded machine may need so much longer for it than was asked.
PATIENCE = 2.0


def players(dataset: Dataset, task: Task, plan: Plan) -> tuple[list[Contestant], dict[str, str]]:
    """Who competes, in file order, and the reasons of those who cannot. The dummy always plays.

    Raises:
        LoadError: if nobody but the dummy can play, or a named contestant does not exist.
    """
    there = registry.discover("contestants")
    for key in plan.contestants:
        if key not in there:
            raise LoadError(f"There is no contestant {key!r}.", "", f"Choose among: {', '.join(there)}.")
    playing, refused = [], {}
    for contestant in there.values():
        asked = contestant.key in plan.contestants or contestant.key == "dummy"
        if not (asked if plan.contestants else contestant.default):
            continue
        fits_in = "*" in contestant.modalities or dataset.modality in contestant.modalities
        if not fits_in or task.kind not in contestant.kinds:
            if contestant.key in plan.contestants:
                refused[contestant.key] = f"does not play {task.kind} on {dataset.modality} data"
            continue
        if not plan.contestants and not contestant.suits(dataset):
            continue
        reason = contestant.unsupported_reason(dataset, task)
        if reason:
            refused[contestant.key] = reason
        else:
            playing.append(contestant)
    if not any(contestant.family != "chance" for contestant in playing):
        raise LoadError(
            f"No contestant can play {task.kind} on {dataset.modality} data.", "", "; ".join(refused.values())
        )
    return playing, refused


def fit_seconds(playing: Sequence[Contestant], plan: Plan) -> float:
    """Seconds one fit may take, the same for every family: five folds of every hungry contestant fill three quarters of
    the budget, or all of it where the number of folds is fixed anyway."""
    hungry = sum(contestant.family in ("deep", "hybrid") for contestant in playing)
    share = plan.budget_seconds * (1.0 if plan.fixed_folds else HUNGRY_SHARE)
    return max(MIN_FIT_SECONDS, share / (FIRST_ROUND_SHARE * max(1, hungry)))


def again(plan: Plan) -> Plan:
    """The plan under which the first fold of a finished contest is fitted once more, with the same seconds a fit."""
    share = 1.0 if plan.fixed_folds else HUNGRY_SHARE
    return replace(plan, budget_seconds=share * plan.budget_seconds, fixed_folds=True)


def affordable(splits: Sequence[Split], per_round: float, plan: Plan, folds: int) -> int:
    """How many folds the budget pays for, decided by the clock of the first fold alone, never by results.

    One full round, without which there is no verdict, is played when twice the budget pays for it; else one fold.

    per_round: wall seconds all contestants together took for one fold.
    """
    if plan.fits:
        return min(plan.fits, len(splits))
    if plan.fixed_folds:
        return len(splits)
    rounds = plan.budget_seconds / max(per_round, 1e-3)
    options = [count for count in range(folds, len(splits) + 1, folds) if count <= rounds * 1.1]
    return max(options) if options else (folds if folds <= PATIENCE * rounds and folds <= len(splits) else 1)


def digest(dataset_digest: str, task: Task, plan: Plan, playing: Sequence[Contestant]) -> str:
    """SHA-256 of data, task, plan, versions and contestants: what must agree for the same numbers."""
    said = {
        "data": dataset_digest,
        "task": asdict(task),
        "plan": {key: value for key, value in asdict(plan).items() if key not in ("measure", "explain", "fits")},
        "contestants": [contestant.key for contestant in playing],
        "versions": versions(),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def data_digest(dataset: Dataset) -> str:
    """SHA-256 of the prepared values, targets and column names."""
    hasher = hashlib.sha256()
    inputs = dataset.inputs
    if hasattr(inputs, "columns"):
        import pandas as pd

        hasher.update(json.dumps([str(c) for c in inputs.columns]).encode())
        hasher.update(pd.util.hash_pandas_object(inputs, index=False).to_numpy().tobytes())
    elif isinstance(inputs, np.ndarray) and inputs.dtype == object:
        for value in inputs:
            hasher.update(str(value).encode("utf-8", "surrogatepass") + b"\0")
    else:
        hasher.update(np.ascontiguousarray(inputs).tobytes())
    if dataset.target is not None:
        hasher.update(np.ascontiguousarray(dataset.target).tobytes())
    return hasher.hexdigest()


def versions() -> dict[str, str]:
    """Installed versions of the packages that decide the numbers."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def regime(dataset: Dataset, plan: Plan, machine: dict[str, Any], device: str) -> str:
    """Under what a verdict holds: rows, budget, training, hardware."""
    where = machine.get("gpu") if device == "cuda" else machine.get("cpu")
    return (
        f"{len(dataset):,} rows; {plan.budget_seconds:g} s budget; trained from scratch unless marked pretrained; "
        f"{plan.threads} thread(s) on {where or device}"
    )
