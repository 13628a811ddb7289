"""Plays one run in its own process: loads the data, calls the arena, keeps what is finished, says how it ended."""

from __future__ import annotations

import contextlib
import datetime
import errno
import json
import sqlite3
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from core import limits
from core.runtime import run_times
from core.schema import Cancelled, Contest, Dataset, Facts, LoadError, Plan, Progress, Task
from core.storage import json_codec, paths
from core.storage.run_store import RunStore
from core.workers import processes

CANCEL_CHECK_SECONDS = 0.1
CURVE_SECONDS = 0.02


@dataclass(frozen=True)
class Job:
    """What a job function is given: the run's folder (its data set is in ``parcel``), what was asked, two callbacks."""

    id: str
    folder: Path
    task: Task | None
    plan: Plan
    extra: Facts
    on_progress: Callable[[Progress], None]
    save_partial: Callable[[Contest], None]
    owner: str = ""


JobFunction = Callable[[Job], Contest | None]


class ProgressWriter:
    """Writes progress into the store and raises Cancelled once the owner has asked to stop."""

    def __init__(self, store: RunStore, id: str) -> None:
        self._store, self._id = store, id
        self._checked_at = 0.0
        self._curves: dict[tuple[Any, ...], tuple[float, float]] = {}

    def __call__(self, progress: Progress) -> None:
        self.check_cancelled()
        curve = progress.loss is not None or progress.score is not None
        key = (progress.stage, progress.contestant, progress.fold)
        now = time.monotonic()
        first, last = self._curves.get(key, (now, -1.0))
        # A curve keeps points at even ratios of time: about 120 of them however long a fit takes.
        if curve and progress.step < progress.total and now - last < max(CURVE_SECONDS, 0.05 * (now - first)):
            return
        self._curves[key] = (first, now)
        with contextlib.suppress(sqlite3.OperationalError):  # progress may be lost on a full disk, the result may not
            self._store.add_event(self._id, json_codec.dumps(progress))  # type: ignore[arg-type]

    def check_cancelled(self) -> None:
        """Checks the cancel flag, ten times a second at most."""
        now = time.monotonic()
        if now - self._checked_at >= CANCEL_CHECK_SECONDS:
            self._checked_at = now
            if self._store.cancel_requested_at(self._id) is not None:
                raise Cancelled("cancelled")


def run_in_child(id: str, functions: str) -> None:
    """Entry of the run's own process, called by the scheduler.

    functions: ``module:NAME`` of a mapping from the kind of a job to its function.
    """
    processes.configure_child(1, "cpu", group=0)
    module, _, name = functions.partition(":")
    run_job(id, getattr(import_module(module), name))


def run_job(id: str, functions: Mapping[str, JobFunction]) -> None:
    """Plays a run that the store says is running, writes its result and then its end."""
    with RunStore() as store:
        row = store.get(id)
        if row is None or row["state"] != "running":
            return
        folder = paths.runs_folder() / id
        state, reason = _outcome(store, row, folder, functions)
        store.finish(id, state, reason)


def _outcome(store: RunStore, row: Facts, folder: Path, functions: Mapping[str, JobFunction]) -> tuple[str, str]:
    try:
        job = _make_job(store, row, folder)
        job.on_progress(Progress("start", message="the worker is ready"))
        contest = functions[row["kind"]](job)
        if contest is not None:
            _write(folder / "result.json", contest, job.id)
            if row["kind"] == "contest":
                run_times.remember(contest)
        (folder / "partial.json").unlink(missing_ok=True)
    except Cancelled:
        return "cancelled", "cancelled; what was finished is kept"
    except LoadError as error:
        return "failed", str(error)
    except MemoryError:
        return "interrupted", "the run ran out of memory; try fewer rows or contestants"
    except Exception as error:
        if (isinstance(error, OSError) and error.errno == errno.ENOSPC) or "disk is full" in str(error):
            return "interrupted", "the disk is full; free some space and run again"
        with contextlib.suppress(OSError):
            paths.write_atomically(folder / "trouble.txt", traceback.format_exc())
        return "failed", f"Something went wrong inside ({type(error).__name__}): {' '.join(str(error).split())[:300]}"
    return "finished", (contest.error or "") if contest is not None else ""


def _make_job(store: RunStore, row: Facts, folder: Path) -> Job:
    spec = json.loads(row["spec"])
    return Job(
        id=row["id"],
        folder=folder,
        task=None if spec["task"] is None else json_codec.from_plain(Task, spec["task"]),
        plan=json_codec.from_plain(Plan, spec["plan"]),
        extra=spec["extra"],
        on_progress=ProgressWriter(store, row["id"]),
        save_partial=lambda contest: _write(folder / "partial.json", contest, row["id"]),
        owner=row["owner"],
    )


def _write(path: Path, contest: Contest, id: str) -> None:
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    paths.write_atomically(path, json_codec.dumps(replace(contest, id=id, finished=contest.finished or now)))


