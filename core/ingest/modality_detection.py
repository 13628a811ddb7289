"""Decides which modality a file belongs to; refuses what no reader accepts, naming what it is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath

from core import registry
from core.readers import archives, file_rejections
from core.schema import LoadError
from core.wording import printable

TABLE = "table"
TABLES = {".csv", ".tsv", ".parquet", ".xlsx", ".xls"}
PACKED = (".csv.gz", ".tsv.gz", ".txt.gz")


def detect_modality(path: Path, name: str) -> str:
    """The modality's key for a file or folder: what its declared signature claims, else a table or class folders.

    Raises:
        LoadError: of a kind that is not read.
    """
    if path.is_dir():
        return _by_members(archives.open_archive(path).names, name)
    kind = file_rejections.check_file_type(path, name)
    for key, one in registry.discover("modalities").items():
        if one.signature is not None and one.signature(path, name):
            return key
    if kind in ("text", "parquet", "xlsx") or (kind == "gzip" and file_rejections.suffix_of(name) in PACKED):
        return TABLE
    if kind == "zip":
        return _by_members(archives.open_archive(path).names, name)
    raise file_rejections.rejection(kind, name)


def _by_members(names: tuple[str, ...], name: str) -> str:
    count = Counter(PurePosixPath(member).suffix.lower() for member in names)
    found = {
        key: sum(count[suffix] for suffix in one.member_suffixes)
        for key, one in registry.discover("modalities").items()
        if one.member_suffixes
    }
    best = max(found, key=lambda key: found[key])
    if found[best]:
        return best
    if any(count[suffix] for suffix in TABLES):
        raise LoadError(
            "The archive holds a table, not pictures, sounds or texts.",
            printable(name),
            "Unpack it and upload the table itself.",
        )
    raise LoadError(
        "The archive holds no pictures, sounds or texts.",
        printable(name),
        "Put the files of each class into a folder of its own.",
    )
