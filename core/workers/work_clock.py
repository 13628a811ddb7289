"""The clock of a fit's budget: reference seconds of the work done, the same on a quiet and on a crowded machine.

Work is charged where it is done, at the prices of ``reference_costs``. No stop rule reads a real clock; the only real
one is the guard of ``metered``, at five times the budget.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from core.workers import reference_costs, reused_work

# A fit is ended after so many real seconds (of a processor a thread; of the wall with an accelerator) a second planned.
GUARD_RATIO = 5.0
GUARD_LEAST = 10.0
SHARING_FITS = 5
SHOW_SECONDS = 0.5
Ending = Literal["converged", "budget", "guard"]


@dataclass
class MeteredWork:
    """What was charged within ``metered``: reference seconds, how what was trained in it ended, and by what factor the
    budget was too short for its own end (1: it was not; None: not known)."""

    seconds: float = 0.0
    stopped: Ending | None = None
    shortfall: float | None = 1.0

    def full_seconds(self, budget: float) -> float | None:
        """What the fit would have taken to its own end.

        Args:
            budget: seconds it was given.

        Returns:
            Reference seconds; None where that is not known.
        """
        if self.stopped == "converged":
            return self.seconds
        if self.stopped != "budget" or self.shortfall is None:
            return None
        return max(self.seconds, budget * self.shortfall)


class _Meter(threading.local):
    """What a thread has charged so far, the guard it works under, and how its training ended."""

    spent: float = 0.0
    threads: int = 0
    guard: _Guard | None = None
    ending: Ending | None = None
    shortfall: float | None = 1.0


class _Guard:
    """The real clock of one fit, which ends what takes five times as long as planned."""

    def __init__(self, seconds: float, device: str, threads: int) -> None:
        self.limit = max(GUARD_RATIO * seconds, GUARD_LEAST)
        self.scale = threads if device.startswith("cpu") else 1
        self.now = time.process_time if device.startswith("cpu") else time.perf_counter
        self.began, self.used = self.now(), False

    def tripped(self) -> bool:
        self.used = self.used or (self.now() - self.began) / self.scale > self.limit
        return self.used


_METER = _Meter()


def charge(kind: str, amount: float = 1.0, device: str = "cpu") -> None:
    """Adds work to what this thread has done.

    Args:
        kind: of ``reference_costs.COSTS``. amount: in its unit. device: on which it was done.

    Raises:
        KeyError: the cost table has no such kind.
    """
    charge_seconds(reference_costs.cost(kind, device) * amount, device)


def charge_seconds(seconds: float, device: str = "cpu") -> None:
    """Adds reference seconds to what this thread has done.

    Args:
        seconds: of one reference core, shared out over the fit's threads; of an accelerator as they are.
        device: on which they were spent.
    """
    _METER.spent += seconds / (threads() if device.startswith("cpu") else 1)


def charge_shared(seconds: float) -> None:
    """Adds the share of one fit in work that is done once for the folds of a round, such as embedding a data set.

    It is charged whether or not the result came from a cache, so that no plan depends on what a cache holds; all of it
    where nothing may be reused.

    Args:
        seconds: of one reference core, for the rows of this fit.
    """
    charge_seconds(seconds / SHARING_FITS if reused_work.is_reusing() else seconds)


def record_end(how: Ending, shortfall: float | None = 1.0) -> None:
    """Tells how a training within the fit ended; a fit of several parts ended as its least finished part did.

    Args:
        how: "converged": by its own rule, such as patience or all the rounds its settings ask for; "budget": something
            its settings ask for was left undone for want of seconds.
        shortfall: how many times its share of the budget it would have taken to its own end; None: not known.
    """
    known = _METER.shortfall
    _METER.shortfall = None if known is None or shortfall is None else max(known, shortfall)
    _METER.ending = "budget" if "budget" in (how, _METER.ending) else how


@contextmanager
def metered(seconds: float, device: str = "cpu", threads: int | None = None) -> Iterator[MeteredWork]:
    """Measures the work of one fit, and watches over it with the real clock.

    Args:
        seconds: its budget. device: on which it trains. threads: it may use; None: what the process may.

    Yields:
        The work, complete once the block has been left.
    """
    outer = _METER.threads, _METER.guard
    _METER.threads = threads or thread_count()
    _METER.guard = guard = _Guard(seconds, device, _METER.threads)
    try:
        with counted_from_zero(), separate_end() as found:
            yield found
    finally:
        found.stopped = "guard" if guard.used else found.stopped
        _METER.threads, _METER.guard = outer


@contextmanager
def counted_from_zero() -> Iterator[None]:
    """Counts what is charged within from zero: sums of the same work agree to the last digit, whatever was charged
    before.

    Yields:
        Nothing; afterwards the work is added to what was charged before.
    """
    before, _METER.spent = _METER.spent, 0.0
    try:
        yield
    finally:
        _METER.spent += before


@contextmanager
def separate_end() -> Iterator[MeteredWork]:
    """Keeps how one of several trials ended apart: only the trial that is kept decides how the fit did.

    Yields:
        The trial's work, complete once the block has been left.
    """
    before, outer = _METER.spent, (_METER.ending, _METER.shortfall)
    _METER.ending, _METER.shortfall = None, 1.0
    found = MeteredWork()
    try:
        yield found
    finally:
        found.seconds, found.stopped, found.shortfall = _METER.spent - before, _METER.ending, _METER.shortfall
        _METER.ending, _METER.shortfall = outer


class WorkClock:
    """Reference seconds charged since it was made, as a budget counts them.

    Every rule that ends or plans training asks this clock, which moves by charged work alone. It reads "too late"
    (infinity) only when the guard of ``metered`` has run out, so that whoever asks stops.

    device: "cpu", "cuda", "cuda:1" or "mps".
    """

    def __init__(self, device: str = "cpu") -> None:
        self.device, self.mark, self.cpu = device, _METER.spent, time.process_time()
        self.shown = time.perf_counter()

    def charge(self, kind: str, amount: float = 1.0) -> None:
        """Adds work done on the clock's device.

        Args:
            kind: of ``reference_costs.COSTS``. amount: in its unit.
        """
        charge(kind, amount, self.device)

    def elapsed(self) -> float:
        """Reference seconds that count against the budget.

        Returns:
            Seconds; infinity when the guard has run out.
        """
        if _METER.guard is not None and _METER.guard.tripped():
            return math.inf
        return _METER.spent - self.mark

    def left(self, seconds: float, least: float = 0.0) -> float:
        """What is left of a budget.

        Args:
            seconds: the budget. least: what is given in any case.

        Returns:
            Seconds.
        """
        return max(seconds - self.elapsed(), least)

    def shows_again(self) -> bool:
        """Whether half a second has gone since progress was last shown; for nothing but display.

        Returns:
            True at most twice a real second.
        """
        due = time.perf_counter() - self.shown > SHOW_SECONDS
        self.shown = time.perf_counter() if due else self.shown
        return due

    def cpu_seconds(self) -> float:
        """Real CPU-seconds of all threads of this process, for display.

        Returns:
            Seconds.
        """
        return time.process_time() - self.cpu


def thread_count() -> int:
    """How many threads this process may compute with; 1 where ``OMP_NUM_THREADS`` is not set."""
    said = os.environ.get("OMP_NUM_THREADS", "1").split(",")[0]
    return max(1, int(said)) if said.isdigit() else 1


def threads() -> int:
    """How many threads share the work that this thread charges.

    Returns:
        1 or more.
    """
    return _METER.threads or thread_count()
