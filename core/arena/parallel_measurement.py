"""Measuring several contestants at once where nothing is timed: each in its own process, as many as there are cores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from core import registry
from core.arena.contestant_state import ContestantState
from core.arena.session import ContestSession
from core.arena.worker_threads import ProgressRelay, run_in_threads
from core.schema import Measurement, Progress, ProgressCallback

# Measurements in these units are of the clock: contestants at work beside one another would disturb them.
TIMED_UNITS = ("ms", "s")


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
    workers = session.workers_at_once()
    for timed, group in groupby(range(len(keys)), lambda step: steps.measurements[step].unit in TIMED_UNITS):
        numbers = list(group)
        if workers > 1 and not timed:
            _measure_parallel(session, steps, numbers, workers)
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
