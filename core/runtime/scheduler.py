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
from core.runtime import dask_backend, run_history
from core.runtime.job_runner import run_in_child
from core.storage import file_lock, message_queue, paths
from core.storage.run_store import RunStore, store_path
from core.workers import hardware, processes

POLL_SECONDS = 0.05
CHECK_SECONDS = 0.25
GRACE_SECONDS = 0.7 * limits.CANCEL_SECONDS
STOPPED_SECONDS = 3.0
SILENT_SECONDS = 60.0


@dataclass
class RunningJob:
    """A run that is being played, and what has been seen of it."""

    id: str
    owner: str
    kind: str
    process: Any
    deadline: float
    memory_bytes: int
    outcome: tuple[str, str] | None = None
    cancel_since: float | None = None
    stopped_since: float | None = None
    busy_at: float = field(default_factory=time.monotonic)
    cpu_seconds: float = 0.0
    checked_at: float = 0.0
    quiet: bool = False


def serve(plays: str = "core.runtime.job_runner:JOB_FUNCTIONS", idle: float = limits.ENGINE_IDLE_SECONDS) -> int:
    """Plays waiting runs until nothing has been asked for ``idle`` seconds. Returns the exit code of the process."""
    held = None
    until = time.monotonic() + 2.0
    while held is None and time.monotonic() < until:
        held = file_lock.acquire(paths.scheduler_lock())
        time.sleep(0.0 if held else 0.05)
    if held is None:
        return 0
    with held, RunStore() as store:
        recover_interrupted(store)
        paths.keep_reserve()
        processes.start_fork_server()
        outdated = _loop(store, plays, idle)
    if outdated:
        os.execv(sys.executable, sys.orig_argv)
    return 0


def _loop(store: RunStore, plays: str, idle: float) -> bool:
    """True when a run waits that must be played by newer code than this."""
    identity, code = _identity(), newest_source_time()
    watch: RunningJob | None = None
    desks: list[RunningJob] = []
    rest = time.monotonic()
    try:
        while _identity() == identity and time.monotonic() - rest < idle:
            supervise_sessions(store, desks)
            rest = time.monotonic() if desks else rest
            if watch is None:
                if store.has_waiting() and newest_source_time() != code:
                    return True
                row = _next(store)
                watch = None if row is None else start_job(store, row, plays)
            if watch is None:
                time.sleep(POLL_SECONDS)
                continue
            rest = time.monotonic()
            channels.wait([watch.process.sentinel], timeout=POLL_SECONDS)
            if not watch.process.is_alive():
                finish_job(store, watch)
                _tidy(watch)
                watch = None
            elif watch.kind == "live" and message_queue.read_notice(paths.runs_folder() / watch.id) is not None:
                desks.append(as_session(watch))
                watch = None
            else:
                check_job(store, watch)
    finally:
        for one in [*desks, *([watch] if watch is not None else [])]:
            kill_group(one.process.pid)
    return False


def _next(store: RunStore) -> dict[str, Any] | None:
    """The next waiting run; on a full disk nobody is served until there is room again."""
    try:
        return store.take_next()
    except sqlite3.OperationalError:
        time.sleep(1.0)
        return None


def _tidy(watch: RunningJob) -> None:
    """Clears what is over; a full disk is no reason to leave."""
    with contextlib.suppress(sqlite3.OperationalError):
        run_history.remove_old_runs(watch.owner)
        run_history.remove_expired_data()
        run_history.remove_stale_uploads()
    paths.keep_reserve()


def as_session(watch: RunningJob) -> RunningJob:
    """A desk that takes questions from now on: it no longer keeps others from playing, and has limits of its own."""
    watch.deadline = time.monotonic() + limits.DESK_SECONDS + SILENT_SECONDS
    watch.memory_bytes = int(limits.DESK_MEMORY_SHARE * hardware.memory_limit())
    watch.quiet = True
    return watch


def supervise_sessions(store: RunStore, desks: list[RunningJob]) -> None:
    """Looks after the open desks; the oldest makes room when there are too many."""
    for one in desks[: -limits.DESKS_OPEN]:
        one.outcome = one.outcome or ("finished", "made room for another")
    for one in list(desks):
        if one.process.is_alive():
            check_job(store, one)
        else:
            finish_job(store, one)
            desks.remove(one)


def newest_source_time() -> float:
    """When a source file last changed: an engine never plays a run with code older than the pages that asked for it."""
    return max(path.stat().st_mtime for path in Path(__file__).parents[1].rglob("*.py"))


def _identity() -> tuple[int, int] | None:
    try:
        there = store_path().stat()
    except OSError:
        return None
    return there.st_dev, there.st_ino


def recover_interrupted(store: RunStore) -> None:
    """What says "running" has lost its engine: ends what is left of it and marks it interrupted; sweeps the folder."""
    for row in store.running():
        if row["pid"] and _is(row["pid"], row["born"]):
            kill_group(row["pid"])
        paths.remove_temporary(paths.runs_folder() / row["id"])
        reason = "the engine or the machine was restarted in the middle of this run; what was finished is kept"
        if (paths.runs_folder() / row["id"] / "result.json").exists():
            store.finish(row["id"], "finished")
        else:
            store.finish(row["id"], "interrupted", reason)
    run_history.remove_expired_data()
    run_history.remove_stale_uploads()
    known, now = store.run_ids(), time.time()
    for folder in paths.runs_folder().iterdir():
        with contextlib.suppress(OSError):
            if folder.name not in known and now - folder.stat().st_mtime > 3600:
                shutil.rmtree(folder)


