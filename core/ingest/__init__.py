"""Files in, data sets out: recognises, reads in a limited process of its own, and refuses only with LoadError."""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from core import registry
from core.ingest import sandbox
from core.ingest.file_reading import check_size, read, read_as_best_modality
from core.schema import Dataset, Facts, JsonObject, LoadError, Modality, Origin, ReadAs, Sample
from core.storage import dataset_store, paths
from core.wording import printable

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

    check_size(Path(path))
    return detect_modality(Path(path), name or Path(path).name)


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
    asked = Origin(file=name, modality=modality, target=target)
    return read_as_asked(path, asked, folder, alarms)


def read_as_asked(
    path: Path | str,
    asked: Origin,
    folder: Path | str | None = None,
    alarms: bool = False,
    large: bool = False,
) -> Path:
    """Reads an upload as ``read_upload`` does, with everything that can be asked of a reading.

    Args:
        path: of the upload. asked: its name, modality, target and the types of its columns; None: the content decides.
        folder, alarms: see ``read_upload``. large: a table beyond the limits is sampled instead of refused, as is fit
            for files on this machine's own disk.

    Raises:
        LoadError: the upload was refused, or the reader passed a limit.
    """
    check_size(Path(path), large)
    path = Path(path).resolve()
    if folder is None:
        paths.check_home()
    parcel = Path(folder) if folder else paths.datasets_folder() / secrets.token_hex(16)
    order = {"path": str(path), "name": asked.file or path.name, "modality": asked.modality, "target": asked.target}
    more = {
        "types": dict(asked.types),
        "sheet": asked.sheet,
        "folder": str(parcel.resolve()),
        "alarms": alarms,
        "large": large,
    }
    sandbox.run_reader({**order, **more})
    return parcel


def sample_folder(key: str, folder: Path | str | None = None) -> Path:
    """The parcel of an embedded data set; cached until its file or the readers change.

    Raises:
        LoadError: there is no such sample, it cannot be read, or there is nowhere to keep it.
    """
    if folder is None:
        paths.check_home()
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


def load_source(source: str, asked: Origin) -> Dataset:
    """A data set from an embedded sample by its key, or from a file or folder, read in a sandboxed process.

    Args:
        source: the key of a sample unless a file of that name exists; or a path. asked: how to read a file; its own
            ``file`` is not used.

    Raises:
        LoadError: there is nothing of that name, it cannot be read, or types are set for a sample.
    """
    path = Path(source)
    if path.exists():
        with tempfile.TemporaryDirectory() as folder:
            named = replace(asked, file=path.name)
            return dataset_store.load(read_as_asked(path, named, Path(folder) / "parcel", large=True))
    if source not in samples():
        there = ", ".join(sorted(samples()))
        raise LoadError(f"There is no file or sample {source!r}.", "", f"Embedded samples: {there}.")
    if asked.types:
        raise LoadError("Types of columns can be set for files of your own, not for embedded data.")
    if asked.sheet is not None:
        raise LoadError("Only a workbook has sheets; embedded data have none.", how="Leave the sheet out.")
    return dataset_store.load(sample_folder(source))


def inspect(
    path: Path | str,
    name: str | None = None,
    modality: str | None = None,
    target: str | None = None,
    types: Mapping[str, ReadAs] | None = None,
    large: bool = False,
) -> JsonObject:
    """What an upload is and what predicting ``target`` would mean, as plain JSON-able data.

    Args:
        path: of the file. name: as the browser gave it. modality: None lets the content decide. target: a column.
        types: columns of a table whose type a person set. large: see ``read_as_asked``.

    Returns:
        See ``inspect_as_asked``.
    """
    return inspect_as_asked(path, Origin(None, name, modality, target, dict(types or {})), large)


def inspect_as_asked(path: Path | str, asked: Origin, large: bool = False) -> JsonObject:
    """What an upload is, with everything that can be asked of a reading.

    Args:
        path: of the file. asked: its name, modality, target, types and sheet. large: see ``read_as_asked``.

    Returns:
        ``{"outcome": "load" | "load_with_warning", "modality", "rows", "cols", "columns", "target", "items",
        "items_bad", "classes", "warnings", "suggested", "alarms", "findings", "left_out", "sample", "memory"}`` or
        ``{"outcome": "clear_error", "message", "what", "where", "how"}``. Never raises for anything a file may hold.
    """
    try:
        check_size(Path(path), large)
        path = Path(path).resolve()
        order = {"path": str(path), "name": asked.file or path.name, "modality": asked.modality, "target": asked.target}
        more = {"types": dict(asked.types), "sheet": asked.sheet, "report": True, "large": large}
        told = sandbox.run_reader({**order, **more})
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
    "inspect_as_asked",
    "load_sample",
    "load_source",
    "read",
    "read_as_asked",
    "read_as_best_modality",
    "read_upload",
    "sample_folder",
    "samples",
]
