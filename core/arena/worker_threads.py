"""Waiting on several workers at once: their progress is reported by one thread, and a stop reaches all of them."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait

from core.schema import Cancelled, Progress, ProgressCallback, check_cancelled
from core.workers import hardware

BEAT_SECONDS = 0.1


class ProgressRelay:
    """Carries progress from the threads that wait on contestants to the thread that reports it, and a stop back."""

    def __init__(self) -> None:
        self.waiting: queue.SimpleQueue[Progress] = queue.SimpleQueue()
        self.stopped = False

    def __call__(self, progress: Progress) -> None:
        self.check_cancelled()
        self.waiting.put(progress)

    def check_cancelled(self) -> None:
        """Ends the call that a thread waits on, once the run is to stop."""
        if self.stopped:
            raise Cancelled("cancelled")

    def forward(self, on_progress: ProgressCallback) -> None:
        """Reports the progress so far; ``on_progress`` may raise to cancel."""
        while not self.waiting.empty():
            on_progress(self.waiting.get())
        check_cancelled(on_progress)


def workers_at_once(threads: int, device: str) -> int:
    """How many contestants may work beside one another: as many as have a core per thread; one on an accelerator.

    Args:
        threads: of each worker. device: on which networks are trained.
    """
    return max(1, int(hardware.available_cores() // max(1, threads))) if device == "cpu" else 1


def run_in_threads(
    jobs: Sequence[Callable[[ProgressRelay], None]], on_progress: ProgressCallback, workers: int
) -> Iterator[None]:
    """Runs jobs in threads, ``workers`` at a time, reporting their progress; yields ten times a second and at the end.

    Raises:
        Cancelled: from ``on_progress``; every job then ends when it next reports. Whatever a job raised.
    """
    relay = ProgressRelay()
    pool = ThreadPoolExecutor(max(1, min(workers, len(jobs))))
    try:
        waiting = {pool.submit(job, relay) for job in jobs}
        done: set = set()
        while waiting:
            ended, waiting = wait(waiting, timeout=BEAT_SECONDS)
            done |= ended
            relay.forward(on_progress)
            yield
        for one in done:
            one.result()
    finally:
        relay.stopped = True
        pool.shutdown(cancel_futures=True)
