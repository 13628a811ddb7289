"""The reader process for exported histories: checks every part under limits and writes down what may come back."""

from __future__ import annotations

import secrets
import sys
from dataclasses import replace
from pathlib import Path

from core.ingest import reader_process
from core.schema import JsonObject
from core.storage import history_archive, json_codec


def read_export(order: JsonObject) -> JsonObject:
    """Reads the export at ``order["path"]`` and writes its results, under fresh ids, into the folder ``order["runs"]``.

    Returns:
        ``{"runs": rows}`` without their owner.

    Raises:
        LoadError: too big, damaged, or not an export of Crossover.
    """
    found, folder = history_archive.read_archive(Path(order["path"])), Path(order["runs"])
    folder.mkdir(mode=0o700)
    rows = []
    for run in found:
        id = secrets.token_hex(16)
        if run.contest is not None:
            (folder / f"{id}.json").write_text(json_codec.dumps(replace(run.contest, id=id)), encoding="utf-8")
        rows.append({**run.row, "id": id})
    return {"runs": rows}


if __name__ == "__main__":
    sys.exit(reader_process.main(read_export))
