"""Refits of a contestant on other folds of its own rows: the folds, the fit under a time limit, and its skill."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from core.evaluation import metrics
from core.schema import Contestant, Dataset, FittedContestant, JsonObject, Model, Progress, Task
from core.workers import reused_work, work_clock

MAX_ROWS = 2_000
REPEATS = 5
VALID_SHARE = 0.2
FIT_SECONDS = 12.0
KEPT_MODELS = 6


@dataclass(frozen=True)
class Fold:
    """One cut of the rows for a refit: ``train`` to learn from, ``valid`` to stop early, ``test`` for the score."""

    train: Dataset
    valid: Dataset
    test: Dataset
    seed: int

    @property
    def known_targets(self) -> np.ndarray:
        """The targets that a dummy may know: those of train and valid.

        Returns:
            (n_train + n_valid,) class codes or values.
        """
        return np.concatenate([self.train.target, self.valid.target])


def check_supported(task: Task) -> None:
    """Refuses tasks for which refits have no score.

    Args:
        task: must be a classification or a regression.

    Raises:
        ValueError: for another kind of task, in words.
    """
    if task.kind not in ("classification", "regression"):
        raise ValueError(f"this is measured for classes and numbers, not for {task.kind}")


def concatenate(parts: Sequence[Dataset]) -> Dataset:
    """Several parts of one data set as one data set, in the given order.

    Args:
        parts: at least one, with inputs of the same kind. A target, group, order or row number that one part lacks is
            None.
    """
    first = parts[0]
    if hasattr(first.inputs, "columns"):
        import pandas as pd

        inputs: Any = pd.concat([part.inputs for part in parts], ignore_index=True)
    else:
        inputs = np.concatenate([part.inputs for part in parts])
    more: JsonObject = {}
    for name in ("target", "groups", "order", "rows_read"):
        there = [getattr(part, name) for part in parts]
        more[name] = None if any(one is None for one in there) else np.concatenate(there)
    return replace(first, inputs=inputs, **more)


def pooled_rows(subject: FittedContestant, max_rows: int = MAX_ROWS) -> Dataset:
    """The rows of the contestant's first fold: train, valid and test together.

    Args:
        subject: the fitted contestant.
        max_rows: the most rows; beyond it a draw that is the same for every contestant.

    Raises:
        ValueError: the task is neither classification nor regression.
    """
    check_supported(subject.task)
    whole = concatenate((subject.train, subject.valid, subject.test))
    if len(whole) <= max_rows:
        return whole
    return whole.take(np.sort(np.random.default_rng(0).permutation(len(whole))[:max_rows]))


def folds(dataset: Dataset, task: Task, count: int = REPEATS, seed: int = 0) -> list[Fold]:
    """K folds of a data set, the same for every contestant: whole groups stay together, classes keep their shares.

    Neighbouring rows in time are not kept apart: these folds compare a contestant with itself under two treatments.

    Args:
        dataset: prepared. task: its kind decides whether rows are stratified.
        count: K. seed: of the deal, and of the fits (seed + fold).

    Returns:
        K folds, each with a fifth of its training rows as ``valid``.

    Raises:
        ValueError: fewer than 4 K rows.
    """
    if len(dataset) < 4 * count:
        raise ValueError(f"{len(dataset)} rows are too few for {count} refits")
    dealt = _dealt(dataset, task, count, seed)
    cuts = []
    for fold in range(count):
        rest = np.flatnonzero(dealt != fold)
        inner = _dealt(dataset.take(rest), task, round(1 / VALID_SHARE), seed + 1 + fold) == 0
        train, valid, test = (dataset.take(rows) for rows in (rest[~inner], rest[inner], np.flatnonzero(dealt == fold)))
        cuts.append(Fold(train, valid, test, seed + fold))
    return cuts


def _dealt(dataset: Dataset, task: Task, count: int, seed: int) -> np.ndarray:
    """(n,) the fold of each row."""
    generator = np.random.default_rng(seed)
    rows = len(dataset)
    if dataset.groups is not None and len(np.unique(dataset.groups)) >= count:
        names, group = np.unique(dataset.groups, return_inverse=True)
        order = generator.permutation(len(names))
        return (np.argsort(order) % count)[group]
    if task.kind != "classification":
        return generator.permutation(rows) % count
    dealt = np.zeros(rows, dtype=np.int64)
    start = 0
    for code in np.unique(np.asarray(dataset.target)):
        members = generator.permutation(np.flatnonzero(dataset.target == code))
        dealt[members] = (np.arange(len(members)) + start) % count
        start += len(members)
    return dealt


def refit(subject: FittedContestant, cut: Fold, seconds: float = FIT_SECONDS, configurations: int = 1) -> Model:
    """A new model of the contestant, trained on another fold.

    Args:
        subject: the fitted contestant.
        cut: the rows and the seed.
        seconds: cap of the fit; it rarely binds, since these are studies of data and not of the clock.
        configurations: settings a tuned contestant may try.

    Raises:
        Exception: whatever the contestant's fit raises.
    """
    budget = replace(subject.budget, seconds=seconds, seed=cut.seed, configurations=configurations)
    with reused_work.reusing():
        with work_clock.metered(budget.seconds, budget.device, budget.threads) as work:
            model = subject.contestant.fit(cut.train, cut.valid, subject.task, budget, without_curves(subject))
        if work.stopped is not None:
            work_clock.record_end(work.stopped)
        return model


class _ModelCache:
    """The models this process fitted last on cuts that several measurements share, newest last, with their makers:
    holding on to a maker keeps its address, which is part of the mark, from being used again."""

    models: ClassVar[OrderedDict[str, tuple[Contestant, Model]]] = OrderedDict()


def cached_refit(subject: FittedContestant, cut: Fold) -> Model:
    """The model of ``refit``, taken from this process's cache when another measurement has fitted the same fold.

    For measurements that only ask the model; whoever studies fitting itself (time, seeds, tuning) calls ``refit``.

    Args:
        subject: the fitted contestant.
        cut: the rows and the seed.
    """
    mark = _mark(subject, cut)
    if mark not in _ModelCache.models:
        _ModelCache.models[mark] = (subject.contestant, refit(subject, cut))
        while len(_ModelCache.models) > KEPT_MODELS:
            _ModelCache.models.popitem(last=False)
    _ModelCache.models.move_to_end(mark)
    return _ModelCache.models[mark][1]


def _mark(subject: FittedContestant, cut: Fold) -> str:
    """A digest of everything a fit depends on: contestant, task, budget, seed, and the rows with their answers."""
    budget = replace(subject.budget, seconds=FIT_SECONDS, seed=cut.seed)
    hasher = hashlib.sha256(repr((subject.contestant, subject.task, budget)).encode())
    for part in (cut.train, cut.valid):
        hasher.update(np.ascontiguousarray(part.target).tobytes())
        if hasattr(part.inputs, "columns"):
            import pandas as pd

            hasher.update(repr(list(part.inputs.columns)).encode())
            hasher.update(pd.util.hash_pandas_object(part.inputs, index=False).to_numpy().tobytes())
        elif part.inputs.dtype == object:
            hasher.update("\0".join(map(str, part.inputs)).encode("utf-8", "surrogatepass"))
        else:
            hasher.update(np.ascontiguousarray(part.inputs).tobytes())
    return hasher.hexdigest()


def with_time_limit(subject: FittedContestant, seconds: float) -> FittedContestant:
    """The same fitted contestant with a budget of at least so many seconds for each refit.

    Args:
        subject: the fitted contestant.
        seconds: the least that a refit may take.
    """
    budget = replace(subject.budget, seconds=max(seconds, subject.budget.seconds))
    return replace(subject, budget=budget)


def stopped_by_clock(model: Model) -> bool:
    """Whether the time limit, and not the data, ended a fit.

    Args:
        model: a fitted model; one that does not describe itself counts as not stopped.
    """
    return dict(model.describe()).get("stopped") == "seconds" if hasattr(model, "describe") else False


def without_curves(subject: FittedContestant) -> Callable[[Progress], None]:
    """A progress callback for refits, which passes news on without losses and scores.

    Args:
        subject: the fitted contestant whose callback receives the news.

    Returns:
        A function of one Progress; it raises ``Cancelled`` when the wrapped callback does.
    """

    def hear(news: Progress) -> None:
        subject.on_progress(replace(news, stage="measure", loss=None, score=None, cpu_seconds=None))

    return hear


def report_progress(subject: FittedContestant, step: int, of: int, what: str) -> None:
    """Reports one step of a measurement.

    Args:
        subject: the fitted contestant whose callback receives the news.
        step, of: number of the step and of all steps.
        what: what is being done, in a few words.

    Raises:
        Cancelled: the user has asked the run to stop.
    """
    subject.on_progress(Progress("measure", step, of, contestant=subject.contestant.key, message=what))


def skill(task: Task, known_targets: np.ndarray, truth: np.ndarray, answers: np.ndarray) -> float:
    """Points of skill of predictions, against a dummy that knows the targets ``known_targets`` only.

    Args:
        task: classification (Brier loss) or regression (squared error).
        known_targets: (m,) training targets.
        truth: (n,) class codes or values.
        answers: (n, k) probabilities or (n,) values.

    Returns:
        Points: 0 is as good as the dummy, 100 perfect; nan when the dummy makes no error.

    Raises:
        ValueError: predictions that are not finite.
    """
    answers = np.asarray(answers, dtype=float)
    if not np.isfinite(answers).all():
        raise ValueError("some answers are not finite numbers")
    if task.kind == "classification":
        shares = np.bincount(known_targets, minlength=answers.shape[1]) / len(known_targets)
        losses = metrics.brier_losses(truth, answers)
        dummy = metrics.brier_losses(truth, np.tile(shares, (len(truth), 1)))
    else:
        losses = metrics.squared_losses(truth, answers)
        dummy = metrics.squared_losses(truth, np.full(len(truth), known_targets.mean()))
    return metrics.skill(float(losses.mean()), float(dummy.mean()))


def skill_on(task: Task, model: Model, cut: Fold, test: Dataset | None = None) -> float:
    """Points of skill of a model on the test rows of its fold, or on other rows.

    Args:
        task: classification or regression.
        model: fitted on the fold.
        cut: the fold, whose training targets the dummy knows.
        test: other rows to predict; None for the fold's own test rows.

    Returns:
        Points of skill, see ``skill``.
    """
    asked = cut.test if test is None else test
    with reused_work.reusing():
        return skill(task, cut.known_targets, np.asarray(asked.target), model.predict(asked.inputs))
