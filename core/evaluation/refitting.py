"""Fitting a contestant again on other cuts of its own rows: the cuts, the fit under a cap, and the skill it reaches."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from core.evaluation import metrics
from core.schema import Contestant, Dataset, FittedContestant, Model, Progress, Task

MAX_ROWS = 2_000
REPEATS = 5
VALID_SHARE = 0.2
FIT_SECONDS = 12.0
KEPT_MODELS = 6


@dataclass(frozen=True)
class Fold:
    """One way to deal the rows: what is learned from, what stops it, what it is judged on."""

    train: Dataset
    valid: Dataset
    test: Dataset
    seed: int

    @property
    def known_targets(self) -> np.ndarray:
        """The answers a dummy may know: those of train and valid."""
        return np.concatenate([self.train.target, self.valid.target])


def check_supported(task: Task) -> None:
    """Refits are scored for classes and numbers only.

    Raises:
        ValueError: for another kind of task, in words.
    """
    if task.kind not in ("classification", "regression"):
        raise ValueError(f"this is measured for classes and numbers, not for {task.kind}")


def concatenate(parts: Sequence[Dataset]) -> Dataset:
    """Several cuts of one data set as one, in this order."""
    first = parts[0]
    if hasattr(first.inputs, "columns"):
        import pandas as pd

        inputs: Any = pd.concat([part.inputs for part in parts], ignore_index=True)
    else:
        inputs = np.concatenate([part.inputs for part in parts])
    more: dict[str, Any] = {}
    for name in ("target", "groups", "order"):
        there = [getattr(part, name) for part in parts]
        more[name] = None if any(one is None for one in there) else np.concatenate(there)
    return replace(first, inputs=inputs, **more)


def pooled_rows(subject: FittedContestant, most: int = MAX_ROWS) -> Dataset:
    """The rows of the subject's fold, all three parts; beyond ``most`` a draw that is the same for every contestant."""
    check_supported(subject.task)
    whole = concatenate((subject.train, subject.valid, subject.test))
    if len(whole) <= most:
        return whole
    return whole.take(np.sort(np.random.default_rng(0).permutation(len(whole))[:most]))


def folds(dataset: Dataset, task: Task, count: int = REPEATS, seed: int = 0) -> list[Fold]:
    """K cuts of a data set, the same for every contestant: whole groups stay together, classes keep their shares.

    Neighbouring rows in time are not kept apart: these cuts compare a contestant with itself under two treatments.

    Raises:
        ValueError: too few rows.
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
    """The subject's contestant trained on a cut, with the cut's seed and a cap of seconds that rarely binds: these are
    studies of data, not of the clock. Raises what the fit raises."""
    budget = replace(subject.budget, seconds=seconds, seed=cut.seed, configurations=configurations)
    return subject.contestant.fit(cut.train, cut.valid, subject.task, budget, without_curves(subject))


class _ModelCache:
    """The models this process fitted last on cuts that several measurements share, newest last, with their makers:
    holding on to a maker keeps its address, which is part of the mark, from being used again."""

    models: ClassVar[OrderedDict[str, tuple[Contestant, Model]]] = OrderedDict()


def cached_refit(subject: FittedContestant, cut: Fold) -> Model:
    """Like ``refit``, but a cut that another measurement of this process has fitted already is not fitted again.

    For measurements that only ask the model; whoever studies fitting itself (time, seeds, tuning) calls ``refit``.
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
    """The same subject whose refits may take at least this long: for studies of data, not of the clock."""
    budget = replace(subject.budget, seconds=max(seconds, subject.budget.seconds))
    return replace(subject, budget=budget)


def stopped_by_clock(model: Model) -> bool:
    """Whether the clock, not the data, ended a fit."""
    return dict(model.describe()).get("stopped") == "seconds" if hasattr(model, "describe") else False


def without_curves(subject: FittedContestant) -> Callable[[Progress], None]:
    """News of an inner fit, passed on without its curves: it is a refit, and the race on the page is over."""

    def hear(news: Progress) -> None:
        subject.on_progress(replace(news, stage="measure", loss=None, score=None, cpu_seconds=None))

    return hear


def report_progress(subject: FittedContestant, step: int, of: int, what: str) -> None:
    """One line of news; ``tell`` may raise to cancel."""
    subject.on_progress(Progress("measure", step, of, contestant=subject.contestant.key, message=what))


def skill(task: Task, known: np.ndarray, truth: np.ndarray, answers: np.ndarray) -> float:
    """Points of skill of these answers, against a dummy that knows the answers ``known`` only.

    Args:
        truth: (n,) class codes or values. answers: (n, k) probabilities or (n,) values.

    Raises:
        ValueError: answers that are not finite.
    """
    answers = np.asarray(answers, dtype=float)
    if not np.isfinite(answers).all():
        raise ValueError("some answers are not finite numbers")
    if task.kind == "classification":
        shares = np.bincount(known, minlength=answers.shape[1]) / len(known)
        losses = metrics.brier_losses(truth, answers)
        dummy = metrics.brier_losses(truth, np.tile(shares, (len(truth), 1)))
    else:
        losses = metrics.squared_losses(truth, answers)
        dummy = metrics.squared_losses(truth, np.full(len(truth), known.mean()))
    return metrics.skill(float(losses.mean()), float(dummy.mean()))


def skill_on(task: Task, model: Model, cut: Fold, test: Dataset | None = None) -> float:
    """Points of skill of a model on the test rows of its cut, or on other rows."""
    asked = cut.test if test is None else test
    return skill(task, cut.known_targets, np.asarray(asked.target), model.predict(asked.inputs))
