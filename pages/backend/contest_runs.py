"""The runs of one browser: starting, watching, cancelling, loading, deleting, exporting and importing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core import verdicts
from core.runtime import jobs, run_history
from core.schema import Contest, LoadError, Plan, Task
from pages.backend import event_stream

UNFINISHED = ("queued", "running")


def submit_run(folder: Path | str | None, task: Task | None, plan: Plan, owner: str, **extra: Any) -> str:
    """Starts a contest (or a scenario, or more measurements) and returns its id at once.

    Raises:
        LoadError: with the reason, if it cannot be queued.
    """
    try:
        return jobs.submit(folder, task, plan, owner, **extra)
    except jobs.JobRejected as refused:
        raise LoadError(str(refused)) from refused


def play_again(contest: Contest, owner: str, plan: Plan, continued: bool = False, task: Task | None = None) -> str:
    """Starts a contest on the data of an earlier one under another plan; its id.

    Args:
        contest: the earlier one, of this browser. plan: what is changed stands in it.
        continued: keep the earlier folds and fit only those behind them. task: another question on the same data.

    Raises:
        LoadError: the data are no longer kept, or the run cannot be queued.
    """
    title = str((jobs.get_state(contest.id, owner) or {}).get("title") or "")
    if contest.scenario is not None:
        more = {"key": contest.scenario, "seconds": plan.budget_seconds, "seed": plan.seed}
        return submit_run(None, None, plan, owner, kind="scenario", title=title, **more)
    if continued:
        return submit_run(None, contest.task, plan, owner, kind="continue", title=title, run=contest.id)
    try:
        folder = jobs.earlier_dataset(contest.id, owner)
    except jobs.JobRejected as refused:
        raise LoadError(str(refused)) from refused
    return submit_run(folder, task or contest.task, plan, owner, title=title)


def start_engine() -> None:
    """Wakes the engine while the visitor still reads."""
    jobs.ensure_scheduler()


def run_state(run: str | None, owner: str) -> dict[str, Any] | None:
    """Where a run stands, or None when this browser does not own such a run."""
    return jobs.get_state(run, owner)


def run_events(run: str, owner: str) -> Sequence[Mapping[str, Any]]:
    """The news of a run so far, those that are drawn."""
    return event_stream.read_events(run, owner)


def cancel_run(run: str, owner: str) -> None:
    """Asks a run to stop."""
    jobs.cancel(run, owner)


def load_contest(run: str | None, owner: str) -> Contest | None:
    """The result of a run, as far as it got; None too when it cannot be read any more."""
    try:
        return jobs.load_result(run, owner)
    except ValueError:
        return None


def load_partial_contest(run: str, owner: str) -> Contest | None:
    """A running contest with the comparisons of its finished folds, which name no winner; None before there are any."""
    found = load_contest(run, owner)
    if found is None:
        return None
    used, method = int(found.dataset.get("rows_used") or 0), found.method
    return replace(found, comparisons=verdicts.compare_unfinished(found.runs, found.plan, rows=used, method=method))


def list_runs(owner: str) -> list[dict[str, Any]]:
    """This browser's runs, the newest first."""
    return run_history.list_runs(owner)


def run_summary(run: Mapping[str, Any], owner: str, make: Callable[[Contest], dict[str, Any]]) -> dict[str, Any] | None:
    """What ``make`` says of a run's result as plain data, kept beside the result and made anew when that changes.

    Args:
        run: a row of the history. make: from nothing but the result.

    Returns:
        None where there is no result that can be read.
    """
    return run_history.summarize_run(str(run["id"]), owner, lambda: load_contest(str(run["id"]), owner), make)


def load_contests(owner: str, most: int = 40) -> list[Contest]:
    """The newest results of this browser, for claims that look at every contest played."""
    ended = [row for row in run_history.list_runs(owner) if row["has_result"] and row["state"] not in UNFINISHED]
    there = {row["id"] for row in ended}
    # Further measurements are stored in the earlier run as well; counted twice they would vote twice.
    ended = [row for row in ended if row["kind"] != "measure" or row["spec"]["extra"].get("run") not in there]
    with_result = [row["id"] for row in ended][:most]
    return [found for run in with_result if (found := load_contest(run, owner)) is not None]


def delete_run(run: str, owner: str) -> None:
    """Deletes a run and all it left."""
    run_history.delete_run(run, owner)


def export_history(owner: str) -> bytes:
    """This browser's history as one file."""
    return run_history.export_runs(owner)


def import_history(owner: str, content: bytes) -> int:
    """Takes an exported history in; returns how many runs came.

    Raises:
        LoadError: if the file is not such an export.
    """
    return run_history.restore_runs(owner, content)


def latest_finished_run(owner: str) -> str | None:
    """The newest finished run, or None."""
    return next(
        (row["id"] for row in run_history.list_runs(owner) if row["has_result"] and row["state"] == "finished"), None
    )


def unfinished_run(owner: str) -> str | None:
    """The newest run of this browser that waits or runs, for a page that lost sight of it."""
    return next((row["id"] for row in run_history.list_runs(owner) if row["state"] in UNFINISHED), None)
