"""The zip of an exported history: what it holds, checked under limits before anything of it is used."""

from __future__ import annotations

import json
import math
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from core import limits
from core.schema import Contest, JsonObject, LoadError
from core.storage import json_codec
from core.storage.run_store import ENDED, valid_run_id

INDEX = "runs.json"
RUN_FIELDS = ("kind", "name", "title", "state", "reason", "created", "started", "ended", "spec")
CHOOSE_EXPORT = "Choose a file that was saved with 'Export history'."
TEXT_CHARACTERS = 200_000
_MEMBER = re.compile(limits.RUN_ID_PATTERN + r"\.json")


@dataclass(frozen=True)
class ArchivedRun:
    """One run of an export: its row of the index without an owner, and its result where it has one."""

    row: JsonObject
    contest: Contest | None


def read_archive(path: Path) -> list[ArchivedRun]:
    """Every run of an export, checked under limits.

    Args:
        path: of the zip.

    Raises:
        LoadError: too big, damaged, or not an export of Crossover.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = _checked_members(archive)
            index = json.loads(archive.read(INDEX))
            if not isinstance(index, list) or len(index) > 2 * limits.RUNS_KEPT_PER_OWNER:
                raise ValueError("the index is no list of runs")
            found = []
            for entry in index:
                row, name = _checked_row(entry), f"{entry['id']}.json"
                contest = json_codec.loads(archive.read(name).decode("utf-8")) if name in members else None
                found.append(ArchivedRun(row, contest))
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
        raise LoadError(
            "This is not an export of Crossover, or it was damaged.", str(fault)[:120], CHOOSE_EXPORT
        ) from fault
    except Exception as fault:  # zlib and struct errors of a damaged archive have no common class
        raise LoadError("This is not an export of Crossover, or it was damaged.", "", CHOOSE_EXPORT) from fault


def _checked_members(archive: zipfile.ZipFile) -> set[str]:
    total = 0
    for entry in archive.infolist():
        if not (entry.filename == INDEX or _MEMBER.fullmatch(entry.filename)):
            raise ValueError("it holds files of other names")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or entry.flag_bits & 1:
            raise ValueError("a member is packed in an unusual way")
        total += entry.file_size
    if total > 4 * limits.HISTORY_IMPORT_BYTES:
        raise LoadError(f"Unpacked it would be {total / limits.MB:,.0f} MB, above the limit.", "", CHOOSE_EXPORT)
    return {entry.filename for entry in archive.infolist()}


def _checked_row(entry: object) -> JsonObject:
    if not isinstance(entry, dict) or valid_run_id(entry.get("id")) is None or entry.get("state") not in ENDED:
        raise ValueError("an entry of the index is no ended run")
    row: JsonObject = {key: entry.get(key) for key in RUN_FIELDS}
    for key in ("kind", "name", "title", "reason", "spec"):
        if not isinstance(row[key], str) or len(row[key]) > TEXT_CHARACTERS:
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
