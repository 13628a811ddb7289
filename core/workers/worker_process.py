"""A seat is one fresh process that plays one contestant: it keeps the fitted model, answers calls and can be killed."""

from __future__ import annotations

import contextlib
import os
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from multiprocessing import connection as channels
from typing import Any

from core.schema import Cancelled, Progress, ProgressCallback, check_cancelled
from core.workers import hardware, processes

Handle = Callable[[str, Any, ProgressCallback], Any]

BEAT_SECONDS = 0.1


class SeatLost(Exception):
    """The process of a seat is gone (killed, crashed, too slow, too big); the message says why in words."""


class SeatFailed(Exception):
    """The handler inside a seat raised; the seat lives on. ``kind`` is the name of the exception's class."""

    def __init__(self, reason: str, kind: str = "", detail: str = "") -> None:
        self.reason, self.kind, self.detail = reason, kind, detail
        super().__init__(reason)


def _sit(line: channels.Connection, target: str, setup: Any, threads: int, device: str, group: int | None) -> None:
    processes.settle(threads, device, group)
    module, _, function = target.partition(":")
    hardware.reset_peak()
    start = hardware.peak_memory()

    def tell(progress: Progress) -> None:
        line.send(("tell", progress))

    handle: Handle | None = None
    while True:
        try:
            command, payload = line.recv()
        except (EOFError, OSError):
            return
        if command == "quit":
            return
        try:
            if command == "usage":
                answer: Any = _usage(start, payload)
            else:
                handle = handle or getattr(import_module(module), function)(setup)
                answer = handle(command, payload, tell)
            line.send(("done", answer))
        except Exception as error:
            line.send(("failed", (str(error) or type(error).__name__, type(error).__name__, traceback.format_exc())))


def _usage(start: int, reset: bool) -> dict[str, float]:
    peak = hardware.peak_memory()
    if reset:
        hardware.reset_peak()
    return {"cpu_seconds": time.process_time(), "peak_memory_mb": max(0, peak - start) / 1e6, "peak_mb": peak / 1e6}


