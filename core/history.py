"""What was run, kept across restarts: list, delete, take along as a file, bring back, and stay within the quota."""

from __future__ import annotations

import contextlib
import io
import json
import math
import re
import secrets
import shutil
import time
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from core import limits
from core.tools import home, wire
from core.tools.store import ENDED, Store, rid
from core.vocabulary import Contest, LoadError

_MEMBER = re.compile(r"[0-9a-f]{32}\.json")
_INDEX = "runs.json"
_KEPT = ("kind", "name", "title", "state", "reason", "created", "started", "ended", "spec")
_HOW = "Choose a file that was saved with 'Export history'."


def runs(owner: str) -> list[dict[str, Any]]:
    """An owner's runs, newest first: their id, kind, name, title, state, reason, times, spec and ``has_result``."""
    with Store() as store:
        rows = store.of(owner)
    return [_shown(row) for row in rows if row["kind"] != "live"]


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    folder = home.runs() / row["id"]
    there = any((folder / name).exists() for name in ("result.json", "partial.json"))
    return {key: row[key] for key in ("id", *_KEPT)} | {"has_result": there, "spec": json.loads(row["spec"])}


def delete(id: str, owner: str) -> bool:
    """Removes an ended run with everything it left; False when it is not there, not the owner's, or still going."""
    if rid(id) is None:
        return False
    with Store() as store:
        gone = store.forget(id, owner)
    if gone:
        shutil.rmtree(home.runs() / id, ignore_errors=True)
    return gone


def tidy(owner: str) -> int:
    """Removes an owner's oldest ended runs beyond the quota; how many."""
    with Store() as store:
        old = [row["id"] for row in store.of(owner)[limits.RUNS_KEPT_PER_OWNER :] if row["state"] in ENDED]
    return sum(delete(id, owner) for id in old)


def expire() -> int:
    """Removes the data sets of runs that ended a day ago, and the oldest ones while the server holds too much; results
    stay. Returns how many data sets went."""
    with Store() as store:
        over = store.ended()
    folders = [(home.runs() / id / "parcel", at) for id, at in over]
    held = [(folder, at, _size(folder)) for folder, at in folders if folder.is_dir()]
    total, gone, now = sum(size for _, _, size in held), 0, time.time()
    for folder, at, size in held:
        if now - at > limits.RUN_DATA_KEPT_SECONDS or total > limits.SERVER_BYTES:
            shutil.rmtree(folder, ignore_errors=True)
            total, gone = total - size, gone + 1
    return gone


def sweep_uploads(older_than: float = limits.UPLOAD_KEPT_SECONDS) -> int:
    """Removes uploads (and their parcels) that nobody touched for so many seconds, and the ones untouched for longest
    while all of them hold more than the server keeps; cached samples stay, and so does what a run has linked. Returns
    how many went."""
    gone, now, there = 0, time.time(), []
    for folder in home.parcels().iterdir():
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
                gone, total = gone + 1, total - size
    return gone


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.lstat().st_size
    return total


def export(owner: str) -> bytes:
    """All ended runs of an owner as a zip of plain JSON files; the data sets themselves stay here."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        index = []
        with Store() as store:
            rows = [row for row in store.of(owner) if row["state"] in ENDED and row["kind"] != "live"]
        for row in rows:
            index.append({key: row[key] for key in ("id", *_KEPT)})
            for name in ("result.json", "partial.json"):
                path = home.runs() / row["id"] / name
                if path.exists():
                    archive.write(path, f"{row['id']}.json")
                    break
        archive.writestr(_INDEX, json.dumps(index, ensure_ascii=False))
    return packed.getvalue()


def restore(owner: str, data: bytes) -> int:
    """Brings an export back as runs of this owner, under fresh ids; how many came.

    Raises:
        LoadError: too big, damaged, or not an export of Crossover. Nothing has been kept then.
    """
    found = _unpacked(data)
    with Store() as store:
        for row, contest in found:
            id = secrets.token_hex(16)
            folder = home.runs() / id
            folder.mkdir(mode=0o700)
            try:
                if contest is not None:
                    home.write(folder / "result.json", wire.dumps(replace(contest, id=id)))
                store.add({**row, "id": id, "owner": owner})
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
    tidy(owner)
    return len(found)


def _unpacked(data: bytes) -> list[tuple[dict[str, Any], Contest | None]]:
    if len(data) > limits.RESTORE_BYTES:
        raise LoadError(f"The file is larger than {limits.RESTORE_BYTES / limits.MB:,.0f} MB, the limit.", "", _HOW)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _members(archive)
            index = json.loads(archive.read(_INDEX))
            if not isinstance(index, list) or len(index) > 2 * limits.RUNS_KEPT_PER_OWNER:
                raise ValueError("the index is no list of runs")
            found = []
            for entry in index:
                row, name = _row(entry), f"{entry['id']}.json"
                found.append((row, wire.loads(archive.read(name).decode("utf-8")) if name in members else None))
            return found
    except LoadError:
        raise
    except (
        zipfile.BadZipFile,
        ValueError,
        KeyError,
        TypeError,
        RuntimeError,
        EOFError,
        OSError,
        RecursionError,
    ) as fault:
        raise LoadError("This is not an export of Crossover, or it was damaged.", str(fault)[:120], _HOW) from fault
    except Exception as fault:  # zlib and struct errors of a damaged archive have no common class
        raise LoadError("This is not an export of Crossover, or it was damaged.", "", _HOW) from fault


def _members(archive: zipfile.ZipFile) -> set[str]:
    total = 0
    for entry in archive.infolist():
        if not (entry.filename == _INDEX or _MEMBER.fullmatch(entry.filename)):
            raise ValueError("it holds files of other names")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or entry.flag_bits & 1:
            raise ValueError("a member is packed in an unusual way")
        total += entry.file_size
    if total > 4 * limits.RESTORE_BYTES:
        raise LoadError(f"Unpacked it would be {total / limits.MB:,.0f} MB, above the limit.", "", _HOW)
    return {entry.filename for entry in archive.infolist()}


def _row(entry: Any) -> dict[str, Any]:
    if not isinstance(entry, dict) or rid(entry.get("id")) is None or entry.get("state") not in ENDED:
        raise ValueError("an entry of the index is no ended run")
    row: dict[str, Any] = {key: entry.get(key) for key in _KEPT}
    for key in ("kind", "name", "title", "reason", "spec"):
        if not isinstance(row[key], str) or len(row[key]) > 200_000:
            raise ValueError(f"{key} is no text")
    for key in ("created", "started", "ended"):
        value = row[key]
        number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        if not number and (value is not None or key == "created"):
            raise ValueError(f"{key} is no time")
    spec = json.loads(row["spec"])
    if not isinstance(spec, dict) or set(spec) != {"task", "plan", "extra"}:
        raise ValueError("spec is of another shape")
    return row
