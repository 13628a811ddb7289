"""The scheduler: one process per machine that takes waiting runs from the store and plays each in a fresh process.

Started by the first page that needs it, single by a file lock, gone after idling or when its store is gone. It is the
only one that ends processes, and it writes down in words how each of them ended.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import connection as channels
from multiprocessing import forkserver
from pathlib import Path

import psutil

from core import limits
from core.runtime import dask_backend, run_history
from core.runtime.job_runner import run_in_child
from core.schema import Facts, JsonObject
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
    """A run that is being played: its process, its limits, and what the last checks found."""

    id: str
    owner: str
    kind: str
    process: processes.StartedProcess
    deadline: float
    memory_bytes: int
    outcome: tuple[str, str] | None = None
    cancel_since: float | None = None
    stopped_since: float | None = None
    short_since: float | None = None
    busy_at: float = field(default_factory=time.monotonic)
    cpu_seconds: float = 0.0
    checked_at: float = 0.0
    quiet: bool = False
    kills_before: int | None = field(default_factory=hardware.memory_kills)


def serve(functions: str = "core.runtime.job_runner:JOB_FUNCTIONS", idle: float = limits.ENGINE_IDLE_SECONDS) -> int:
    """Plays waiting runs until nothing has been asked for ``idle`` seconds. Returns the exit code of the process."""
    lock = None
    until = time.monotonic() + 2.0
    while lock is None and time.monotonic() < until:
        lock = file_lock.acquire(paths.scheduler_lock())
        time.sleep(0.0 if lock else 0.05)
    if lock is None:
        return 0
    with lock, RunStore() as store:
        recover_interrupted(store)
        paths.keep_reserve()
        processes.start_fork_server()
        outdated = _loop(store, functions, idle)
    if outdated:
        os.execv(sys.executable, sys.orig_argv)
    return 0


def _loop(store: RunStore, functions: str, idle: float) -> bool:
    """True when a run waits that must be played by newer code than this."""
    identity, code = _identity(), newest_source_time()
    job: RunningJob | None = None
    sessions: list[RunningJob] = []
    rest = time.monotonic()
    try:
        while _identity() == identity and time.monotonic() - rest < idle:
            supervise_sessions(store, sessions)
            rest = time.monotonic() if sessions else rest
            if job is None and store.has_waiting() and newest_source_time() != code:
                return True
            if (live := _next(store.take_live)) and (session := start_job(store, live, functions)):
                sessions.append(as_session(session))
            if job is None:
                row = _next(store.take_next)
                job = None if row is None else start_job(store, row, functions)
            if job is None:
                time.sleep(POLL_SECONDS)
                continue
            rest = time.monotonic()
            channels.wait([job.process.sentinel], timeout=POLL_SECONDS)
            if not job.process.is_alive():
                finish_job(store, job)
                _tidy(job)
                job = None
            elif job.kind == "live" and message_queue.read_notice(paths.runs_folder() / job.id) is not None:
                sessions.append(as_session(job))
                job = None
            else:
                check_job(store, job)
    finally:
        for one in [*sessions, *([job] if job is not None else [])]:
            processes.kill_group(one.process.pid)
    return False


def _next(take: Callable[[], JsonObject | None]) -> JsonObject | None:
    """The next waiting run; None while the disk is full."""
    try:
        return take()
    except sqlite3.OperationalError:
        time.sleep(1.0)
        return None


def _tidy(job: RunningJob) -> None:
    """Removes what is past its quota or age; a full disk does not end the scheduler."""
    with contextlib.suppress(sqlite3.OperationalError):
        run_history.remove_old_runs(job.owner)
        run_history.remove_expired_data()
        run_history.remove_stale_uploads()
    paths.keep_reserve()


def as_session(job: RunningJob) -> RunningJob:
    """The job as a live session: it no longer keeps other runs from starting, and has limits of its own."""
    job.deadline = time.monotonic() + limits.LIVE_SECONDS + SILENT_SECONDS
    job.memory_bytes = int(limits.LIVE_MEMORY_SHARE * hardware.memory_limit())
    job.quiet = True
    return job


def supervise_sessions(store: RunStore, sessions: list[RunningJob]) -> None:
    """Checks the open live sessions; the oldest ends when there are too many."""
    for one in sessions[: -limits.LIVE_SESSIONS]:
        one.outcome = one.outcome or ("finished", "made room for another")
    for one in list(sessions):
        if one.process.is_alive():
            check_job(store, one)
        else:
            finish_job(store, one)
            sessions.remove(one)


def newest_source_time() -> float:
    """When a source file last changed: no run is played with code older than the pages that asked for it."""
    return max(path.stat().st_mtime for path in Path(__file__).parents[1].rglob("*.py"))


def _identity() -> tuple[int, int] | None:
    try:
        status = store_path().stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def recover_interrupted(store: RunStore) -> None:
    """Ends what is left of runs whose scheduler was lost, marks them interrupted and removes half-written files."""
    for row in store.running():
        if row["pid"] and _is_process(row["pid"], row["born"]):
            processes.kill_group(row["pid"])
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


def _is_process(pid: int, born: float | None) -> bool:
    try:
        return born is not None and abs(psutil.Process(pid).create_time() - born) < 1.0
    except psutil.Error:
        return False


def start_job(store: RunStore, row: Facts, functions: str) -> RunningJob | None:
    """Starts the run's process; None (and the run ended in words) when the machine refuses."""
    id = row["id"]
    # Live questions need short round trips: they are answered on this machine even where contests are played elsewhere.
    elsewhere = bool(dask_backend.scheduler_address()) and row["kind"] != "live"
    try:
        process = processes.spawn(
            dask_backend.run_remotely if elsewhere else run_in_child, (id, functions), f"run {id[:8]}", daemon=False
        )
        born = psutil.Process(process.pid).create_time()
    except (OSError, psutil.Error) as error:
        store.finish(id, "failed", f"The worker process could not be started: {error}")
        return None
    store.mark_started(id, process.pid, born)
    memory = int(limits.RUN_MEMORY_SHARE * hardware.memory_limit())
    memory = min(memory, limits.PREDICTION_MEMORY_BYTES) if row["kind"] == "predict" else memory
    job = RunningJob(id, row["owner"], row["kind"], process, time.monotonic() + limits.RUN_SECONDS, memory)
    job.quiet = elsewhere
    return job


