"""Measuring several contestants at once where nothing is timed: each in its own process, as many as there are cores."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from itertools import groupby

from core import registry
from core.arena.session import Chair, Table
from core.schema import Cancelled, Progress, ProgressCallback, check_cancelled
from core.workers import hardware

# Readings in these units are of the clock: contestants at work beside one another would disturb them.
CLOCKED = ("ms", "s")
BEAT_SECONDS = 0.1


class Relay:
    """Carries news from the threads that wait on contestants to the one thread that may tell them, and a stop back."""

    def __init__(self) -> None:
        self.news: queue.SimpleQueue[Progress] = queue.SimpleQueue()
        self.stopped = False

    def __call__(self, progress: Progress) -> None:
        self.check_cancelled()
        self.news.put(progress)

    def check_cancelled(self) -> None:
        """Ends the call that a thread waits on, once the run is to stop."""
        if self.stopped:
            raise Cancelled("cancelled")

    def tell(self, tell: ProgressCallback) -> None:
        """Tells the news so far; ``tell`` may raise to cancel."""
        while not self.news.empty():
            tell(self.news.get())
        check_cancelled(tell)


def measure(table: Table, keys: Sequence[str], tell: ProgressCallback, keep: Callable[[], None]) -> None:
    """Readings of every contestant's model of fold 0, in this order, kept whenever all contestants have one more.

    What is read off the clock is measured one contestant at a time. Through everything else each contestant goes at
    its own pace, as many at once as there are cores.

    Raises:
        Cancelled: from ``tell``.
    """
    there = registry.discover("measurements")
    cores = int(hardware.cores() // max(1, table.plan.threads))
    beside = cores > 1 and table.seats == "process" and table.device == "cpu"
    start = 0
    for clocked, several in groupby(keys, lambda key: there[key].unit in CLOCKED):
        part = list(several)
        announce = _announcing(keys, start, tell)
        if clocked or not beside:
            for place, key in enumerate(part):
                announce(place)
                table.measure([key], tell)
                keep()
        else:
            _together(table, part, (tell, announce, keep), cores)
        start += len(part)


def _announcing(keys: Sequence[str], start: int, tell: ProgressCallback) -> Callable[[int], None]:
    def announce(place: int) -> None:
        step = start + place
        tell(Progress("measure", step, len(keys), message=registry.find("measurements", keys[step]).title))

    return announce


Watchers = tuple[ProgressCallback, Callable[[int], None], Callable[[], None]]


def _together(table: Table, keys: Sequence[str], watchers: Watchers, most: int) -> None:
    tell, announce, keep = watchers
    # The quick ones first: they are through at once, and every step of the slow ones then completes a measurement.
    chairs = sorted(table.chairs, key=lambda chair: sum(fit.fit_cpu_seconds for fit in chair.fits))
    through = dict.fromkeys(range(len(chairs)), 0)

    def walk(place: int, chair: Chair, relay: Relay) -> None:
        for key in keys:
            table.measure_one(chair, [key], relay)
            through[place] += 1

    announce(0)
    known = 0
    tasks = [lambda relay, p=p, chair=chair: walk(p, chair, relay) for p, chair in enumerate(chairs)]
    for _ in at_once(tasks, tell, most):
        behind = min(through.values())
        if behind > known:
            known = behind
            keep()
            if behind < len(keys):
                announce(behind)


def at_once(tasks: Sequence[Callable[[Relay], None]], tell: ProgressCallback, most: int) -> Iterator[None]:
    """Runs tasks in threads, ``most`` at a time, telling their news; yields ten times a second and once at the end.

    Raises:
        Cancelled: from ``tell``; every task then ends at its next word. Whatever a task raised.
    """
    relay = Relay()
    pool = ThreadPoolExecutor(max(1, min(most, len(tasks))))
    try:
        waiting = {pool.submit(task, relay) for task in tasks}
        done: set = set()
        while waiting:
            ended, waiting = wait(waiting, timeout=BEAT_SECONDS)
            done |= ended
            relay.tell(tell)
            yield
        for one in done:
            one.result()
    finally:
        relay.stopped = True
        pool.shutdown(cancel_futures=True)
