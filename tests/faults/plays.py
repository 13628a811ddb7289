"""Plays for tests of the engine: each does to its process, by plan, what a real run may do by accident."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np

from core.schema import Contest, LoadError, Plan, Progress, Run, Task
from core.workers.worker_process import WorkerLost, WorkerProcess

ACTOR = "tests.workers.actor:enter"


def made(job, *names: str, trouble: str | None = None) -> Contest:
    """A contest whose canary is the text the owner handed in."""
    runs = tuple(Run(name, name, "chance") for name in names)
    task = job.task or Task("y", "classification", "binary")
    return Contest(job.id, "d", {"canary": job.extra.get("canary", "")}, task, Plan(), runs, error=trouble)


def short(job) -> Contest:
    """Ends at once."""
    for step in range(3):
        job.on_progress(Progress("fit", step, 3, "dummy", 0, loss=1.0 / (step + 1)))
    return made(job, "dummy")


def steady(job) -> Contest:
    """Keeps one contestant, then works and tells for some seconds."""
    job.save_partial(made(job, "first"))
    job.on_progress(Progress("kept"))
    until = time.monotonic() + float(job.extra.get("seconds", 30))
    while time.monotonic() < until:
        job.on_progress(Progress("fit", 1, 10, "second"))
        time.sleep(0.02)
    return made(job, "first", "second")


def deaf(job) -> Contest:
    """Keeps one contestant, then never looks at the cancel flag again."""
    job.save_partial(made(job, "first"))
    job.on_progress(Progress("kept"))
    until = time.monotonic() + 60
    while time.monotonic() < until:
        pass
    return made(job)


def seated(job) -> Contest:
    """Lets a seat do the command in ``extra``; a lost seat is a reason, not the end."""
    with WorkerProcess(ACTOR, "second", memory_bytes=job.extra.get("memory")) as seat:
        job.save_partial(made(job, "first"))
        job.on_progress(Progress("seat", message=str(seat.pid)))
        try:
            seat.call(job.extra["command"], job.extra.get("payload"), job.on_progress)
        except WorkerLost as lost:
            return made(job, "first", trouble=str(lost))
    return made(job, "first", "second")


def greedy(job) -> Contest:
    """Takes memory in its own process until somebody ends it."""
    job.save_partial(made(job, "first"))
    held = []
    for _ in range(400):
        held.append(np.ones(50_000_000, dtype=np.uint8))
        time.sleep(0.02)
    return made(job)


def broken(job) -> Contest:
    """Raises what ``extra`` names."""
    error = {"load": LoadError("The target is constant.", "", "Choose another."), "full": OSError(28, "No space left")}
    raise error.get(job.extra["how"], ZeroDivisionError("by nought"))


def dies(job) -> Contest:
    """Sends itself the signal in ``extra``."""
    job.save_partial(made(job, "first"))
    os.kill(os.getpid(), int(job.extra["signal"]))
    time.sleep(60)
    return made(job)


def canary(job) -> Contest:
    """Answers what its own parcel holds."""
    text = (Path(job.folder) / "parcel" / "canary.txt").read_text(encoding="utf-8")
    job.on_progress(Progress("fit", message=text))
    time.sleep(0.02)
    return Contest(job.id, "d", {"canary": text}, Task("y", "classification", "binary"), job.plan)


PLAYS = {
    "short": short,
    "steady": steady,
    "deaf": deaf,
    "seated": seated,
    "greedy": greedy,
    "broken": broken,
    "dies": dies,
    "canary": canary,
}
