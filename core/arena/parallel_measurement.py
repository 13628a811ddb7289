"""Measuring several contestants at once where nothing is timed: each in its own process, as many as there are cores."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import groupby

from core import registry
from core.arena.session import ContestantState, ContestSession
from core.schema import Cancelled, Measurement, Progress, ProgressCallback, check_cancelled
from core.workers import hardware

# Measurements in these units are of the clock: contestants at work beside one another would disturb them.
TIMED_UNITS = ("ms", "s")
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


@dataclass(frozen=True)
class _MeasurementSteps:
    """The measurements asked for and where their progress is reported."""

    measurements: tuple[Measurement, ...]
    on_progress: ProgressCallback
    save_partial: Callable[[], None]

    def announce(self, step: int) -> None:
        """Reports that measurement number ``step`` has begun."""
        title = self.measurements[step].title
        self.on_progress(Progress("measure", step, len(self.measurements), message=title))


def measure_session(
    session: ContestSession, keys: Sequence[str], on_progress: ProgressCallback, save_partial: Callable[[], None]
) -> None:
    """Measures every contestant's model of fold 0, in this order; saved whenever all contestants have one more.

    What is read off the clock is measured one contestant at a time. Through everything else each contestant goes at
    its own pace, as many at once as there are cores.

    Raises:
        Cancelled: from ``on_progress``.
    """
    there = registry.discover("measurements")
    steps = _MeasurementSteps(tuple(there[key] for key in keys), on_progress, save_partial)
    cores = int(hardware.available_cores() // max(1, session.prepared.plan.threads))
    parallel = cores > 1 and session.worker_mode == "process" and session.prepared.device == "cpu"
    for timed, group in groupby(range(len(keys)), lambda step: steps.measurements[step].unit in TIMED_UNITS):
        numbers = list(group)
        if parallel and not timed:
            _measure_parallel(session, steps, numbers, cores)
            continue
        for step in numbers:
            steps.announce(step)
            session.measure([keys[step]], on_progress)
            save_partial()


def _measure_parallel(session: ContestSession, steps: _MeasurementSteps, numbers: Sequence[int], workers: int) -> None:
    # The quick ones first: they are through at once, and every step of the slow ones then completes a measurement.
    states = sorted(session.contestants, key=lambda state: sum(fit.fit_cpu_seconds for fit in state.fits))
    done = [0] * len(states)

    def measure_all(index: int, state: ContestantState, relay: ProgressRelay) -> None:
        for step in numbers:
            session.measure_contestant(state, [steps.measurements[step].key], relay)
            done[index] += 1

    steps.announce(numbers[0])
    saved = 0
    jobs = [lambda relay, i=i, state=state: measure_all(i, state, relay) for i, state in enumerate(states)]
    for _ in run_in_threads(jobs, steps.on_progress, workers):
        behind = min(done)
        if behind > saved:
            saved = behind
            steps.save_partial()
            if behind < len(numbers):
                steps.announce(numbers[behind])


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