class ProcessSeat:
    """A contestant's own process. ``target`` names a function ``module:function`` that is called once in the child with
    ``setup`` and returns ``handle(command, payload, tell) -> result``.

    device: "cpu", "mps", "cuda" or "cuda:1". memory_bytes: how far the child may grow over its start; None is no limit.
    """

    def __init__(
        self,
        target: str,
        name: str,
        threads: int = 1,
        device: str = "cpu",
        memory_bytes: int | None = None,
        setup: Any = None,
    ) -> None:
        self.name, self.memory_bytes, self._lost = name, memory_bytes, ""
        self._line, theirs = channels.Pipe()
        group = os.getpgrp() if hasattr(os, "getpgrp") else None
        try:
            self._process = processes.launch(_sit, (theirs, target, setup, threads, device, group), name, True, threads)
        except BaseException:
            self._line.close()
            raise
        finally:
            theirs.close()
        self.pid: int = self._process.pid
        self._start = hardware.memory_of(self.pid)

    @property
    def alive(self) -> bool:
        """True while the process can take another call."""
        return not self._lost and self._process.is_alive()

    def call(
        self, command: str, payload: Any = None, tell: ProgressCallback | None = None, deadline: float | None = None
    ) -> Any:
        """Asks the handler and waits; news go to ``tell`` meanwhile, and it is asked for a stop ten times a second
        (either may raise Cancelled, which ends the seat).

        deadline: wall seconds this call may take.

        Raises:
            SeatLost: the process died, took too long or grew too big.
            SeatFailed: the handler raised.
            Cancelled: from ``tell``.
        """
        if self._lost:
            raise SeatLost(self._lost)
        until = None if deadline is None else time.monotonic() + deadline
        try:
            self._send(command, payload)
            while True:
                while self._line.poll(BEAT_SECONDS):
                    what, answer = self._line.recv()
                    if what == "done":
                        return answer
                    if what == "failed":
                        raise SeatFailed(*answer)
                    if tell is not None:
                        tell(answer)
                    self._watch(until, deadline)
                check_cancelled(tell)
                self._watch(until, deadline)
        except (EOFError, OSError):
            self._lose("")
        except SeatFailed:
            raise
        except BaseException as error:
            self.kill(str(error) if isinstance(error, SeatLost) else "cancelled")
            raise

    def _send(self, command: str, payload: Any) -> None:
        self._line.send((command, payload))

    def _watch(self, until: float | None, deadline: float | None) -> None:
        if until is not None and time.monotonic() > until:
            raise SeatLost(f"{self.name} was stopped after its limit of {deadline:,.0f} s")
        if self.memory_bytes is not None:
            grown = hardware.memory_of(self.pid) - self._start
            if grown > self.memory_bytes:
                limit = self.memory_bytes / 1e6
                raise SeatLost(f"{self.name} ran out of memory: it needed more than its limit of {limit:,.0f} MB")

    def _lose(self, reason: str) -> None:
        self._process.join(2.0)
        self.kill(reason or f"{self.name} {processes.ended(self._process.exitcode)}")
        raise SeatLost(self._lost)

    def usage(self, reset: bool = False) -> dict[str, float]:
        """CPU seconds of all its threads, and the peak memory (MB) it grew by since its start or the last reset."""
        return self.call("usage", reset, deadline=30.0)

    def kill(self, reason: str = "closed") -> None:
        """Ends the process at once."""
        self._lost = self._lost or reason
        if self._process.is_alive():
            self._process.kill()
        self._process.join(5.0)
        self._line.close()

    def close(self) -> None:
        """Lets the process leave; kills it after a second."""
        if not self._lost:
            with contextlib.suppress(OSError):
                self._line.send(("quit", None))
            self._process.join(1.0)
        self.kill()

    def __enter__(self) -> ProcessSeat:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class InlineSeat:
    """The same face in the calling process, for tests and scripts: no isolation, no limits."""

    def __init__(
        self,
        target: str,
        name: str,
        threads: int = 1,
        device: str = "cpu",
        memory_bytes: int | None = None,
        setup: Any = None,
    ) -> None:
        self.name, self.pid, self.alive = name, os.getpid(), True
        self._target, self._setup = target, setup
        self._handle: Handle | None = None
        self._cpu, self._start = time.process_time(), hardware.peak_memory()

    def call(
        self, command: str, payload: Any = None, tell: ProgressCallback | None = None, deadline: float | None = None
    ) -> Any:
        """Asks the handler in this process; see ``ProcessSeat.call``."""
        if not self.alive:
            raise SeatLost("closed")
        module, _, function = self._target.partition(":")
        try:
            self._handle = self._handle or getattr(import_module(module), function)(self._setup)
            return self._handle(command, payload, tell or (lambda progress: None))
        except Cancelled:
            self.alive = False
            raise
        except Exception as error:
            raise SeatFailed(str(error) or type(error).__name__, type(error).__name__) from error

    def usage(self, reset: bool = False) -> dict[str, float]:
        """CPU seconds since this seat was opened; memory is that of the whole process."""
        peak = hardware.peak_memory()
        used = {
            "cpu_seconds": time.process_time() - self._cpu,
            "peak_memory_mb": max(0, peak - self._start) / 1e6,
            "peak_mb": peak / 1e6,
        }
        if reset:
            self._cpu, self._start = time.process_time(), peak
        return used

    def kill(self, reason: str = "closed") -> None:
        """Forgets the handler."""
        self.alive, self._handle = False, None

    def close(self) -> None:
        """Forgets the handler."""
        self.kill()

    def __enter__(self) -> InlineSeat:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def warm() -> None:
    """Starts the fork server early, so that the heavy imports are done before the first seat is needed."""
    processes.warm()
