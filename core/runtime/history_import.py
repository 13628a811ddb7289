"""The reader process for exported histories: checks every part under limits and writes down what may come back."""

from __future__ import annotations

import json
import math
import re
import secrets
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

from core import limits
from core.ingest import reader_process
from core.runtime.run_history import CHOOSE_EXPORT, INDEX, RUN_FIELDS
from core.schema import Contest, JsonObject, LoadError
from core.storage import json_codec
from core.storage.run_store import ENDED, valid_run_id

_MEMBER = re.compile(limits.RUN_ID_PATTERN + r"\.json")
TEXT_CHARACTERS = 200_000


def read_export(order: JsonObject) -> JsonObject:
    """Reads the export at ``order["path"]`` and writes its results, under fresh ids, into the folder ``order["runs"]``.

    Returns:
        ``{"runs": rows}`` without their owner.

    Raises:
        LoadError: too big, damaged, or not an export of Crossover.
    """
    found, folder = _read_archive(Path(order["path"])), Path(order["runs"])
    folder.mkdir(mode=0o700)
    rows = []
    for row, contest in found:
        id = secrets.token_hex(16)
        if contest is not None:
            (folder / f"{id}.json").write_text(json_codec.dumps(replace(contest, id=id)), encoding="utf-8")
        rows.append({**row, "id": id})
    return {"runs": rows}


def _read_archive(path: Path) -> list[tuple[JsonObject, Contest | None]]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = _checked_members(archive)
            index = json.loads(archive.read(INDEX))
            if not isinstance(index, list) or len(index) > 2 * limits.RUNS_KEPT_PER_OWNER:
                raise ValueError("the index is no list of runs")
            found = []
            for entry in index:
                row, name = _checked_row(entry), f"{entry['id']}.json"
                found.append((row, json_codec.loads(archive.read(name).decode("utf-8")) if name in members else None))
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


if __name__ == "__main__":
    sys.exit(reader_process.main(read_export))
