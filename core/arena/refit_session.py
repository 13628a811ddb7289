"""The first fold of a finished contest fitted again: for measurements asked for later, and for questions to models."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from core.arena.planning import refit_plan
from core.arena.prepared_contest import prepare_contest, without_dropped
from core.arena.session import ContestSession, WorkerMode
from core.schema import Contest, Dataset, ProgressCallback


@contextmanager
def refit_session(
    contest: Contest, dataset: Dataset, on_progress: ProgressCallback, worker_mode: WorkerMode
) -> Iterator[ContestSession]:
    """A session of the contest's first fold with those who took part, fitted under its own seed; it ends at the end.

    The data set must be the one the contest was played on; the split follows from the plan.

    Raises:
        LoadError: if the data no longer carries the contest. Cancelled: from ``on_progress``.
    """
    plan = replace(refit_plan(contest.plan), contestants=tuple(run.contestant for run in contest.runs))
    prepared = without_dropped(prepare_contest(dataset, contest.task, plan), contest)
    prepared = replace(prepared, splits=prepared.splits[:1])
    with ContestSession(prepared, worker_mode) as session:
        for state in session.contestants:
            session.fit_fold(state, 0, on_progress)
        yield session
