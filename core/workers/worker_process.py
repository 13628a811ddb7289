"""A fresh process for one contestant: it keeps the fitted model, answers calls, and can be limited and killed."""

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
from core.workers.call_deadline import CallDeadline

CommandHandler = Callable[[str, Any, ProgressCallback], Any]

POLL_SECONDS = 0.1
# A command that took this long is followed by giving freed memory back; short ones would only wait for it.
TRIM_SECONDS = 0.3


class WorkerLost(Exception):
    """The process of a worker is gone (killed, crashed, too slow, too big); the message says why in words."""


class WorkerError(Exception):
    """The handler in a worker raised; the worker goes on. ``kind`` is the name of the exception's class."""

    def __init__(self, reason: str, kind: str = "", detail: str = "") -> None:
        self.reason, self.kind, self.detail = reason, kind, detail
        super().__init__(reason)


def _serve(line: channels.Connection, target: str, setup: Any, threads: int, device: str, group: int | None) -> None:
    processes.configure_child(threads, device, group)
    module, _, function = target.partition(":")
    hardware.reset_peak_memory()
    start = hardware.peak_memory()

    def tell(progress: Progress) -> None:
        line.send(("tell", progress))

    handle: CommandHandler | None = None
    while True:
        try:
            command, payload = line.recv()
        except (EOFError, OSError):
            return
        if command == "quit":
            return
        started = time.monotonic()
        try:
            if command == "usage":
                answer: Any = _usage(start, payload)
            else:
                handle = handle or getattr(import_module(module), function)(setup)
                answer = handle(command, payload, tell)
            line.send(("done", answer))
        except Exception as error:
            line.send(("failed", (str(error) or type(error).__name__, type(error).__name__, traceback.format_exc())))
        answer = None
        if time.monotonic() - started > TRIM_SECONDS:
            hardware.release_memory()


def _usage(start: int, reset: bool) -> dict[str, float]:
    peak = hardware.peak_memory()
    if reset:
        hardware.reset_peak_memory()
    return {"cpu_seconds": time.process_time(), "peak_memory_mb": max(0, peak - start) / 1e6, "peak_mb": peak / 1e6}


class WorkerProcess:
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
        self.name, self.memory_bytes, self._threads, self._lost = name, memory_bytes, threads, ""
        self._kills_before = hardware.memory_kills()
        self._line, theirs = channels.Pipe()
        group = os.getpgrp() if hasattr(os, "getpgrp") else None
        try:
            self._process = processes.spawn(
                _serve, (theirs, target, setup, threads, device, group), name, True, threads
            )
        except BaseException:
            self._line.close()
            raise
        finally:
            theirs.close()
        self.pid: int = self._process.pid
        self._start = hardware.process_memory(self.pid)

    @property
    def alive(self) -> bool:
        """True while the process can take another call."""
        return not self._lost and self._process.is_alive()

    def call(
        self,
        command: str,
        payload: Any = None,
        on_progress: ProgressCallback | None = None,
        deadline: float | None = None,
    ) -> Any:
        """Asks the handler and waits; news go to ``on_progress``, which is also asked for a stop ten times a second
        (either may raise Cancelled, which ends the worker).

        deadline: seconds this call may take on a machine of its own (``CallDeadline``).

        Raises:
            WorkerLost: the process died, took too long or grew too big.
            WorkerError: the handler raised.
            Cancelled: from ``on_progress``.
        """
        if self._lost:
            raise WorkerLost(self._lost)
        limit = None if deadline is None else CallDeadline(deadline, self.pid, self._threads)
        try:
            self._send(command, payload)
            while True:
                while self._line.poll(POLL_SECONDS):
                    what, answer = self._line.recv()
                    if what == "done":
                        return answer
                    if what == "failed":
                        raise WorkerError(*answer)
                    if on_progress is not None:
                        on_progress(answer)
                    self._check_limits(limit)
                check_cancelled(on_progress)
                self._check_limits(limit)
        except (EOFError, OSError):
            self._raise_lost("")
        except WorkerError:
            raise
        except BaseException as error:
            self.kill(str(error) if isinstance(error, WorkerLost) else "cancelled")
            raise

    def _send(self, command: str, payload: Any) -> None:
        self._line.send((command, payload))

    def _check_limits(self, deadline: CallDeadline | None) -> None:
        if deadline is not None and (why := deadline.passed()):
            raise WorkerLost(f"{self.name} {why}")
        if self.memory_bytes is not None:
            grown = hardware.process_memory(self.pid) - self._start
            if grown > self.memory_bytes:
                limit = self.memory_bytes / 1e6
                raise WorkerLost(f"{self.name} ran out of memory: it needed more than its limit of {limit:,.0f} MB")

    def _raise_lost(self, reason: str) -> None:
        self._process.join(2.0)
        self.kill(reason or f"{self.name} {processes.exit_reason(self._process.exitcode, self._kills_before)}")
        raise WorkerLost(self._lost)

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

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class InlineWorker:
    """The same interface in the calling process, for tests and scripts: no isolation, no limits."""

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
        self._handle: CommandHandler | None = None
        self._cpu, self._start = time.process_time(), hardware.peak_memory()

    def call(
        self,
        command: str,
        payload: Any = None,
        on_progress: ProgressCallback | None = None,
        deadline: float | None = None,
    ) -> Any:
        """Asks the handler in this process; see ``WorkerProcess.call``."""
        if not self.alive:
            raise WorkerLost("closed")
        module, _, function = self._target.partition(":")
        try:
            self._handle = self._handle or getattr(import_module(module), function)(self._setup)
            return self._handle(command, payload, on_progress or (lambda progress: None))
        except Cancelled:
            self.alive = False
            raise
        except Exception as error:
            raise WorkerError(str(error) or type(error).__name__, type(error).__name__) from error

    def usage(self, reset: bool = False) -> dict[str, float]:
        """CPU seconds since this worker was opened; memory is that of the whole process."""
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

    def __enter__(self) -> InlineWorker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def start_fork_server() -> None:
    """Starts the fork server early, so that the heavy imports are done before the first worker is needed."""
    processes.start_fork_server()
