"""The memory that a contest needs, estimated before it starts from a table of what each contestant takes.

One entry is what a contestant's own process takes over its start: a fixed part, and bytes a number of the data (a cell,
a pixel, a sample of sound, a letter). Entries marked "measured" are the peak of fitting and explaining one fold at two
sizes of an embedded sample, 30 November 2026, one thread; the others are estimated from those of their family. ``python
-m tests.bench memory`` measures entries again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from core import limits, registry
from core.schema import Plan
from core.workers import hardware
from core.workers.contest_size import LEAST_ROWS, ContestRows, DataSize, contest_rows

MB = limits.MB


@dataclass(frozen=True)
class WorkerMemory:
    """What one contestant's process takes over its start: ``fixed`` bytes, and bytes ``a_number`` of the data."""

    fixed: float
    a_number: float


# Scheduler, fork server and the run's own process, before any data: what is left of the measured 599 MB of the embedded
# default in turns without its largest contestant.
SERVICES = 450.0 * MB
# The run's process holds the data as read and as prepared, and hands them over: three times 64 bits, estimated.
RUN_A_NUMBER = 24.0
WORKERS: dict[str, WorkerMemory] = {
    "dummy": WorkerMemory(7.0 * MB, 5.5),  # measured
    "table_deep": WorkerMemory(111.0 * MB, 224.0),  # measured
    "table_hybrid": WorkerMemory(82.0 * MB, 291.0),  # measured
    "table_linear": WorkerMemory(34.0 * MB, 70.0),  # measured
}
# Tables by family, and signals such as pixels and letters, which are not spread over one-hot columns: all estimated.
TABLES = {
    "chance": WORKERS["dummy"], "classical": WorkerMemory(60.0 * MB, 120.0), "deep": WORKERS["table_deep"],
    "hybrid": WORKERS["table_hybrid"],
}  # fmt: skip
SIGNALS = {
    "chance": WORKERS["dummy"], "classical": WorkerMemory(60.0 * MB, 24.0), "deep": WorkerMemory(200.0 * MB, 32.0),
    "hybrid": WorkerMemory(200.0 * MB, 32.0),
}  # fmt: skip


@dataclass(frozen=True)
class MemoryNeed:
    """What a contest needs by estimate, and what this host allows, in bytes.

    rows: that it uses. together: with all contestants side by side. in_turns: with one process after another, the
    largest alone. allowed: for the whole contest.
    """

    rows: int
    together: float
    in_turns: float
    allowed: float

    @property
    def turns(self) -> bool:
        """Whether contestants must take turns, so that one process after another holds a model."""
        return self.together > self.allowed

    @property
    def fits(self) -> bool:
        """Whether it can be played here."""
        return self.in_turns <= self.allowed

    @property
    def words(self) -> str:
        """What is needed and allowed, and what follows from it, in one sentence."""
        need = self.in_turns if self.turns else self.together
        said = f"{need / MB:,.0f} MB of memory needed (estimated), {self.allowed / MB:,.0f} MB allowed here"
        return f"{said}; contestants take turns" if self.turns else said


def allowed_memory() -> float:
    """Bytes that a contest may use on this host: all that it has, and beside the services no more than the scheduler
    lets a run grow to."""
    limit = hardware.memory_limit()
    return min(float(limit), SERVICES + limits.RUN_MEMORY_SHARE * limit)


def worker_memory(key: str, modality: str) -> WorkerMemory:
    """What the process of a contestant takes.

    Args:
        key: of the contestant. modality: of the data.
    """
    if key in WORKERS:
        return WORKERS[key]
    one = registry.discover("contestants").get(key)
    kinds = TABLES if modality == "table" else SIGNALS
    return kinds[one.family if one is not None else "deep"]


def usual_contestants(modality: str) -> tuple[str, ...]:
    """Keys of those that play on such data where nobody is named.

    Args:
        modality: of the data.
    """
    there = registry.discover("contestants").values()
    return tuple(one.key for one in there if one.default and (modality in one.modalities or "*" in one.modalities))


def memory_need(size: DataSize, contestants: Sequence[str], rows: int) -> MemoryNeed:
    """What a contest of so many rows needs, and what is allowed here.

    Args:
        size: of the data as they were read. contestants: keys of those that play; () for the usual ones. rows: used.
    """
    share = rows / max(1, size.rows)
    each = [
        one.fixed + one.a_number * size.numbers * share
        for one in (worker_memory(key, size.modality) for key in contestants or usual_contestants(size.modality))
    ]
    # The data as read are all there, whatever a contest uses of them.
    base = SERVICES + RUN_A_NUMBER * size.numbers * (1 + 2 * share) / 3
    return MemoryNeed(rows, base + sum(each), base + max(each, default=0.0), allowed_memory())


def rows_that_fit(size: DataSize, contestants: Sequence[str], rows: int) -> int:
    """The most rows, up to ``rows``, of which a contest fits into the memory of this host in turns; never below
    ``LEAST_ROWS``, where it may not fit either.

    Args:
        size: of the data. contestants: keys of those that play. rows: wanted.
    """
    least = min(rows, LEAST_ROWS)
    if least == rows or memory_need(size, contestants, rows).fits:
        return rows
    beyond = bisect_left(range(least, rows), 1, key=lambda count: not memory_need(size, contestants, count).fits)
    return max(least, least + beyond - 1)


def rows_here(size: DataSize, plan: Plan) -> ContestRows:
    """How many rows a contest uses on this host: what the limit, the budget and the memory let it.

    Args:
        size: of the data as they were read. plan: its rows, budget and contestants.
    """
    used = contest_rows(size, plan)
    fitting = rows_that_fit(size, plan.contestants, used.rows)
    return ContestRows(fitting, used.of, "memory") if fitting < used.rows else used


def too_large(size: DataSize, contestants: Sequence[str], rows: int) -> dict[str, str]:
    """Contestants that cannot be played here even alone, with the reason in words.

    Args:
        size: of the data. contestants: keys. rows: that the contest uses.
    """
    found = {}
    for key in contestants:
        need = memory_need(size, (key,), rows)
        if not need.fits:
            found[key] = (
                f"needs {need.in_turns / MB:,.0f} MB of memory (estimated) and this host allows "
                f"{need.allowed / MB:,.0f} MB; use fewer rows or columns"
            )
    return found
