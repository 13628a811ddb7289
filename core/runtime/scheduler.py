"""The engine: one process per machine that takes waiting runs from the store and plays each in a fresh process.

Started by the first page that needs it, single by a file lock, gone after idling or when its store is gone. It is the
only one that ends processes, and it writes down in words how each of them ended.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing import connection as channels
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import psutil

from core import limits
from core.runtime import dask_backend as remote
from core.runtime import run_history
from core.runtime.job_runner import child
from core.storage import file_lock as locks
from core.storage import message_queue as mailbox
from core.storage import paths
from core.storage.run_store import Store, where
from core.workers import hardware, processes

BEAT_SECONDS = 0.05
LOOK_SECONDS = 0.25
GRACE_SECONDS = 0.7 * limits.CANCEL_SECONDS
STOPPED_SECONDS = 3.0
SILENT_SECONDS = 60.0


@dataclass
class Watch:
    """A run that is being played, and what has been seen of it."""

    id: str
    owner: str
    kind: str
    process: Any
    deadline: float
    memory_bytes: int
    verdict: tuple[str, str] | None = None
    cancel_since: float | None = None
    stopped_since: float | None = None
    busy_at: float = field(default_factory=time.monotonic)
    cpu: float = 0.0
    looked: float = 0.0
    quiet: bool = False


def serve(plays: str = "core.runtime.job_runner:PLAYS", idle: float = limits.ENGINE_IDLE_SECONDS) -> int:
    """Plays waiting runs until nothing has been asked for ``idle`` seconds. Returns the exit code of the process."""
    held = None
    until = time.monotonic() + 2.0
    while held is None and time.monotonic() < until:
        held = locks.take(paths.engine_lock())
        time.sleep(0.0 if held else 0.05)
    if held is None:
        return 0
    with held, Store() as store:
        recover(store)
        paths.reserve()
        processes.start_fork_server()
        outdated = _loop(store, plays, idle)
    if outdated:
        os.execv(sys.executable, sys.orig_argv)
    return 0


def _loop(store: Store, plays: str, idle: float) -> bool:
    """True when a run waits that must be played by newer code than this."""
    identity, code = _identity(), newest()
    watch: Watch | None = None
    desks: list[Watch] = []
    rest = time.monotonic()
    try:
        while _identity() == identity and time.monotonic() - rest < idle:
            attend(store, desks)
            rest = time.monotonic() if desks else rest
            if watch is None:
                if store.waiting() and newest() != code:
                    return True
                row = _next(store)
                watch = None if row is None else begin(store, row, plays)
            if watch is None:
                time.sleep(BEAT_SECONDS)
                continue
            rest = time.monotonic()
            channels.wait([watch.process.sentinel], timeout=BEAT_SECONDS)
            if not watch.process.is_alive():
                conclude(store, watch)
                _tidy(watch)
                watch = None
            elif watch.kind == "live" and mailbox.notice(paths.runs() / watch.id) is not None:
                desks.append(seated(watch))
                watch = None
            else:
                look(store, watch)
    finally:
        for one in [*desks, *([watch] if watch is not None else [])]:
            end(one.process.pid)
    return False


def _next(store: Store) -> dict[str, Any] | None:
    """The next waiting run; on a full disk nobody is served until there is room again."""
    try:
        return store.claim()
    except sqlite3.OperationalError:
        time.sleep(1.0)
        return None


def _tidy(watch: Watch) -> None:
    """Clears what is over; a full disk is no reason to leave."""
    with contextlib.suppress(sqlite3.OperationalError):
        run_history.tidy(watch.owner)
        run_history.expire()
        run_history.sweep_uploads()
    paths.reserve()


def seated(watch: Watch) -> Watch:
    """A desk that takes questions from now on: it no longer keeps others from playing, and has limits of its own."""
    watch.deadline = time.monotonic() + limits.DESK_SECONDS + SILENT_SECONDS
    watch.memory_bytes = int(limits.DESK_MEMORY_SHARE * hardware.memory_limit())
    watch.quiet = True
    return watch


def attend(store: Store, desks: list[Watch]) -> None:
    """Looks after the open desks; the oldest makes room when there are too many."""
    for one in desks[: -limits.DESKS_OPEN]:
        one.verdict = one.verdict or ("finished", "made room for another")
    for one in list(desks):
        if one.process.is_alive():
            look(store, one)
        else:
            conclude(store, one)
            desks.remove(one)


def newest() -> float:
    """When a source file last changed: an engine never plays a run with code older than the pages that asked for it."""
    return max(path.stat().st_mtime for path in Path(__file__).parents[1].rglob("*.py"))


def _identity() -> tuple[int, int] | None:
    try:
        there = where().stat()
    except OSError:
        return None
    return there.st_dev, there.st_ino


def recover(store: Store) -> None:
    """What says "running" has lost its engine: ends what is left of it and marks it interrupted; sweeps the folder."""
    for row in store.running():
        if row["pid"] and _is(row["pid"], row["born"]):
            end(row["pid"])
        paths.sweep(paths.runs() / row["id"])
        reason = "the engine or the machine was restarted in the middle of this run; what was finished is kept"
        if (paths.runs() / row["id"] / "result.json").exists():
            store.finish(row["id"], "finished")
        else:
            store.finish(row["id"], "interrupted", reason)
    run_history.expire()
    run_history.sweep_uploads()
    known, now = store.ids(), time.time()
    for folder in paths.runs().iterdir():
        with contextlib.suppress(OSError):
            if folder.name not in known and now - folder.stat().st_mtime > 3600:
                shutil.rmtree(folder)


def _is(pid: int, born: float | None) -> bool:
    try:
        return born is not None and abs(psutil.Process(pid).create_time() - born) < 1.0
    except psutil.Error:
        return False


def begin(store: Store, row: Mapping[str, Any], plays: str) -> Watch | None:
    """Starts the run's process; None (and the run ended in words) when the machine refuses."""
    id = row["id"]
    # Live questions want short ways: they are answered on this machine even where contests are played elsewhere.
    elsewhere = bool(remote.address()) and row["kind"] != "live"
    try:
        process = processes.spawn(remote.away if elsewhere else child, (id, plays), f"run {id[:8]}", daemon=False)
        born = psutil.Process(process.pid).create_time()
    except (OSError, psutil.Error) as error:
        store.finish(id, "failed", f"The worker process could not be started: {error}")
        return None
    store.started(id, process.pid, born)
    memory = int(limits.RUN_MEMORY_SHARE * hardware.memory_limit())
    watch = Watch(id, row["owner"], row["kind"], process, time.monotonic() + limits.RUN_SECONDS, memory)
    watch.quiet = elsewhere
    return watch


