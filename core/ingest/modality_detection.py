"""Decides which modality a file belongs to; refuses what no reader accepts, naming what it is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath

from core import registry
from core.readers import archives, file_rejections, file_signatures
from core.readers.tables import read_table
from core.schema import LoadError
from core.wording import printable

TABLE = "table"
TABLES = {".csv", ".tsv", ".parquet", ".xlsx", ".xls"}
TEXT = "text"
# What the first bytes of members without a suffix say -> modality.
CONTENTS = {
    **dict.fromkeys(("png", "jpeg", "gif", "bmp", "tiff", "webp"), "image"),
    **dict.fromkeys(("wav", "flac", "ogg"), "sound"),
    "text": TEXT,
}
PEEKED, AGREED = 40, 0.8
PACKED = (".csv.gz", ".tsv.gz", ".txt.gz")


def detect_modality(path: Path, name: str) -> str:
    """The modality's key for a file or folder: what its declared signature claims, else a table or class folders.

    Raises:
        LoadError: of a kind that is not read.
    """
    if path.is_dir():
        return _by_members(archives.open_archive(path), name)
    kind = file_rejections.check_file_type(path, name)
    if kind == "text" and read_table.trade_format_of(path):
        return TABLE
    for key, one in registry.discover("modalities").items():
        if one.signature is not None and one.signature(path, name):
            return key
    if kind in ("text", "parquet", "xlsx") or (kind == "gzip" and file_rejections.suffix_of(name) in PACKED):
        return TABLE
    if kind == "zip":
        return _by_members(archives.open_archive(path), name)
    raise file_rejections.rejection(kind, name)


def _by_members(archive: archives.Archive, name: str) -> str:
    for key, one in registry.discover("modalities").items():
        if one.archive_signature is not None and one.archive_signature(archive):
            return key
    count = Counter(PurePosixPath(member).suffix.lower() for member in archive.names)
    found = {
        key: sum(count[suffix] for suffix in one.member_suffixes)
        for key, one in registry.discover("modalities").items()
        if one.member_suffixes
    }
    # A text beside each picture or recording describes it.
    best = max(found, key=lambda key: found[key] / (2 if key == TEXT else 1))
    if found[best]:
        return best
    if by_content := _by_content(archive):
        return by_content
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


def _by_content(archive: archives.Archive) -> str:
    """The modality of members without a suffix (mails named 0001.2f6d, articles named 10000), "" if they disagree."""
    bare = [name for name in archive.names if not archives.suffix_of_member(name)]
    if 2 * len(bare) < len(archive.names) or not bare:
        return ""
    some = bare[:: max(1, len(bare) // PEEKED)]
    heads = [archive.read(name)[: file_signatures.HEAD_BYTES] for name in some]
    counts = Counter(CONTENTS.get(file_signatures.file_type_of_bytes(head), "") for head in heads if head)
    best, times = counts.most_common(1)[0] if counts else ("", 0)
    return best if times >= AGREED * sum(counts.values()) else ""
