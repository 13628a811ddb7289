"""A batch: several use cases played one after another, each an ordinary run, that goes on without anybody watching.

Every run of a batch puts the next one into the queue as it starts. So one run at most waits for it, other visitors keep
their turn, a crash of one use case does not take the others along, and a restarted machine goes on with the next.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core import registry
from core.runtime import jobs, run_history
from core.schema import Cancelled, Facts
from core.storage.run_store import ENDED, JobRejected


@dataclass(frozen=True)
class Batch:
    """How far a batch has come. ``runs``: its rows of the history by use case; one without a row has not started."""

    id: str
    keys: tuple[str, ...]
    runs: Mapping[str, Facts]

    @property
    def done(self) -> int:
        """Use cases that have ended, however they ended."""
        return sum(row["state"] in ENDED for row in self.runs.values())

    @property
    def current(self) -> Facts | None:
        """The run that is played, else the one that waits, or None."""
        for state in ("running", "queued"):
            for row in self.runs.values():
                if row["state"] == state:
                    return row
        return None

    @property
    def cancelled(self) -> bool:
        """Whether one of its runs was cancelled, which ends the batch."""
        return any(row["state"] == "cancelled" for row in self.runs.values())

    @property
    def missing(self) -> tuple[str, ...]:
        """Use cases that were never started, in order."""
        return tuple(key for key in self.keys if key not in self.runs)


def start_batch(keys: Sequence[str], owner: str) -> str:
    """Starts a batch of these use cases and returns its id at once.

    Raises:
        JobRejected: the first run was not accepted; the reason in words.
        ValueError: no use cases were named.
    """
    if not keys:
        raise ValueError("a round needs at least one use case")
    id = secrets.token_hex(16)
    _submit(id, list(keys), 0, owner)
    return id


def queue_next(extra: Facts, owner: str) -> None:
    """Called as a run starts: puts the next use case of its batch, if batch is one, into the queue.

    A refusal (too many runs waiting, no disk left) ends the batch there; the page offers the rest again.

    Raises:
        Cancelled: a run of this batch was cancelled, so this one is not to be played either.
    """
    id, keys = str(extra.get("round") or ""), list(extra.get("keys") or ())
    if not id or extra.get("key") not in keys:
        return
    batch = batch_status(owner, id)
    if batch is not None and batch.cancelled:
        raise Cancelled("the round was cancelled")
    after = keys.index(extra["key"]) + 1
    if after < len(keys) and (batch is None or keys[after] not in batch.runs):
        with contextlib.suppress(JobRejected):
            _submit(id, keys, after, owner)


def batch_status(owner: str, id: str | None = None) -> Batch | None:
    """A batch of this owner by id, else the newest; None when batch is none."""
    rows = [row for row in run_history.list_runs(owner) if row["spec"]["extra"].get("round")]
    if id is None:
        id = rows[0]["spec"]["extra"]["round"] if rows else None
    own = [row for row in rows if row["spec"]["extra"]["round"] == id]
    if not own:
        return None
    keys = tuple(str(key) for key in own[0]["spec"]["extra"].get("keys") or ())
    return Batch(str(id), keys, {str(row["spec"]["extra"].get("key")): row for row in own})


def cancel_batch(owner: str, id: str) -> int:
    """Stops what is played of a batch and takes back what waits; how many runs that were."""
    batch = batch_status(owner, id)
    waiting = [row for row in (batch.runs.values() if batch else ()) if row["state"] not in ENDED]
    # The one that waits goes first: the one being played can no longer hand over to it.
    waiting.sort(key=lambda row: row["state"] == "running")
    return sum(jobs.cancel(row["id"], owner) for row in waiting)


def _submit(id: str, keys: list[str], index: int, owner: str) -> None:
    scenario = registry.find("scenarios", keys[index])
    jobs.submit(
        None, None, scenario.plan, owner, kind="scenario", key=scenario.key, title=scenario.title, round=id, keys=keys
    )