def look(store: Store, watch: Watch) -> None:
    """Enforces cancel, time and memory, and sees a process that somebody has stopped or that hangs."""
    now = time.monotonic()
    if watch.verdict is not None:
        end(watch.process.pid)
        return
    if store.cancelled(watch.id) is not None:
        watch.cancel_since = watch.cancel_since or now
        if now - watch.cancel_since > GRACE_SECONDS:
            watch.verdict = ("cancelled", "cancelled; what was finished is kept")
    if now > watch.deadline:
        watch.verdict = ("interrupted", f"the run took longer than its limit of {limits.RUN_SECONDS / 3600:.0f} hours")
    if now - watch.looked >= LOOK_SECONDS:
        watch.looked = now
        _examine(watch, now)
    if watch.verdict is not None:
        end(watch.process.pid)


def _examine(watch: Watch, now: float) -> None:
    grown, cpu, stopped = 0, 0.0, False
    preloaded = hardware.process_memory(getattr(forkserver._forkserver, "_forkserver_pid", None) or 0)  # type: ignore[attr-defined]
    for one in members(watch.process.pid):
        with contextlib.suppress(psutil.Error):
            grown += max(0, hardware.process_memory(one.pid) - preloaded)
            times = one.cpu_times()
            cpu += times.user + times.system
            stopped = stopped or one.status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
    if grown > watch.memory_bytes:
        limit = watch.memory_bytes / 1e6
        words = f"the run ran out of memory: it needed more than its limit of {limit:,.0f} MB; try fewer rows"
        watch.verdict = ("interrupted", words)
    watch.stopped_since = (watch.stopped_since or now) if stopped else None
    if watch.stopped_since is not None and now - watch.stopped_since > STOPPED_SECONDS:
        watch.verdict = ("interrupted", "the worker was stopped from outside and did not go on")
    if cpu - watch.cpu > 0.02 * (now - watch.busy_at) or cpu < watch.cpu:
        watch.cpu, watch.busy_at = cpu, now
    if now - watch.busy_at > SILENT_SECONDS and not watch.quiet:
        watch.verdict = ("interrupted", f"the worker did nothing for {SILENT_SECONDS:.0f} s and was ended")


def members(group: int) -> list[psutil.Process]:
    """The processes of a run: its own and its seats', which share a process group."""
    found = []
    for pid in psutil.pids():
        with contextlib.suppress(OSError, psutil.Error):
            if pid == group or (hasattr(os, "getpgid") and os.getpgid(pid) == group):
                found.append(psutil.Process(pid))
    return found


def end(pid: int) -> None:
    """Kills a run's process and all its seats at once."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(psutil.Error):
        psutil.Process(pid).kill()


def conclude(store: Store, watch: Watch) -> None:
    """Writes down how the run ended, unless its process has said so itself, and clears what is left of its group."""
    watch.process.join()
    code = watch.process.exitcode
    end(watch.process.pid)
    paths.sweep(paths.runs() / watch.id)
    if watch.verdict is not None:
        store.finish(watch.id, *watch.verdict)
    elif (paths.runs() / watch.id / "result.json").exists():
        store.finish(watch.id, "finished")
    else:
        reason = f"the worker {processes.exit_reason(code)}; what was finished is kept, and the next run starts afresh"
        store.finish(watch.id, "interrupted", reason)
    watch.process.close()
    if watch.kind == "live" and (store.get(watch.id) or {}).get("state") in ("finished", "cancelled"):
        run_history.delete(watch.id, watch.owner)


def main() -> int:
    """Entry of ``python -m core.runtime.scheduler``."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(max(0, 5 - os.nice(0)))
    return serve()


if __name__ == "__main__":
    sys.exit(main())
