"""The clock of a fit's budget: CPU-seconds a thread, so that other load on the machine takes no training away."""

from __future__ import annotations

import os
import time

# Wall seconds that count as one second of budget where a process waits for the processor.
MAX_WALL_RATIO = 3.0


class BudgetClock:
    """Seconds spent since it was made, as a budget counts them.

    On the processor these are CPU-seconds of this process a thread: equal to wall seconds on a quiet machine, while on
    a crowded one a fit still gets its share of work, for up to three times the wall seconds. With an accelerator the
    wall counts, because the processor waits for it.

    device: "cpu", "cuda", "cuda:1" or "mps".
    """

    def __init__(self, device: str = "cpu") -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()
        self.threads = 0 if not device.startswith("cpu") else thread_count()

    def elapsed(self) -> float:
        """Seconds that count against the budget."""
        wall = time.perf_counter() - self.wall
        if not self.threads:
            return wall
        return max(self.cpu_seconds() / self.threads, wall / MAX_WALL_RATIO)

    def cpu_seconds(self) -> float:
        """CPU-seconds of all threads of this process."""
        return time.process_time() - self.cpu


def thread_count() -> int:
    """How many threads this process may compute with; 1 where ``OMP_NUM_THREADS`` is not set."""
    said = os.environ.get("OMP_NUM_THREADS", "1").split(",")[0]
    return max(1, int(said)) if said.isdigit() else 1
