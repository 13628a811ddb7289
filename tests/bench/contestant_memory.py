"""What a contestant's own process takes of the memory at two sizes of a sample: figures of the memory table."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core import ingest, registry
from core.arena import planning, result_details
from core.arena.prepared_contest import PreparedContest, prepare_contest
from core.evaluation import splits, tasks
from core.schema import Budget, Contestant, Dataset, MeasurementContext, Plan, Task
from core.workers import contest_size, worker_process

ENTRY = "core.arena.contestant_worker:open_worker"
FIT_SECONDS = 0.5
# Sample -> rows of both contests; the larger one repeats rows where the sample has fewer.
SIZES: dict[str, tuple[int, int]] = {
    "telco_churn": (1_500, 30_000), "digits": (1_000, 10_000), "fruit": (400, 1_200), "sentiment": (1_000, 10_000),
    "drums": (300, 2_000), "activity": (1_000, 10_000), "sensors": (1_500, 15_000), "lecture_ratings": (800, 1_600),
    "moby_dick": (1_200, 4_600), "retail_weekly": (60, 104),
}  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """Bytes that a worker took over its start: of fitting and scoring one fold, and of explaining it then.

    contestant: its key. numbers: of the whole data set, see ``contest_size.count_numbers``.
    """

    contestant: str
    numbers: int
    fitted: float
    explained: float

    @property
    def most(self) -> float:
        """The peak of the process."""
        return max(self.fitted, self.explained)


def resized(dataset: Dataset, rows: int) -> Dataset:
    """The data set with so many rows, repeated where it has fewer."""
    return dataset.take(np.resize(np.arange(len(dataset)), rows)) if len(dataset) != rows else dataset


def grown(prepared: PreparedContest, rows: int) -> PreparedContest:
    """The contest with rows repeated up to so many."""
    if len(prepared.dataset) >= rows or prepared.task.kind in ("forecast", "generation", "ranking", "control"):
        return prepared
    dataset = resized(prepared.dataset, rows)
    return replace(prepared, dataset=dataset, splits=tuple(splits.make_splits(dataset, prepared.task, prepared.plan)))


def prepare(sample: str, rows: int) -> PreparedContest:
    """A contest of every contestant that can play an embedded sample."""
    told = ingest.samples()[sample][1]
    dataset = ingest.load_sample(sample)
    task = tasks.infer_task(dataset, told.target)
    there = registry.discover("contestants").values()
    able = [one for one in there if able_to_play(one, dataset, task)]
    plan = Plan(rows=rows, contestants=tuple(one.key for one in able), budget_seconds=1e6, folds=5, fixed_folds=True)
    return grown(prepare_contest(dataset, replace(task, groups=told.groups, order=told.order), plan), rows)


def able_to_play(one: Contestant, dataset: Dataset, task: Task) -> bool:
    """Whether a contestant takes part on such data when it is named."""
    known = "*" in one.modalities or dataset.modality in one.modalities
    return known and task.kind in one.kinds and not one.unsupported_reason(dataset, task)


def measure(prepared: PreparedContest, contestant: Contestant) -> Measured:
    """One contestant in a process of its own: it fits the first fold and explains it."""
    plan, dataset = prepared.plan, prepared.dataset
    budget = Budget(
        seconds=FIT_SECONDS, rows=plan.rows, device="cpu", seed=0, threads=1, configurations=1, augment=True
    )  # fmt: skip
    setup = {
        "contestant": contestant.key, "dataset": dataset, "task": prepared.task, "budget": budget,
        "context": MeasurementContext(), "embedding_seconds": planning.embedding_seconds(Plan()),
    }  # fmt: skip
    worker = worker_process.WorkerProcess(ENTRY, contestant.key, 1, "cpu", None, setup)
    try:
        quiet = lambda news: None  # noqa: E731
        if contestant.encoder is not None:
            worker.call("embed", {"part": 0, "parts": 1}, quiet)
        fold = {"split": prepared.splits[0], "fold": 0, "keep_model": True, "seconds": FIT_SECONDS}
        fit = worker.call("fit", fold, quiet)
        assert fit.error is None, fit.error
        fitted = worker.call("usage", True)["peak_memory_mb"]
        rows = result_details.choose_explained_rows(dataset, prepared.task, prepared.splits[0], 0)
        if prepared.task.kind in ("classification", "regression", "anomaly", "forecast") and len(rows.rows):
            worker.call("explain", {"asked": rows}, quiet)
        explained = worker.call("usage", True)["peak_memory_mb"]
    finally:
        worker.close()
    return Measured(contestant.key, contest_size.count_numbers(dataset), 1e6 * fitted, 1e6 * explained)


def measure_sample(sample: str, wanted: Sequence[str] = ()) -> Iterator[tuple[Measured, Measured]]:
    """Every contestant on an embedded sample (or those wanted), at both sizes."""
    small, large = (prepare(sample, rows) for rows in SIZES[sample])
    worker_process.start_fork_server()
    for contestant in small.contestants:
        if not wanted or contestant.key in wanted:
            try:
                yield measure(small, contestant), measure(large, contestant)
            except Exception as error:
                sys.stderr.write(f"{sample} {contestant.key}: {error}\n")
