"""Bundles of the models of a contest and files predicted with them: started, watched and fetched for the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

from core.bundles.loaded_bundle import NO_FILE
from core.runtime import bundle_jobs, jobs, run_history
from core.schema import Contest, LoadError
from pages.backend import contest_runs


def start_bundle(contest: Contest, contestant: str, owner: str) -> str:
    """Fits a model of a contest on all rows and bundles it, as a run; its id.

    Raises:
        LoadError: the data are no longer kept, or the run cannot be queued.
    """
    try:
        folder = None if contest.scenario is not None else jobs.earlier_dataset(contest.id, owner)
    except jobs.JobRejected as refused:
        raise LoadError(str(refused)) from refused
    extra = {"run": contest.id, "contestant": contestant}
    return contest_runs.submit_run(folder, contest.task, contest.plan, owner, kind="bundle", **extra)


def start_prediction(
    contest: Contest, bundle: str, name: str, content: BinaryIO, owner: str, options: Mapping[str, Any]
) -> str:
    """Predicts an uploaded file with a bundle, as a run; its id. The file is stored unread.

    Args:
        bundle: the run that made it. name: of the file. options: fill_missing, reasons.

    Raises:
        LoadError: the file cannot be stored, or the run cannot be queued.
    """
    held = bundle_jobs.hold_file(content)
    extra = {"bundle": bundle, "file": held, "name": name, **options}
    try:
        return contest_runs.submit_run(None, contest.task, contest.plan, owner, kind="predict", **extra)
    except LoadError:
        bundle_jobs.held_file(held).unlink(missing_ok=True)
        raise


def find_bundle(contest: str, contestant: str, owner: str) -> Mapping[str, Any] | None:
    """The newest run that bundled a model of a contest, or None."""
    wanted = {"run": contest, "contestant": contestant}
    rows = run_history.list_kind(owner, "bundle")
    return next((row for row in rows if wanted.items() <= row["spec"].get("extra", {}).items()), None)


def find_prediction(bundle: str, owner: str) -> Mapping[str, Any] | None:
    """The newest run that predicted a file with a bundle, or None."""
    rows = run_history.list_kind(owner, "predict")
    return next((row for row in rows if row["spec"].get("extra", {}).get("bundle") == bundle), None)


def no_file_reason(kind: str) -> str:
    """Why models of a kind of task have no file to predict, in words; "" where they have one."""
    return NO_FILE.get(kind, "")


def bundle_card(run: str, owner: str) -> Mapping[str, Any] | None:
    """What stands on the card of a finished bundle, with its ``bytes``."""
    return bundle_jobs.read_outcome(run, owner, bundle_jobs.CARD)


def prediction_outcome(run: str, owner: str) -> Mapping[str, Any] | None:
    """What came of a predicted file."""
    return bundle_jobs.read_outcome(run, owner, bundle_jobs.TOLD)


def bundle_bytes(run: str, owner: str) -> bytes:
    """The zip that a run made."""
    return bundle_jobs.model_file(run, owner).read_bytes()


def prediction_bytes(run: str, owner: str) -> bytes:
    """The predictions that a run wrote, as CSV in which no cell is a formula."""
    return (bundle_jobs.run_folder(run, owner) / bundle_jobs.PREDICTIONS).read_bytes()