def _is(pid: int, born: float | None) -> bool:
    try:
        return born is not None and abs(psutil.Process(pid).create_time() - born) < 1.0
    except psutil.Error:
        return False


def start_job(store: RunStore, row: Mapping[str, Any], plays: str) -> RunningJob | None:
    """Starts the run's process; None (and the run ended in words) when the machine refuses."""
    id = row["id"]
    # Live questions want short ways: they are answered on this machine even where contests are played elsewhere.
    elsewhere = bool(dask_backend.scheduler_address()) and row["kind"] != "live"
    try:
        process = processes.spawn(
            dask_backend.run_remotely if elsewhere else run_in_child, (id, plays), f"run {id[:8]}", daemon=False
        )
        born = psutil.Process(process.pid).create_time()
    except (OSError, psutil.Error) as error:
        store.finish(id, "failed", f"The worker process could not be started: {error}")
        return None
    store.mark_started(id, process.pid, born)
    memory = int(limits.RUN_MEMORY_SHARE * hardware.memory_limit())
    watch = RunningJob(id, row["owner"], row["kind"], process, time.monotonic() + limits.RUN_SECONDS, memory)
    watch.quiet = elsewhere
    return watch


def check_job(store: RunStore, watch: RunningJob) -> None:
    """Enforces cancel, time and memory, and sees a process that somebody has stopped or that hangs."""
    now = time.monotonic()
    if watch.outcome is not None:
        kill_group(watch.process.pid)
        return
    if store.cancel_requested_at(watch.id) is not None:
        watch.cancel_since = watch.cancel_since or now
        if now - watch.cancel_since > GRACE_SECONDS:
            watch.outcome = ("cancelled", "cancelled; what was finished is kept")
    if now > watch.deadline:
        watch.outcome = ("interrupted", f"the run took longer than its limit of {limits.RUN_SECONDS / 3600:.0f} hours")
    if now - watch.checked_at >= CHECK_SECONDS:
        watch.checked_at = now
        _examine(watch, now)
    if watch.outcome is not None:
        kill_group(watch.process.pid)


def _examine(watch: RunningJob, now: float) -> None:
    grown, cpu, stopped = 0, 0.0, False
    preloaded = hardware.process_memory(getattr(forkserver._forkserver, "_forkserver_pid", None) or 0)  # type: ignore[attr-defined]
    for one in group_processes(watch.process.pid):
        with contextlib.suppress(psutil.Error):
            grown += max(0, hardware.process_memory(one.pid) - preloaded)
            times = one.cpu_times()
            cpu += times.user + times.system
            stopped = stopped or one.status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
    if grown > watch.memory_bytes:
        limit = watch.memory_bytes / 1e6
        words = f"the run ran out of memory: it needed more than its limit of {limit:,.0f} MB; try fewer rows"
        watch.outcome = ("interrupted", words)
    watch.stopped_since = (watch.stopped_since or now) if stopped else None
    if watch.stopped_since is not None and now - watch.stopped_since > STOPPED_SECONDS:
        watch.outcome = ("interrupted", "the worker was stopped from outside and did not go on")
    if cpu - watch.cpu_seconds > 0.02 * (now - watch.busy_at) or cpu < watch.cpu_seconds:
        watch.cpu_seconds, watch.busy_at = cpu, now
    if now - watch.busy_at > SILENT_SECONDS and not watch.quiet:
        watch.outcome = ("interrupted", f"the worker did nothing for {SILENT_SECONDS:.0f} s and was ended")


def group_processes(group: int) -> list[psutil.Process]:
    """The processes of a run: its own and its seats', which share a process group."""
    found = []
    for pid in psutil.pids():
        with contextlib.suppress(OSError, psutil.Error):
            if pid == group or (hasattr(os, "getpgid") and os.getpgid(pid) == group):
                found.append(psutil.Process(pid))
    return found


def kill_group(pid: int) -> None:
    """Kills a run's process and all its seats at once."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(psutil.Error):
        psutil.Process(pid).kill()


def finish_job(store: RunStore, watch: RunningJob) -> None:
    """Writes down how the run ended, unless its process has said so itself, and clears what is left of its group."""
    watch.process.join()
    code = watch.process.exitcode
    kill_group(watch.process.pid)
    paths.remove_temporary(paths.runs_folder() / watch.id)
    if watch.outcome is not None:
        store.finish(watch.id, *watch.outcome)
    elif (paths.runs_folder() / watch.id / "result.json").exists():
        store.finish(watch.id, "finished")
    else:
        reason = f"the worker {processes.exit_reason(code)}; what was finished is kept, and the next run starts afresh"
        store.finish(watch.id, "interrupted", reason)
    watch.process.close()
    if watch.kind == "live" and (store.get(watch.id) or {}).get("state") in ("finished", "cancelled"):
        run_history.delete_run(watch.id, watch.owner)


def main() -> int:
    """Entry of ``python -m core.runtime.scheduler``."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(max(0, 5 - os.nice(0)))
    return serve()


if __name__ == "__main__":
    sys.exit(main())