def check_job(store: RunStore, job: RunningJob) -> None:
    """Enforces cancel, time and memory, and sees a process that somebody has stopped or that hangs."""
    now = time.monotonic()
    if job.outcome is not None:
        processes.kill_group(job.process.pid)
        return
    if store.cancel_requested_at(job.id) is not None:
        job.cancel_since = job.cancel_since or now
        if now - job.cancel_since > GRACE_SECONDS:
            job.outcome = ("cancelled", "cancelled; what was finished is kept")
    if now > job.deadline:
        job.outcome = ("interrupted", f"the run took longer than its limit of {limits.RUN_SECONDS / 3600:.0f} hours")
    if now - job.checked_at >= CHECK_SECONDS:
        job.checked_at = now
        _examine(job, now)
    if job.outcome is not None:
        processes.kill_group(job.process.pid)


def _examine(job: RunningJob, now: float) -> None:
    grown, cpu, stopped = 0, 0.0, False
    preloaded = hardware.process_memory(getattr(forkserver._forkserver, "_forkserver_pid", None) or 0)  # type: ignore[attr-defined]
    for one in processes.group_processes(job.process.pid):
        with contextlib.suppress(psutil.Error):
            grown += max(0, hardware.process_memory(one.pid) - preloaded)
            times = one.cpu_times()
            cpu += times.user + times.system
            stopped = stopped or one.status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
    if grown > job.memory_bytes:
        limit = job.memory_bytes / 1e6
        words = f"the run ran out of memory: it needed more than its limit of {limit:,.0f} MB; try fewer rows"
        job.outcome = ("interrupted", words)
    left = hardware.memory_left()
    short = left is not None and left < limits.MEMORY_SHORT_SHARE * hardware.memory_limit()
    job.short_since = (job.short_since or now) if short else None
    if job.short_since is not None and now - job.short_since > limits.MEMORY_SHORT_SECONDS:
        there = hardware.memory_limit() / 1e6
        words = f"the memory of this host ({there:,.0f} MB) ran out; what was finished is kept"
        job.outcome = ("interrupted", f"{words}; try fewer rows or contestants")
    job.stopped_since = (job.stopped_since or now) if stopped else None
    if job.stopped_since is not None and now - job.stopped_since > STOPPED_SECONDS:
        job.outcome = ("interrupted", "the worker was stopped from outside and did not go on")
    if cpu - job.cpu_seconds > 0.02 * (now - job.busy_at) or cpu < job.cpu_seconds:
        job.cpu_seconds, job.busy_at = cpu, now
    if now - job.busy_at > SILENT_SECONDS and not job.quiet:
        job.outcome = ("interrupted", f"the worker did nothing for {SILENT_SECONDS:.0f} s and was ended")


def finish_job(store: RunStore, job: RunningJob) -> None:
    """Writes down how the run ended, unless its process has said so itself, and clears what is left of its group."""
    job.process.join()
    code = job.process.exitcode
    processes.kill_group(job.process.pid)
    paths.remove_temporary(paths.runs_folder() / job.id)
    if job.outcome is not None:
        store.finish(job.id, *job.outcome)
    elif (paths.runs_folder() / job.id / "result.json").exists():
        store.finish(job.id, "finished")
    else:
        ended = processes.exit_reason(code, job.kills_before)
        reason = f"the worker {ended}; what was finished is kept, and the next run starts afresh"
        store.finish(job.id, "interrupted", reason)
    job.process.close()
    if job.kind == "live" and (store.get(job.id) or {}).get("state") in ("finished", "cancelled"):
        run_history.delete_run(job.id, job.owner)


def main() -> int:
    """Entry of ``python -m core.runtime.scheduler``. Where memory is short it leaves early when nobody asks."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(max(0, 5 - os.nice(0)))
    return serve(idle=limits.LITTLE_MEMORY_IDLE_SECONDS if hardware.little_memory() else limits.ENGINE_IDLE_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
