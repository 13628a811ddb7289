"""What the checks of all plug-ins share: requirements with their sentence, small data, a cancelled call."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from core.schema import Budget, Cancelled, Dataset, Modality, Plan, Progress, ProgressCallback, Sample, Task

ROWS, FIT_SECONDS = 200, 1.0
FEW_SERIES = 8
Parts = tuple[Dataset, Dataset, Dataset]


def require(kept: bool, duty: str) -> None:
    """Raises ``AssertionError`` naming the duty unless it is kept."""
    if not kept:
        raise AssertionError(f"Not kept: {duty}.")


def check_words(key: str, title: str, about: str) -> None:
    """Requires a usable key, and words for pages."""
    require(key.isidentifier() and key == key.lower(), f"the key {key!r} is lower-case letters, digits and underscores")
    require(bool(title.strip()) and bool(about.strip()), "title and about are words for pages")


def require_json(found: object, duty: str) -> None:
    """Requires a mapping that can be written as JSON."""
    require(isinstance(found, dict), duty)
    try:
        json.dumps(found)
    except (TypeError, ValueError) as error:
        raise AssertionError(f"Not kept: {duty} that can be written as JSON: {error}.") from error


def small_budget(**more: Any) -> Budget:
    """A budget of one second with a fixed seed."""
    return replace(Budget(seconds=FIT_SECONDS, seed=1), **more)


def find_sample(
    modality: Modality, kinds: Iterable[str], accepts: Callable[[Dataset, Task], bool] = lambda dataset, task: True
) -> tuple[Dataset, Task]:
    """The first sample with a task of these kinds whose prepared data are accepted."""
    from core.evaluation import tasks

    for sample in modality.samples:
        dataset = sample.load()
        task = tasks.infer_task(dataset, sample.target)
        if task.kind in kinds and accepts(tasks.prepare(dataset, task), task):
            return dataset, _with_roles(task, sample)
    raise LookupError(f"{modality.key} has no sample for {', '.join(kinds)}: give a data set and a task")


def _with_roles(task: Task, sample: Sample) -> Task:
    return replace(task, groups=sample.groups, order=sample.order)


def split_sample(dataset: Dataset, task: Task) -> tuple[Parts, Task]:
    """Training, validation and test rows (60, 20 and 20 %) of a small part of the data, every class in each of them."""
    from core.evaluation import tasks

    ready, rng = tasks.prepare(dataset, task), np.random.default_rng(0)
    if task.kind == "forecast":
        return _few_series(ready, task), task
    rows = rng.permutation(len(ready))
    if ready.target is not None and task.kind in ("classification", "anomaly"):
        # The same number of every class, as far as there are so many: rare ones would be in no test row.
        turn = np.zeros(len(rows), dtype=int)
        for code in np.unique(ready.target):
            turn[ready.target[rows] == code] = np.arange((ready.target == code).sum())
        rows = rows[np.lexsort((ready.target[rows], turn))]
    rows = rows[:ROWS]
    fifth = np.arange(len(rows)) // max(1, len(ready.labels)) % 5
    train, valid, test = (ready.take(np.sort(rows[part])) for part in (fifth < 3, fifth == 3, fifth == 4))
    return (train, valid, test), task


def _few_series(ready: Dataset, task: Task) -> Parts:
    """The parts of the latest origin of a few series: forecasts are never split at random."""
    from core.evaluation import splits

    split = splits.make_splits(ready, task, Plan())[0]
    few = np.flatnonzero(np.asarray(ready.groups) < FEW_SERIES)
    train, valid, test = (ready.take(np.intersect1d(rows, few)) for rows in (split.train, split.valid, split.test))
    return train, valid, test


def check_cancels(call: Callable[[ProgressCallback], Any], name: str) -> None:
    """Requires that a call reports to the callback it is given and passes on the ``Cancelled`` that it raises."""

    def stop(news: Progress) -> None:
        raise Cancelled("cancelled")

    try:
        call(stop)
    except Cancelled:
        return
    except Exception as error:
        raise AssertionError(f"Not kept: {name} passes Cancelled on; it raised {type(error).__name__}.") from error
    raise AssertionError(f"Not kept: {name} reports its progress, and stops when the callback raises Cancelled.")
