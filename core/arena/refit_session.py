"""The first fold of a finished contest once more: for measurements asked for later, and for questions to its models."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from core.arena import planning as plans
from core.arena.session import Seats, Stock, Table
from core.evaluation import splits, tasks
from core.schema import Contest, Dataset, ProgressCallback, Split


@contextmanager
def fitted(
    contest: Contest, dataset: Dataset, tell: ProgressCallback, seats: Seats
) -> Iterator[tuple[Table, Dataset, Split]]:
    """The table of the contest's first fold with those who played, fitted under its own seed; they leave at the end.

    The data set must be the one the contest was played on; the split follows from the plan.

    Returns:
        The table, the prepared data set (n rows), and the split of the first fold.

    Raises:
        LoadError: if the data no longer carries the contest. Cancelled: from ``tell``.
    """
    plan = replace(plans.again(contest.plan), contestants=tuple(run.contestant for run in contest.runs))
    ready = splits.cut_rows(tasks.prepare(dataset, contest.task), contest.task, plan.rows, plan.seed)
    dealt = splits.make(ready, contest.task, plan)[:1]
    with Table(Stock(dataset, ready, contest.task, dealt), plan, seats) as table:
        for chair in table.chairs:
            table.fit(chair, 0, tell)
        yield table, ready, dealt[0]
