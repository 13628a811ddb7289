"""The same plan on all rows: the model that goes to work, and what its folds let one expect of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arena import planning
from core.arena.contestant_worker import ContestantWorker
from core.arena.prepared_contest import PreparedContest, prepare_contest
from core.evaluation.errors import label_quality
from core.evaluation.splits import make_split
from core.panels import origins
from core.schema import (
    Budget,
    Contestant,
    Dataset,
    Fit,
    LoadError,
    Model,
    Plan,
    Progress,
    ProgressCallback,
    Split,
    Task,
    check_cancelled,
)

SCORED = ("classification", "regression", "anomaly")


@dataclass(frozen=True)
class Retrained:
    """A contestant fitted on all rows, and its folds.

    model: fitted on all of ``prepared.dataset``. fits: of one round of folds, with their scores. predictions, truths:
    a fold each, of its test rows; empty for tasks whose answers are no classes, numbers or scores.
    """

    contestant: Contestant
    model: Model
    prepared: PreparedContest
    fits: tuple[Fit, ...]
    predictions: tuple[np.ndarray, ...]
    truths: tuple[np.ndarray, ...]
    seconds: float


def retrain(dataset: Dataset, task: Task, plan: Plan, key: str, on_progress: ProgressCallback) -> Retrained:
    """Fits one contestant on the folds of a plan, for honest numbers, and then on all rows.

    Args:
        dataset: as it was read. task, plan: of the contest. key: of the contestant. on_progress: called with each step.

    Returns:
        The model and its folds.

    Raises:
        LoadError: the contestant cannot take part, or could not be fitted; says why. Cancelled: from ``on_progress``.
    """
    prepared = prepare_contest(dataset, task, plan)
    contestant = _chosen(prepared, key)
    worker = _worker(prepared, contestant)
    folds = prepared.splits[: prepared.folds] if task.kind in SCORED else prepared.splits[:1]
    total = len(folds) + 1
    fits: list[Fit] = []
    for fold, split in enumerate(folds):
        on_progress(Progress("fit", fold, total, contestant=key, fold=fold, message=f"fold {fold + 1} of {len(folds)}"))
        check_cancelled(on_progress)
        fits.append(
            worker.fit(split=split, fold=fold, keep_model=False, seconds=prepared.fit_seconds, on_progress=on_progress)
        )
    on_progress(Progress("fit", total - 1, total, contestant=key, message="fitting on all rows"))
    check_cancelled(on_progress)
    whole = _whole(prepared)
    seconds = prepared.fit_seconds * len(prepared.dataset) / max(1, len(folds[0].train) + len(folds[0].valid))
    last = worker.fit(split=whole, fold=len(folds), keep_model=True, seconds=seconds, on_progress=on_progress)
    if worker.kept is None or last.error:
        raise LoadError(f"{contestant.title} could not be fitted on all rows: {last.error}.", dataset.name)
    scored = [(fit, split) for fit, split in zip(fits, folds, strict=True) if fit.predictions is not None]
    usable = scored if task.kind in SCORED and prepared.dataset.target is not None else []
    return Retrained(
        contestant=contestant,
        model=worker.kept.model,
        prepared=prepared,
        fits=tuple(fits),
        predictions=tuple(np.asarray(fit.predictions, dtype=float) for fit, _ in usable),
        truths=tuple(np.asarray(prepared.dataset.target)[split.test] for _, split in usable),
        seconds=last.fit_seconds,
    )


def _chosen(prepared: PreparedContest, key: str) -> Contestant:
    for contestant in prepared.contestants:
        if contestant.key == key:
            return contestant
    there = ", ".join(contestant.key for contestant in prepared.contestants)
    reason = prepared.unsupported.get(key, "it takes no part in this contest")
    raise LoadError(f"There is no contestant {key!r} to bundle: {reason}.", "", f"Choose among: {there}.")


def _worker(prepared: PreparedContest, contestant: Contestant) -> ContestantWorker:
    plan = prepared.plan
    budget = Budget(
        seconds=prepared.fit_seconds, rows=plan.rows, device=prepared.device, seed=plan.seed, threads=plan.threads,
        configurations=plan.configurations, augment=plan.augment,
    )  # fmt: skip
    return ContestantWorker(
        {
            "contestant": contestant.key,
            "dataset": prepared.dataset,
            "task": prepared.task,
            "budget": budget,
            "embedding_seconds": planning.embedding_seconds(plan),
        }
    )


def _whole(prepared: PreparedContest) -> Split:
    if prepared.task.kind != "forecast":
        whole, doubted = whole_split(prepared.splits, prepared.method), prepared.plan.doubted_labels
        return label_quality.without_training_on(whole, prepared.dataset, doubted) if doubted else whole
    rows = origins.latest_rows(prepared.dataset, prepared.plan.seed)
    return make_split(rows.train, rows.valid, rows.valid, rows.seed, prepared.method)


def whole_split(splits: Sequence[Split], method: str) -> Split:
    """All rows for training, but for the inner rows that say when to stop.

    Args:
        splits: of the contest. method: how its rows were dealt.

    Returns:
        A split without rows of its own for testing; its ``test`` are the inner rows, whose score nobody reads.
    """
    first = splits[-1] if method == "ordered" else splits[0]
    if method == "ordered":
        # In time order the newest rows decide when to stop, as in every fold before.
        train, valid = np.concatenate([first.train, first.valid]), first.test
    else:
        train, valid = np.concatenate([first.train, first.test]), first.valid
    return make_split(np.sort(train), valid, valid, first.seed, first.method)
