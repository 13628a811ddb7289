"""The contest itself: prepare, split, check, then fit, measure, explain and compare at one table."""

from __future__ import annotations

import time
from pathlib import Path

from core import registry
from core.arena import parallel_measurement as abreast
from core.arena import result_details as shown
from core.arena.session import Keep, Seats, Stock, Table
from core.evaluation import data_checks as findings
from core.evaluation import splits, tasks
from core.schema import Contest, Dataset, Plan, Progress, ProgressCallback, Task
from core.workers import worker_process as seating


def tournament(
    dataset: Dataset,
    task: Task,
    plan: Plan,
    tell: ProgressCallback,
    *,
    seats: Seats = "process",
    keep: Keep = lambda contest: None,
    folder: Path | None = None,
    measured: bool = True,
) -> Contest:
    """Plays a whole contest: prepare, split, check, fit, measure, explain, compare.

    keep: called with the contest so far whenever a contestant's state is worth saving.
    folder: where the fitted models are written, in safe formats. measured: also take speed, size and cost.

    Raises:
        LoadError: if the data cannot carry a contest; in the user's words. Cancelled: from ``tell``.
    """
    clock = {"start": time.perf_counter()}
    if seats == "process":
        seating.warm()
    tell(Progress("read", message="preparing the data"))
    ready = splits.cut_rows(tasks.prepare(dataset, task), task, plan.rows, plan.seed)
    dealt = splits.make(ready, task, plan)
    table = Table(Stock(dataset, ready, task, dealt), plan, seats)
    clock["read"] = time.perf_counter()
    tell(Progress("check", message="looking for leaks"))
    table.findings = findings.check(ready, task, dealt[0])
    with table:
        clock["fit"] = time.perf_counter()
        table.play(tell, keep)
        clock["measure"] = time.perf_counter()
        keep(table.contest(clock))  # the verdict is known here: who watches need not wait for the explanations
        measure_cheaply(table, measured, tell)
        keep(table.contest(clock))
        clock["explain"] = time.perf_counter()
        if plan.explain:
            table.explain(tell)
        clock["end"] = time.perf_counter()
        if folder is not None:
            table.save(folder, tell)
        if plan.measure:
            abreast.measure(table, plan.measure, tell, lambda: keep(table.contest(clock)))
    tell(Progress("judge", message="comparing"))
    return table.contest(clock)


def measure_cheaply(table: Table, measured: bool, tell: ProgressCallback) -> None:
    """Takes the facts of every model and, if ``measured``, the measurements that are part of every contest.

    Away from tables one explanation may take as long as ten fits: a contest without them does not pay for one here.
    """
    cheap = cheap_keys(table.plan.explain or table.original.modality != "table") if measured else ()
    if "latency_p50" in cheap:
        table.interleave(tell)
    table.measure(cheap, tell)


def cheap_keys(explaining: bool) -> tuple[str, ...]:
    """Measurements that are part of every contest; those that the explanations give anyway are not paid for twice."""
    spared = shown.TOLD if explaining else ()
    return tuple(
        key for key, one in registry.discover("measurements").items() if not one.slow and key not in spared
    )  # fmt: skip
