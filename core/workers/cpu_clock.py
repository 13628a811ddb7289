"""The clock of a fit's budget: CPU-seconds a thread, so that a crowded machine starves nobody's training."""

from __future__ import annotations

import os
import time

PATIENCE = 3.0


class Clock:
    """Seconds spent since it was made, as a budget counts them.

    On the processor these are CPU-seconds of this process a thread: equal to wall seconds on a quiet machine, while on
    a crowded one a fit still gets its share of work, for up to three times the wall seconds. With an accelerator the
    wall counts, because the processor waits for it.

    device: "cpu", "cuda", "cuda:1" or "mps".
    """

    def __init__(self, device: str = "cpu") -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()
        self.threads = 0 if not device.startswith("cpu") else threads()

    def spent(self) -> float:
        """Seconds that count against the budget."""
        wall = time.perf_counter() - self.wall
        if not self.threads:
            return wall
        return max(self.cpu_seconds() / self.threads, wall / PATIENCE)

    def cpu_seconds(self) -> float:
        """CPU-seconds of all threads of this process."""
        return time.process_time() - self.cpu


def threads() -> int:
    """How many threads this process may compute with; 1 where nobody has said so."""
    said = os.environ.get("OMP_NUM_THREADS", "1").split(",")[0]
    return max(1, int(said)) if said.isdigit() else 1