def _load_data(job: Job) -> Dataset:
    from core.storage import dataset_store

    return dataset_store.load(job.folder / "parcel")


def run_contest(job: Job) -> Contest:
    """Plays a whole contest on the run's data set."""
    from core import arena

    if job.task is None:
        raise LoadError("There is nothing to predict yet.", "", "Choose a target column first.")
    contest = arena.tournament(
        _load_data(job),
        job.task,
        job.plan,
        job.on_progress,
        save_partial=job.save_partial,
        folder=job.folder / "models",
    )
    if job.extra.get("samples"):
        job.save_partial(contest)
        contest = arena.run_sample_contests(contest, job.on_progress)
    return contest


def run_continuation(job: Job) -> Contest:
    """Further folds of an earlier contest, which stays as it was; ``extra``: run (its id)."""
    from core import arena

    folder = paths.runs_folder() / str(job.extra["run"])
    earlier = json_codec.loads((folder / "result.json").read_text(encoding="utf-8"))
    contest = arena.continue_contest(earlier, _load_data(job), job.plan, job.on_progress, save_partial=job.save_partial)
    for name in ("models", paths.KEPT_MODELS):
        if (folder / name).is_dir():
            paths.link_folder(folder / name, job.folder / name)
    return contest


def run_measurements(job: Job) -> Contest:
    """Adds readings to an earlier contest, stored there too one by one; ``extra``: run (its id), keys,
    ``explain`` where all items are to be explained, and ``samples`` where short contests on embedded data of other
    kinds are wanted too."""
    from core import arena

    folder = paths.runs_folder() / str(job.extra["run"])
    earlier = json_codec.loads((folder / "result.json").read_text(encoding="utf-8"))

    def save(contest: Contest) -> None:
        job.save_partial(contest)
        if folder.is_dir():
            _write(folder / "result.json", contest, earlier.id)

    contest, keys = earlier, tuple(job.extra["keys"])
    if keys or not job.extra.get("explain"):
        contest = arena.measure_contest(earlier, _load_data(job), keys, job.on_progress, save_partial=save)
    if job.extra.get("explain"):
        kept = folder / paths.KEPT_MODELS if paths.models_kept(folder) else None
        contest = arena.explain_contest(contest, _load_data(job), job.on_progress, kept=kept)
    if job.extra.get("samples"):
        save(contest)
        contest = arena.run_sample_contests(contest, job.on_progress)
    save(contest)
    return contest


def run_scenario(job: Job) -> Contest:
    """Plays one use case of the document; ``extra``: key, and perhaps seconds, seed, and the batch it belongs to."""
    from core import arena, registry
    from core.runtime import job_batches

    job_batches.queue_next(job.extra, job.owner)
    key, seconds, seed = str(job.extra["key"]), job.extra.get("seconds"), int(job.extra.get("seed", 0))
    plan = registry.find("scenarios", key).plan
    plan = replace(plan, budget_seconds=float(seconds)) if seconds else plan
    return arena.run_use_case(
        key, plan, seed, job.on_progress, save_partial=job.save_partial, folder=job.folder / "models"
    )


def run_live_session(job: Job) -> None:
    """Lets the models of an earlier run answer questions until nobody asks any more; ``extra``: run (its id)."""
    from core import arena, registry
    from core.storage import dataset_store

    folder = paths.runs_folder() / str(job.extra["run"])
    earlier = json_codec.loads((folder / "result.json").read_text(encoding="utf-8"))
    if earlier.scenario is not None:
        data, _ = registry.find("scenarios", earlier.scenario).load(earlier.plan.seed)
    elif (folder / "parcel").is_dir():
        data = dataset_store.load(folder / "parcel")
    else:
        hours = limits.RUN_DATA_KEPT_SECONDS / 3600
        raise LoadError(f"The data of this run is no longer kept (it goes after {hours:.0f} hours). Upload it again.")
    idle, longest = float(limits.LIVE_IDLE_SECONDS), float(limits.LIVE_SECONDS)
    use = lambda service: arena.serve(service, job.folder, idle, longest)  # noqa: E731
    arena.open_service(
        earlier, data, job.on_progress, use, kept=folder / paths.KEPT_MODELS if paths.models_kept(folder) else None
    )


def run_bundle_job(job: Job) -> None:
    """Makes a bundle, or predicts a file with one; ``extra``: see ``core.runtime.bundle_jobs``."""
    from core.runtime import bundle_jobs

    bundle_jobs.BUNDLE_FUNCTIONS["predict" if "bundle" in job.extra else "bundle"](job)


JOB_FUNCTIONS: Mapping[str, JobFunction] = {
    "contest": run_contest,
    "continue": run_continuation,
    "measure": run_measurements,
    "scenario": run_scenario,
    "live": run_live_session,
    "bundle": run_bundle_job,
    "predict": run_bundle_job,
}
