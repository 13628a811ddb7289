"""The history of runs, kept across restarts: list, delete, export, restore, and stay within the quota."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from core import limits
from core.ingest import sandbox
from core.schema import Contest, Facts, JsonObject, LoadError
from core.storage import paths
from core.storage.history_archive import CHOOSE_EXPORT, INDEX, RUN_FIELDS
from core.storage.run_store import ENDED, RunStore, valid_run_id

SUMMARY = "summary_1.json"
# Kinds of runs that serve an earlier one and have no result of their own.
NO_RESULT = ("live", "bundle", "predict")


def list_runs(owner: str) -> list[JsonObject]:
    """An owner's runs, newest first: their id, kind, name, title, state, reason, times, spec and ``has_result``."""
    with RunStore() as store:
        rows = store.runs_of(owner)
    return [_summary(row) for row in rows if row["kind"] not in NO_RESULT]


def list_kind(owner: str, kind: str) -> list[JsonObject]:
    """An owner's runs of one kind that leaves no result of its own, newest first.

    Args:
        owner: whose. kind: "bundle", "predict" or "live".

    Returns:
        As ``list_runs``.
    """
    with RunStore() as store:
        rows = store.runs_of(owner)
    return [_summary(row) for row in rows if row["kind"] == kind]


def _summary(row: Facts) -> JsonObject:
    folder = paths.runs_folder() / row["id"]
    there = any((folder / name).exists() for name in ("result.json", "partial.json"))
    return {key: row[key] for key in ("id", *RUN_FIELDS)} | {"has_result": there, "spec": json.loads(row["spec"])}


def summarize_run(
    id: str, owner: str, load: Callable[[], Contest | None], make: Callable[[Contest], JsonObject]
) -> JsonObject | None:
    """A short account of a run's result, kept beside the result so that a list of runs need not read them all.

    Args:
        id, owner: of the run. load: reads its result. make: the account, from nothing but the result; when it changes,
            ``SUMMARY`` takes another name.

    Returns:
        None where the run is not there, not the owner's, or has no result that can be read.
    """
    folder = paths.runs_folder() / id
    with RunStore() as store:
        if valid_run_id(id) is None or store.get(id, owner) is None:
            return None
    made = [path.stat().st_mtime_ns for name in ("result.json", "partial.json") if (path := folder / name).exists()]
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        if made and kept["of"] == made[0]:
            return dict(kept["summary"])
    contest = load() if made else None
    if contest is None:
        return None
    summary = make(contest)
    with contextlib.suppress(OSError):
        (folder / SUMMARY).write_text(json.dumps({"of": made[0], "summary": summary}), encoding="utf-8")
    return summary


def delete_run(id: str, owner: str) -> bool:
    """Removes an ended run with everything it left; False when it is not there, not the owner's, or still going."""
    if valid_run_id(id) is None:
        return False
    with RunStore() as store:
        removed = store.delete(id, owner)
    if removed:
        shutil.rmtree(paths.runs_folder() / id, ignore_errors=True)
    return removed


def remove_old_runs(owner: str) -> int:
    """Removes an owner's oldest ended runs beyond the quota; how many."""
    with RunStore() as store:
        old = [row["id"] for row in store.runs_of(owner)[limits.RUNS_KEPT_PER_OWNER :] if row["state"] in ENDED]
    return sum(delete_run(id, owner) for id in old)


def remove_expired_data() -> int:
    """Removes the data sets and kept models of runs that ended a day ago, and the oldest ones while the server holds
    too much; results stay. Returns how many folders went."""
    with RunStore() as store:
        over = store.ended_runs()
    names = ("parcel", paths.KEPT_MODELS)
    folders = [(paths.runs_folder() / id / name, at) for id, at in over for name in names]
    held = [(folder, at, _size(folder)) for folder, at in folders if folder.is_dir()]
    total, removed, now = sum(size for _, _, size in held), 0, time.time()
    for folder, at, size in held:
        if now - at > limits.RUN_DATA_KEPT_SECONDS or total > limits.SERVER_BYTES:
            shutil.rmtree(folder, ignore_errors=True)
            total, removed = total - size, removed + 1
    return removed


def remove_stale_uploads(older_than: float = limits.UPLOAD_KEPT_SECONDS) -> int:
    """Removes uploads (and their data sets) that nobody touched for so many seconds, and the ones untouched for longest
    while all of them hold more than the server keeps; cached samples stay, and so does what a run has linked. Returns
    how many went."""
    removed, now, there = 0, time.time(), []
    for folder in paths.datasets_folder().iterdir():
        with contextlib.suppress(OSError):
            if not folder.name.startswith("sample-"):
                inside = folder.iterdir() if folder.is_dir() else ()
                there.append((max(path.stat().st_mtime for path in (folder, *inside)), folder, _size(folder)))
    total = sum(size for _, _, size in there)
    for touched, folder, size in sorted(there):
        with contextlib.suppress(OSError):
            idle = now - touched
            if idle > older_than or (total > limits.SERVER_BYTES and idle > limits.UPLOAD_SAFE_SECONDS):
                shutil.rmtree(folder) if folder.is_dir() else folder.unlink()
                removed, total = removed + 1, total - size
    return removed


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.lstat().st_size
    return total


def export_runs(owner: str) -> bytes:
    """All ended runs of an owner as a zip of plain JSON files; the data sets themselves stay here."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        index = []
        with RunStore() as store:
            rows = [row for row in store.runs_of(owner) if row["state"] in ENDED and row["kind"] not in NO_RESULT]
        for row in rows:
            index.append({key: row[key] for key in ("id", *RUN_FIELDS)})
            for name in ("result.json", "partial.json"):
                path = paths.runs_folder() / row["id"] / name
                if path.exists():
                    archive.write(path, f"{row['id']}.json")
                    break
        archive.writestr(INDEX, json.dumps(index, ensure_ascii=False))
    return packed.getvalue()


def restore_runs(owner: str, data: bytes) -> int:
    """Brings an export back as runs of this owner, under fresh ids; how many came.

    The bytes are parsed by a child process with limits; this process moves what came of them.

    Raises:
        LoadError: too big, damaged, or not an export of Crossover. Nothing has been kept then.
    """
    if len(data) > limits.HISTORY_IMPORT_BYTES:
        raise LoadError(
            f"The file is larger than {limits.HISTORY_IMPORT_BYTES / limits.MB:,.0f} MB, the limit.", "", CHOOSE_EXPORT
        )
    with tempfile.TemporaryDirectory(dir=paths.home_folder()) as folder:
        sent, made = Path(folder) / "export.zip", Path(folder) / "runs"
        sent.write_bytes(data)
        found = sandbox.run_reader({"path": str(sent), "runs": str(made)}, "core.runtime.history_import")
        with RunStore() as store:
            for row in found["runs"]:
                _restore_run(store, {**row, "owner": owner}, made / f"{row['id']}.json")
    remove_old_runs(owner)
    return len(found["runs"])


def _restore_run(store: RunStore, row: JsonObject, result: Path) -> None:
    folder = paths.runs_folder() / row["id"]
    folder.mkdir(mode=0o700)
    try:
        if result.exists():
            os.replace(result, folder / "result.json")
        store.add(row)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
