"""What the checks of all plug-ins share: requirements with their sentence, small data, a cancelled call."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from core.schema import Budget, Cancelled, Dataset, Modality, Progress, ProgressCallback, Sample, Task

ROWS, FIT_SECONDS = 200, 1.0
Parts = tuple[Dataset, Dataset, Dataset]


def require(kept: bool, duty: str) -> None:
    if not kept:
        raise AssertionError(f"Not kept: {duty}.")


def check_words(key: str, title: str, about: str) -> None:
    require(key.isidentifier() and key == key.lower(), f"the key {key!r} is lower-case letters, digits and underscores")
    require(bool(title.strip()) and bool(about.strip()), "title and about are words for pages")


def require_json(found: Any, duty: str) -> None:
    require(isinstance(found, dict), duty)
    try:
        json.dumps(found)
    except (TypeError, ValueError) as error:
        raise AssertionError(f"Not kept: {duty} that can be written as JSON: {error}.") from error


def small_budget(**more: Any) -> Budget:
    return replace(Budget(seconds=FIT_SECONDS, seed=1), **more)


def find_sample(modality: Modality, kinds: Iterable[str]) -> tuple[Dataset, Task]:
    """The first sample with a task of these kinds."""
    from core.evaluation import tasks

    for sample in modality.samples:
        dataset = sample.load()
        task = tasks.infer_task(dataset, sample.target)
        if task.kind in kinds:
            return dataset, _with_roles(task, sample)
    raise LookupError(f"{modality.key} has no sample for {', '.join(kinds)}: give a data set and a task")


def _with_roles(task: Task, sample: Sample) -> Task:
    return replace(task, groups=sample.groups, order=sample.order)


def split_sample(dataset: Dataset, task: Task) -> tuple[Parts, Task]:
    """Training, validation and test rows of a small part of the data, as the first fold has them."""
    from core.evaluation import splits, tasks

    ready = splits.subsample_rows(tasks.prepare(dataset, task), task, ROWS, 0)
    rows = np.random.default_rng(0).permutation(len(ready))
    edges = [round(share * len(rows)) for share in (0.6, 0.8)]
    train, valid, test = (ready.take(np.sort(part)) for part in np.split(rows, edges))
    return (train, valid, test), task


def check_cancels(call: Callable[[ProgressCallback], Any], name: str) -> None:
    def stop(news: Progress) -> None:
        raise Cancelled("cancelled")

    try:
        call(stop)
    except Cancelled:
        return
    except Exception as error:
        raise AssertionError(f"Not kept: {name} passes Cancelled on; it raised {type(error).__name__}.") from error
    raise AssertionError(f"Not kept: {name} reports its progress, and stops when the callback raises Cancelled.")
