"""Jobs that make a bundle of a finished contest and predict a new file with it, outside the web process."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from core import limits
from core.runtime.job_runner import Job
from core.schema import Contest, Dataset, JsonObject, LoadError
from core.storage import dataset_store, json_codec, paths
from core.storage.run_store import RunStore, valid_run_id

MODEL, CARD, PREDICTIONS, TOLD = "model.zip", "card.json", "predictions.csv", "told.json"
KINDS = ("bundle", "predict")
HELD = re.compile(r"[0-9a-f]{32}")


def run_bundle(job: Job) -> None:
    """Fits a contestant of an earlier run on all rows and keeps its bundle; ``extra``: run (its id), contestant."""
    from core.bundles.bundle_maker import bundle_contest

    contest = _contest(str(job.extra["run"]), job.owner)
    data = _data(job, contest)
    card = bundle_contest(contest, data, str(job.extra["contestant"]), job.folder / MODEL, job.on_progress)
    told = {**card, "bytes": (job.folder / MODEL).stat().st_size}
    paths.write_atomically(job.folder / CARD, json.dumps(json_codec.to_plain(told, fallback=str)))


def run_prediction(job: Job) -> None:
    """Predicts an uploaded file with a bundle; ``extra``: bundle (the run that made it), file, name, fill_missing,
    reasons, renames."""
    from core.bundles.file_prediction import PredictionOrder, predict_file
    from core.bundles.loaded_bundle import load_bundle

    held = held_file(str(job.extra["file"]))
    try:
        asked = PredictionOrder(
            held, job.folder / PREDICTIONS, str(job.extra.get("name") or "file"), dict(job.extra.get("renames") or {}),
            bool(job.extra.get("fill_missing")), int(job.extra.get("reasons") or 0),
        )  # fmt: skip
        found = predict_file(load_bundle(model_file(str(job.extra["bundle"]), job.owner)), asked, job.on_progress)
        paths.write_atomically(job.folder / TOLD, json.dumps(json_codec.to_plain(found.to_json(), fallback=str)))
    finally:
        held.unlink(missing_ok=True)


def _contest(run: str, owner: str) -> Contest:
    try:
        contest: Contest = json_codec.loads((run_folder(run, owner) / "result.json").read_text(encoding="utf-8"))
    except OSError:
        raise LoadError("The contest is no longer here.", "", "Run it again.") from None
    return contest


def run_folder(run: str, owner: str) -> Path:
    """The folder of a run of this owner.

    Args:
        run: its id. owner: whose it is.

    Returns:
        The path.

    Raises:
        LoadError: there is no such run of this owner.
    """
    if valid_run_id(run) is not None:
        with RunStore() as store:
            if store.get(run, owner) is not None:
                return paths.runs_folder() / run
    raise LoadError("The run is no longer here.", "", "Run it again.")


def _data(job: Job, contest: Contest) -> Dataset:
    if contest.scenario is None:
        return dataset_store.load(job.folder / "parcel")
    from core import registry

    dataset: Dataset = registry.find("scenarios", contest.scenario).load(contest.plan.seed)[0]
    return dataset


def model_file(run: str, owner: str) -> Path:
    """The bundle that a run made.

    Args:
        run: its id. owner: whose it is.

    Returns:
        The path of the zip.

    Raises:
        LoadError: it is not there.
    """
    path = run_folder(run, owner) / MODEL
    if not path.is_file():
        raise LoadError("The bundle is not there yet.", "", "Make it first.")
    return path


def read_outcome(run: str, owner: str, name: str) -> JsonObject | None:
    """What a run of a bundle or a prediction told.

    Args:
        run: its id. owner: whose it is. name: ``CARD`` or ``TOLD``.

    Returns:
        Plain values, None before it has ended.
    """
    try:
        told = json.loads((run_folder(run, owner) / name).read_text(encoding="utf-8"))
    except (OSError, ValueError, LoadError):
        return None
    return told if isinstance(told, dict) else None


def held_file(id: str) -> Path:
    """Where an uploaded file waits for its prediction.

    Args:
        id: as ``hold_file`` gave it.

    Returns:
        Its path.

    Raises:
        LoadError: no such id.
    """
    if not HELD.fullmatch(id):
        raise LoadError("There is no such upload.", "", "Upload the file again.")
    return paths.home_folder() / "incoming" / id


def hold_file(content: BinaryIO) -> str:
    """Writes an upload to disk, unread, until its prediction has ended.

    Args:
        content: of the file.

    Returns:
        An id for ``held_file``.

    Raises:
        LoadError: it is too large, or the disk is full.
    """
    id = secrets.token_hex(16)
    path = held_file(id)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        with open(path, "wb") as file:
            while block := content.read(limits.MB):
                file.write(block)
                if file.tell() > limits.UPLOAD_BYTES:
                    raise LoadError("The file is larger than an upload may be.", "", "Use the command line for it.")
    except OSError as error:
        path.unlink(missing_ok=True)
        raise LoadError("The file could not be stored on this machine.", "", "Free some disk space.") from error
    except LoadError:
        path.unlink(missing_ok=True)
        raise
    return id


BUNDLE_FUNCTIONS: dict[str, Callable[[Job], None]] = {"bundle": run_bundle, "predict": run_prediction}
