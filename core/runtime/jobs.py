"""Runs, as pages and the command line see them: submit, watch, cancel, fetch; each belongs to its owner alone."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from core import limits
from core.schema import Contest, JsonObject, LoadError, Plan, Task
from core.storage import file_lock, json_codec, paths
from core.storage.caches import FileCache
from core.storage.run_store import ENDED, JobRejected, RunStore, valid_run_id
from core.workers import processes

__all__ = [
    "JobRejected",
    "cancel",
    "ensure_scheduler",
    "get_events",
    "get_state",
    "load_result",
    "new_owner_id",
    "submit",
    "valid_run_id",
    "wait",
]

SCHEDULER_COMMAND = ("-m", "core.runtime.scheduler")
LOG_BYTES = 1_000_000
_ROOT = Path(__file__).resolve().parents[2]
_results = FileCache(limits.RESULT_CACHE_BYTES)


def new_owner_id() -> str:
    """A fresh owner id: 128 random bits as hex, to be kept by the browser."""
    return secrets.token_hex(16)


def submit(
    dataset: Path | str | None, task: Task | None, plan: Plan, owner: str, kind: str = "contest", **extra: Any
) -> str:
    """Queues a run and returns its id (32 hex digits) at once.

    dataset: folder of the parsed data; the run keeps its own link to it, so the upload may go. None for a scenario, and
      for "measure" and "continue", which take the data of the earlier run.
    kind: "contest"; "continue" with ``run`` (an earlier run's id), for more folds; "measure" with ``run`` and ``keys``;
      "bundle" with ``run`` and ``contestant``; "predict" with ``bundle`` (the run that made it) and ``file``;
      "scenario" with ``key`` and perhaps ``seconds`` and ``seed``. ``title`` and ``name`` are for the history.

    Raises:
        JobRejected: too little disk, too many runs waiting, or an earlier run that is not there.
        LoadError: the data set is gone.
    """
    free = paths.free_bytes()
    if free < limits.FREE_DISK_BYTES:
        raise JobRejected(
            f"Only {free / limits.MB:,.0f} MB are free on the server's disk; a run needs "
            f"{limits.FREE_DISK_BYTES / limits.MB:,.0f} MB. Delete old runs or free some space."
        )
    if kind in ("measure", "continue"):
        dataset = earlier_dataset(str(extra.get("run")), owner, dataset)
        if task is None:
            extra.setdefault("name", str((get_state(extra["run"], owner) or {}).get("name", "")))
    id = secrets.token_hex(16)
    folder = paths.runs_folder() / id
    name = str(extra.pop("name", "") or extra.get("key", ""))
    title = str(extra.pop("title", ""))
    try:
        folder.mkdir(mode=0o700)
        if dataset is not None:
            name = name or _dataset_name(Path(dataset))
            paths.link_folder(Path(dataset), folder / "parcel")
        spec = json.dumps(
            {"task": json_codec.to_plain(task), "plan": json_codec.to_plain(plan), "extra": json_codec.to_plain(extra)}
        )
        with RunStore() as store:
            row = {"id": id, "owner": owner, "kind": kind, "name": name, "title": title, "spec": spec}
            store.add(row)
    except FileNotFoundError:
        shutil.rmtree(folder, ignore_errors=True)
        raise LoadError("The uploaded data is no longer there.", "", "Upload it again.") from None
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    ensure_scheduler()
    return id


def earlier_dataset(id: str, owner: str, dataset: Path | str | None = None) -> Path | str:
    """The folder of the data that an earlier run was played on, or ``dataset`` where it is given.

    Raises:
        JobRejected: the run is not there or has no result, or its data is no longer kept.
    """
    with RunStore() as store:
        row = store.get(id, owner) if valid_run_id(id) else None
    if row is not None and row["state"] in ENDED and not (paths.runs_folder() / id / "result.json").exists():
        # A run that was stopped before its end: what it had finished can be measured further like any other.
        with contextlib.suppress(FileNotFoundError):
            (paths.runs_folder() / id / "partial.json").replace(paths.runs_folder() / id / "result.json")
    if row is None or not (paths.runs_folder() / id / "result.json").exists():
        raise JobRejected("The earlier run is not there or has not finished.")
    if dataset is None and not (paths.runs_folder() / id / "parcel").is_dir():
        hours = limits.RUN_DATA_KEPT_SECONDS / 3600
        raise JobRejected(f"The data of that run is no longer kept (it goes after {hours:.0f} hours). Upload it again.")
    return dataset or paths.runs_folder() / id / "parcel"


def _dataset_name(dataset: Path) -> str:
    try:
        return str(json.loads((dataset / "dataset.json").read_text(encoding="utf-8")).get("name", ""))
    except FileNotFoundError:
        raise
    except (OSError, ValueError, AttributeError):
        return ""


def get_state(id: str | None, owner: str) -> JsonObject | None:
    """The state of a run, or None when there is none of that id for this owner.

    Returns:
        id, kind, state ("queued", "running", "finished", "failed", "cancelled", "interrupted"), place (1 is next;
        0 when not waiting), waiting (runs waiting in all), cancelling, imported (it was never played here), reason in
        words, created, started, ended (Unix seconds or None), name, title, task, plan and extra as plain dicts.
    """
    if valid_run_id(id) is None:
        return None
    with RunStore() as store:
        row = store.get(str(id), owner)
        if row is None:
            return None
        order = store.queued_ids() if row["state"] == "queued" else []
    if row["state"] not in ENDED:
        ensure_scheduler()
    keys = ("id", "kind", "state", "reason", "created", "started", "ended", "name", "title")
    place = order.index(row["id"]) + 1 if row["id"] in order else 0
    cancelling = row["cancel"] is not None and row["state"] == "running"
    imported = row["state"] in ENDED and not row["attempt"]
    seen = {"place": place, "waiting": len(order), "cancelling": cancelling, "imported": imported}
    return {key: row[key] for key in keys} | seen | json.loads(row["spec"])


def get_events(id: str | None, owner: str, after: int = 0) -> list[JsonObject]:
    """News of a run after event number ``after``, oldest first: the fields of Progress, seq, and at (Unix seconds)."""
    if valid_run_id(id) is None:
        return []
    with RunStore() as store:
        row = store.get(str(id), owner)
        news = store.events(str(id), after) if row else []
    if row and row["state"] not in ENDED:
        ensure_scheduler()
    return news


def cancel(id: str | None, owner: str) -> bool:
    """Asks a run to stop (it does within two seconds); False when it is not there or has ended."""
    if valid_run_id(id) is None:
        return False
    with RunStore() as store:
        return store.cancel(str(id), owner)


def load_result(id: str | None, owner: str) -> Contest | None:
    """The contest of a run: the whole one, or what was finished so far; None when there is nothing yet.

    The same object is handed out until the file changes: read it, do not write to it.
    """
    if valid_run_id(id) is None:
        return None
    with RunStore() as store:
        if store.get(str(id), owner) is None:
            return None
    for name in ("result.json", "partial.json"):
        with contextlib.suppress(FileNotFoundError):
            return _results.read(paths.runs_folder() / str(id) / name, json_codec.loads)
    return None


def run_folder(id: str | None, owner: str) -> Path | None:
    """The run's folder (``parcel``, ``models``), or None when it is not this owner's."""
    if valid_run_id(id) is None:
        return None
    with RunStore() as store:
        return paths.runs_folder() / str(id) if store.get(str(id), owner) else None


def wait(id: str, owner: str, seconds: float) -> JsonObject | None:
    """Blocks until the run has ended or ``seconds`` have passed; its state then."""
    until = time.monotonic() + seconds
    while True:
        seen = get_state(id, owner)
        if seen is None or seen["state"] in ENDED or time.monotonic() > until:
            return seen
        time.sleep(0.05)


def ensure_scheduler() -> None:
    """Starts the scheduler unless one runs. Cheap enough for every page; call it early, so that it is warm in time."""
    if file_lock.is_locked(paths.scheduler_lock()):
        return
    starting = file_lock.acquire(paths.home_folder() / "engine.start")
    if starting is None:
        return
    log = paths.home_folder() / "engine.log"
    with contextlib.suppress(OSError):
        if log.stat().st_size > LOG_BYTES:
            log.unlink()
    environment = {**os.environ, **processes.child_environment(1), "CROSSOVER_HOME": str(paths.home_folder().resolve())}
    try:
        with log.open("ab") as written:
            process = subprocess.Popen(
                [sys.executable, *SCHEDULER_COMMAND],
                cwd=_ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
                start_new_session=True,
            )
    except BaseException:
        starting.close()
        raise
    threading.Thread(target=_wait_for_lock, args=(process, starting), daemon=True).start()


def _wait_for_lock(process: subprocess.Popen[bytes], starting: Any) -> None:
    """Keeps others from starting a second scheduler until the first holds its lock; waits so that no zombie stays."""
    with starting:
        until = time.monotonic() + 5.0
        while time.monotonic() < until and process.poll() is None and not file_lock.is_locked(paths.scheduler_lock()):
            time.sleep(0.05)
    process.wait()
