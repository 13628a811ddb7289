"""The reader process: takes one order as JSON on standard input, answers with one line of JSON, and ends."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from core import limits
from core.schema import Dataset, JsonObject, LoadError, Origin


def main(work: Callable[[JsonObject], JsonObject]) -> int:
    """Reads the order, sets the limits on this process, does the work: order -> answer, both plain JSON."""
    order = json.loads(sys.stdin.buffer.read())
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _limit(limits.LARGE_READER_SECONDS if order.get("large") else limits.READER_SECONDS)
    try:
        told = work(order)
    except LoadError as error:
        told = {"error": [error.what, error.where, error.how]}
    except MemoryError:
        return 77
    answer.write(json.dumps(told, ensure_ascii=True, allow_nan=False) + "\n")
    answer.flush()
    # Leaving without teardown: a finished child has nothing to clean, and library exit hooks cost time.
    os._exit(0)


def _limit(seconds: int = limits.READER_SECONDS) -> None:
    """Address space, CPU time, size of a written file and open files; only where the system knows them."""
    try:
        import resource
    except ImportError:
        return
    import faulthandler

    faulthandler.disable()
    wanted = (
        (resource.RLIMIT_AS, limits.READER_MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, limits.READER_FILE_BYTES),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    )
    for which, most in wanted:
        _, hard = resource.getrlimit(which)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (allowed, allowed if which != resource.RLIMIT_CPU else hard))


def _work(order: JsonObject) -> JsonObject:
    from core import ingest
    from core.storage import dataset_store

    if "parcel" in order:
        from core.ingest.target_alarms import keep_alarms

        kept = dataset_store.load(order["parcel"])
        return {"alarms": keep_alarms(kept, order["parcel"], order.get("target"), order.get("form"))}
    if "sample" in order:
        dataset = ingest.load_sample(order["sample"])
    else:
        dataset = _read(order)
    told: JsonObject = {}
    if order.get("report"):
        from core.ingest.inspection import inspect_dataset

        told["report"] = inspect_dataset(dataset, order.get("target"))
    if order.get("folder"):
        dataset_store.save(dataset, order["folder"])
        if order.get("alarms"):
            from core.ingest.target_alarms import keep_alarms

            hint = dataset_store.read_summary(order["folder"])["suggested"]
            keep_alarms(dataset, order["folder"], hint["target"], hint["form"])
    return told


def _read(order: JsonObject) -> Dataset:
    from core.ingest import file_reading, large_tables

    path, name = Path(order["path"]), str(order["name"])
    modality, target, types = (order.get(key) for key in ("modality", "target", "types"))
    if not order.get("large") or not large_tables.is_large(path, name):
        asked = Origin(None, name, modality, target, dict(types or {}), order.get("sheet"))
        return file_reading.read_asked(path, asked)
    with tempfile.TemporaryDirectory(prefix="crossover-sample-") as folder:
        sample, told = large_tables.write_sample(path, name, modality, Path(folder))
        dataset = file_reading.read(sample, name, modality, target, types)
        if dataset.modality not in large_tables.ROW_BY_ROW:
            dataset = file_reading.read(sample, name, "table", target, types)
    return large_tables.tell_sample(dataset, told)


if __name__ == "__main__":
    sys.exit(main(_work))
