"""The files of the atlas: entries written whole or not at all, and read with every damaged one named."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.atlas import code_versions
from core.atlas.entries import AtlasEntry, EntryError, entry_from_json, entry_to_json
from core.atlas.sources import FOLDER
from core.storage import paths

ENTRIES = FOLDER / "entries"
# All files of the atlas together.
MOST_BYTES = 5_000_000
MOST_ENTRY_BYTES = 200_000


@dataclass(frozen=True)
class StoredEntries:
    """entries: by the names of their files. damaged: file name -> what is wrong with it."""

    entries: Mapping[str, AtlasEntry]
    damaged: Mapping[str, str]


def read_entries(folder: Path = ENTRIES) -> StoredEntries:
    """Every entry; a file that cannot be used is named with the reason and costs no other its place.

    Args:
        folder: of the entries; one that is not there holds none.
    """
    found: dict[str, AtlasEntry] = {}
    damaged: dict[str, str] = {}
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            found[path.stem] = read_entry(path)
        except EntryError as error:
            damaged[path.name] = str(error)
    return StoredEntries(found, damaged)


def read_entry(path: Path) -> AtlasEntry:
    """One entry.

    Args:
        path: of its file.

    Raises:
        EntryError: the file cannot be read or used.
    """
    try:
        if path.stat().st_size > MOST_ENTRY_BYTES:
            raise EntryError(f"{path.stem}: larger than {MOST_ENTRY_BYTES:,} bytes")
        text = path.read_bytes()
    except OSError as error:
        raise EntryError(f"{path.stem}: {error}") from error
    return entry_from_json(text, path.stem)


def write_entry(entry: AtlasEntry, folder: Path = ENTRIES) -> Path:
    """Writes an entry to its file, whole or not at all, in place of an older one.

    Args:
        entry: to write. folder: of the entries; made where it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{entry.name}.json"
    paths.write_atomically(path, entry_to_json(entry), mode=0o666)
    return path


def entries_digest(folder: Path = ENTRIES) -> str:
    """SHA-256 over the names and bytes of all files of entries: what a summary of them was made from.

    Args:
        folder: of the entries.
    """
    hasher = hashlib.sha256()
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        hasher.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return hasher.hexdigest()


def stale_reason(entry: AtlasEntry) -> str:
    """Why an entry is no longer that of the installed code, in a phrase; "" where it still is.

    Args:
        entry: to compare with the installed contestants and scoring.
    """
    versions = {one.key: one.version for one in entry.contestants}
    return code_versions.other_code(entry.scoring, versions, {one.key: one.title for one in entry.contestants})
