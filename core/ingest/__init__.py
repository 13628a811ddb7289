"""Files in, data sets out: recognises, reads in a limited process of its own, and refuses only with LoadError."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from pathlib import Path

from core import limits, registry
from core.ingest import sandbox
from core.schema import Dataset, Facts, JsonObject, LoadError, Modality, Origin, Sample
from core.storage import dataset_store, paths
from core.wording import format_bytes, printable

WATCHED = ("data/samples", "core/modalities", "core/readers", "core/ingest", "core/schema", "core/storage")


def samples() -> dict[str, tuple[Modality, Sample]]:
    """Every embedded data set: key -> (its modality, its declaration)."""
    return {
        sample.key: (modality, sample)
        for modality in registry.discover("modalities").values()
        for sample in modality.samples
    }


def detect_modality(path: Path | str, name: str | None = None) -> str:
    """Which modality a file belongs to, by content first and by the name the browser gave second.

    Raises:
        LoadError: missing, empty, too large, or of a kind that is not read; names the kind.
    """
    from core.ingest.modality_detection import detect_modality

    return detect_modality(Path(path), name or Path(path).name)


def read(path: Path | str, name: str | None = None, modality: str | None = None, target: str | None = None) -> Dataset:
    """Reads a file or folder in this process; uploads go through ``read_upload`` instead.

    Args:
        path: what to read. name: as the browser gave it. modality: None lets the content decide.
        target: the column of answers in a table of texts or readings; None finds it.

    Raises:
        LoadError: the only exception that leaves; anything a library raises is turned into one.
    """
    path, name = Path(path), name or Path(path).name
    try:
        _check_size(path)
        found = detect_modality(path, name) if modality is None or target else ""
        key = modality or found
        kind = _modality(key)
        if kind.from_table and target and found == "table":
            dataset = kind.from_table(_modality("table").read(path, name), name, target)
        else:
            dataset = kind.read(path, name)
            dataset = dataset if modality or key != "table" else read_as_best_modality(dataset, name, target)
        return replace(dataset, origin=Origin(file=name, modality=modality, target=target))
    except LoadError:
        raise
    except MemoryError:
        raise _too_much() from None
    except RecursionError:
        raise LoadError("The file is nested too deeply to be read.", printable(name), "Upload a plain file.") from None
    except Exception as error:
        if "memory" in str(error).lower() or "malloc" in str(error).lower():
            raise _too_much() from None
        raise LoadError(
            "The file could not be read: its content is damaged or of an unknown make.",
            printable(name),
            "Open it where it was made and save it again, for tables as CSV in UTF-8.",
        ) from error


def read_as_best_modality(table: Dataset, name: str, target: str | None) -> Dataset:
    """The table, or what it is in truth: texts with labels, sensor readings; ``facts["recognised"]`` says why.

    target: the column somebody wants to predict, or None.
    """
    from core.ingest import table_semantics

    key, why = table_semantics.classify_table(table, target)
    made = _modality(key).from_table
    if made is None:
        return table
    try:
        dataset = made(table, name, target)
    except LoadError:
        return table
    columns = [
        {"name": c.name, "type": c.type, "missing": c.missing, "distinct": c.distinct, "note": c.note}
        for c in table.columns
    ]
    facts = {**dataset.facts, "recognised": why, "table": {"rows": len(table.inputs), "columns": columns}}
    return replace(dataset, facts=facts)


def read_upload(
    path: Path | str,
    name: str | None = None,
    modality: str | None = None,
    folder: Path | str | None = None,
    target: str | None = None,
    alarms: bool = False,
) -> Path:
    """Reads an upload in a child process with memory, CPU, file and time limits.

    alarms: also look for what could mislead about the suggested target (``core.ingest.target_alarms``).

    Returns:
        The parcel's folder: ``folder`` if given, else a new one under ``paths.datasets_folder()``.

    Raises:
        LoadError: the upload was refused, or the reader passed a limit.
    """
    path = Path(path).resolve()
    _check_size(path)
    parcel = Path(folder) if folder else paths.datasets_folder() / secrets.token_hex(16)
    order = {"path": str(path), "name": name or path.name, "modality": modality, "target": target}
    sandbox.run_reader({**order, "folder": str(parcel.resolve()), "alarms": alarms})
    return parcel


def sample_folder(key: str, folder: Path | str | None = None) -> Path:
    """The parcel of an embedded data set; cached until its file or the readers change.

    Raises:
        LoadError: there is no such sample, or it cannot be read.
    """
    if folder is None:
        folder = paths.datasets_folder() / f"sample-{key}-{_stamp()}"
        if (folder / dataset_store.CARD).exists():
            return folder
    _find_sample(key)
    sandbox.run_reader({"sample": key, "folder": str(Path(folder).resolve())})
    return Path(folder)


def load_sample(key: str) -> Dataset:
    """An embedded data set, read in this process.

    Raises:
        LoadError: there is no such sample, or it cannot be read.
    """
    return replace(_find_sample(key).load(), origin=Origin(sample=key))


def _find_sample(key: str) -> Sample:
    there = samples()
    if key not in there:
        raise LoadError(f"There is no sample “{printable(key)}”.", how="Choose one of: " + ", ".join(there))
    return there[key][1]


def inspect(
    path: Path | str, name: str | None = None, modality: str | None = None, target: str | None = None
) -> JsonObject:
    """What an upload is and what predicting ``target`` would mean, as plain JSON-able data.

    Returns:
        ``{"outcome": "load" | "load_with_warning", "modality", "rows", "cols", "columns", "target", "items",
        "items_bad", "classes", "warnings", "suggested", "alarms"}`` or ``{"outcome": "clear_error", "message", "what",
        "where", "how"}``. Never raises for anything a file may hold.
    """
    try:
        path = Path(path).resolve()
        _check_size(path)
        order = {"path": str(path), "name": name or path.name, "modality": modality, "target": target, "report": True}
        told = sandbox.run_reader(order)
        return dict(told["report"])
    except LoadError as error:
        return {
            "outcome": "clear_error",
            "message": str(error),
            "what": error.what,
            "where": error.where,
            "how": error.how,
        }


def accepted_files() -> tuple[Facts, ...]:
    """What can be uploaded, for the page: one mapping a modality with title, suffixes and about."""
    return tuple(
        {"key": modality.key, "title": modality.title, "suffixes": modality.suffixes, "about": modality.about}
        for modality in registry.discover("modalities").values()
    )


def _modality(key: str) -> Modality:
    there = registry.discover("modalities")
    if key not in there:
        raise LoadError(f"There is no modality “{printable(key)}”.", how="Choose one of: " + ", ".join(there))
    return there[key]


def _check_size(path: Path) -> None:
    if not path.exists():
        raise LoadError("The file does not exist.", printable(path.name), "Check the name.")
    if path.is_dir():
        return
    if not path.is_file():
        raise LoadError("This is not an ordinary file.", printable(path.name), "Upload a file.")
    size = path.stat().st_size
    if size > limits.UPLOAD_BYTES:
        raise LoadError(
            f"The file has {format_bytes(size)}; the limit is {format_bytes(limits.UPLOAD_BYTES)}.",
            printable(path.name),
            "Upload a part of it.",
        )
    if size == 0:
        raise LoadError("The file is empty (0 bytes).", printable(path.name), "Upload a file with data in it.")


def _too_much() -> LoadError:
    return LoadError(
        f"Reading this file needs more memory than the reader may use ({format_bytes(limits.READER_MEMORY_BYTES)}).",
        how="Upload a smaller file, or a part of it.",
    )


def _stamp() -> str:
    root = Path(__file__).resolve().parents[2]
    whole = hashlib.sha256()
    for start in (*(root / place for place in WATCHED), *(folder / "modalities" for folder in registry.folders())):
        for file in [start] if start.is_file() else sorted(start.rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                facts = file.stat()
                whole.update(f"{file}|{facts.st_size}|{facts.st_mtime_ns};".encode())
    return whole.hexdigest()[:16]


__all__ = [
    "accepted_files",
    "detect_modality",
    "inspect",
    "load_sample",
    "read",
    "read_as_best_modality",
    "read_upload",
    "sample_folder",
    "samples",
]
