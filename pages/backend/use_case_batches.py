"""Use cases played by one browser: their newest contests, and batches that play several one after another."""

from __future__ import annotations

from collections.abc import Sequence

from core.runtime import job_batches, jobs, run_history
from core.runtime.job_batches import Batch
from core.schema import Contest, LoadError
from pages.backend import contest_runs


def latest_use_case_contests(owner: str) -> dict[str, Contest]:
    """The newest contest of every use case this browser has played to its end: use case -> contest."""
    newest: dict[str, Contest] = {}
    for row in run_history.list_runs(owner):
        key = str(row["spec"]["extra"].get("key") or "")
        over = row["kind"] == "scenario" and row["has_result"] and row["state"] == "finished"
        if (
            over
            and key not in newest
            and (found := contest_runs.load_contest(row["id"], owner)) is not None
            and found.runs
        ):
            newest[key] = found
    return newest


def latest_batch(owner: str) -> Batch | None:
    """The newest round of use cases of this browser, or None."""
    return job_batches.batch_status(owner)


def start_batch(keys: Sequence[str], owner: str) -> str:
    """Starts a round of use cases and returns its id.

    Raises:
        LoadError: with the reason, if it cannot be queued.
    """
    try:
        return job_batches.start_batch(keys, owner)
    except jobs.JobRejected as refused:
        raise LoadError(str(refused)) from refused


def cancel_batch(owner: str, round_: str) -> None:
    """Cancels what is left of a round."""
    job_batches.cancel_batch(owner, round_)
