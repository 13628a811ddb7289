"""Reads the members of a zip (or the files of a folder) into memory under a budget; nothing is ever written to disk."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from core.readers.zip_safety import (
    check_entries,
    check_limits,
    check_list,
    check_overlap,
    damaged_error,
    data_offset,
    is_junk,
    oversized_media,
    unsafe_reason,
)
from core.schema import LoadError
from core.wording import count_of, quote_names

# Endings that number or hash a file (0001.2f6d, article.00042) are no suffix.
NO_SUFFIX = re.compile(r"\.(\d+|(?=[a-f]*\d)[0-9a-f]{4,})")


@dataclass(frozen=True)
class Member:
    """One readable file of an archive; ``name`` is a label with forward slashes and never a path to write to."""

    name: str
    size: int
    stored: int = 0
    start: int = 0
    method: int = zipfile.ZIP_STORED
    crc: int | None = None


@dataclass(frozen=True)
class MediaItem:
    """One member that claims to be a picture, sound or text of a class; group "" for none."""

    name: str
    label: str
    group: str = ""


@dataclass(frozen=True)
class Archive:
    """What may be read: ``names`` in stored order; ``left_out`` name -> why; ``junk`` is a count, ``repeated`` names.

    content: the bytes of a zip that lies in memory, such as a workbook inside another zip; its path is a name only.
    folders: of the archive, empty ones too.
    """

    path: Path
    members: Mapping[str, Member]
    left_out: Mapping[str, str] = field(default_factory=dict)
    junk: int = 0
    repeated: tuple[str, ...] = ()
    content: bytes | None = None
    folders: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """Every readable member, junk and refused ones taken out."""
        return tuple(self.members)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was left out, in words with counts."""
        said = []
        if self.left_out:
            reasons = Counter(self.left_out.values())
            why = "; ".join(f"{count} {reason}" for reason, count in reasons.most_common())
            said.append(f"{count_of(len(self.left_out), 'member')} left out ({why}): {quote_names(self.left_out)}.")
        if self.repeated:
            twice = quote_names(self.repeated)
            said.append(f"{count_of(len(self.repeated), 'member')} stored twice; the first copy is used: {twice}.")
        return tuple(said)

    def read(self, name: str) -> bytes:
        """The bytes of one member.

        Raises:
            LoadError: the stored bytes are damaged, or hold more than the archive's own list says.
        """
        member = self.members[name]
        if member.crc is None:
            return (self.path / name).read_bytes()
        with _opened(self.path, self.content) as file:
            file.seek(member.start)
            raw = file.read(member.stored)
        data = raw if member.method == zipfile.ZIP_STORED else _inflate(raw, member)
        if len(data) != member.size or zlib.crc32(data) != member.crc:
            raise damaged_error(name)
        return data


def open_archive(path: Path | str) -> Archive:
    """Opens a zip file or a folder and checks it as a whole before any member is unpacked.

    Raises:
        LoadError: not a zip, damaged, encrypted, nested, overlapping, or over a limit of ``core.limits``.
    """
    path = Path(path)
    return _folder(path) if path.is_dir() else _zip(path)


def open_archive_bytes(content: bytes, name: str) -> Archive:
    """Opens a zip that lies in memory, with every check of ``open_archive``.

    Args:
        content: of the zip. name: for messages.

    Raises:
        LoadError: see ``open_archive``.
    """
    return _zip(Path(name), content)


def _opened(path: Path, content: bytes | None) -> BinaryIO:
    return open(path, "rb") if content is None else io.BytesIO(content)


def suffix_of_member(name: str) -> str:
    """The suffix in lower case, "" for a name without one or with a number or hash behind its last point.

    Args:
        name: a path with forward slashes.
    """
    suffix = PurePosixPath(name).suffix.lower()
    return "" if NO_SUFFIX.fullmatch(suffix) else suffix


def list_names(path: Path | str) -> tuple[str, ...]:
    """Names in the list of a zip file, after the checks that make reading that list cheap; nothing is unpacked.

    Raises:
        LoadError: no list, or one over the limit. BadZipFile, OSError, ValueError: the list is damaged.
    """
    path = Path(path)
    with open(path, "rb") as file:
        check_list(file, path.stat().st_size)
    with zipfile.ZipFile(path) as opened:
        return tuple(opened.namelist())


def _inflate(raw: bytes, member: Member) -> bytes:
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = unpack.decompress(raw, member.size + 1)
    except zlib.error:
        raise damaged_error(member.name) from None
    if len(data) <= member.size and not unpack.eof:
        raise damaged_error(member.name)
    return data


def _folder(path: Path) -> Archive:
    found: dict[str, Member] = {}
    left_out: dict[str, str] = {}
    junk = total = 0
    folders = set()
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if file.is_dir() and not is_junk(name):
            folders.add(name)
        if file.is_symlink():
            left_out[name] = "links"
        elif file.is_file():
            if is_junk(name):
                junk += 1
                continue
            size = file.stat().st_size
            total += size
            found[name] = Member(name, size)
            check_limits(len(found), total, name, size)
    return Archive(path, found, left_out, junk, folders=frozenset(folders))


def _zip(path: Path, content: bytes | None = None) -> Archive:
    size = path.stat().st_size if content is None else len(content)
    try:
        with _opened(path, content) as file:
            check_list(file, size)
            opened = zipfile.ZipFile(file)
            entries = opened.infolist()
            end = opened.start_dir
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, struct.error, OverflowError):
        raise LoadError(
            "The zip file is damaged or cut short: its list of members cannot be read.",
            how="Make the zip again, or copy it again in full.",
        ) from None
    with _opened(path, content) as file:
        spared = oversized_media(file, entries)
    check_entries(entries, size, spared)
    found: dict[str, Member] = {}
    left_out: dict[str, str] = {}
    junk, repeated, folders = 0, [], set[str]()
    spans = []
    with _opened(path, content) as file:
        for entry in entries:
            start = data_offset(file, entry)
            spans.append((entry.header_offset, start + entry.compress_size, entry.filename))
            name = entry.filename.replace("\\", "/")
            if folder := name.rpartition("/")[0].rstrip("/"):
                folders.add(folder)
            if name.endswith("/"):
                continue
            reason = unsafe_reason(name, entry) or spared.get(entry.filename, "")
            if is_junk(name):
                junk += 1
            elif reason:
                left_out[name] = reason
            elif name in found:
                repeated.append(name)
            else:
                name = PurePosixPath(name).as_posix()
                found[name] = Member(name, entry.file_size, entry.compress_size, start, entry.compress_type, entry.CRC)
    check_overlap(spans, end)
    kept = frozenset(one for one in folders if not is_junk(one))
    return Archive(path, found, left_out, junk, tuple(repeated), content, kept)
