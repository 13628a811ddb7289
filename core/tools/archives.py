"""Reads the members of a zip (or the files of a folder) into memory under a budget; nothing is ever written to disk."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from core import limits
from core.tools.words import million_bytes, some, spell
from core.vocabulary import LoadError

METHODS = {zipfile.ZIP_STORED: "stored", zipfile.ZIP_DEFLATED: "deflate"}
METHOD_NAMES = {1: "shrink", 6: "implode", 9: "deflate64", 12: "bzip2", 14: "LZMA", 93: "zstd", 95: "xz", 98: "PPMd"}
JUNK_FOLDERS = {"__macosx", ".git", ".svn", ".ipynb_checkpoints", "$recycle.bin", "@eadir"}
JUNK_FILES = {".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"}
JUNK_STEMS = {"readme", "license", "licence", "copying", "notice", "authors", "changelog", "citation"}
SPLIT_FOLDERS = {
    "train": "train", "training": "train", "test": "test", "testing": "test",
    "val": "valid", "valid": "valid", "validation": "valid", "dev": "valid",
}  # fmt: skip
NESTED = {".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".lz4", ".cab", ".jar", ".iso"}
END_RECORD = b"PK\x05\x06"


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
class Archive:
    """What may be read: ``names`` in stored order; ``left_out`` name -> why; ``junk`` and ``repeated`` are counts."""

    path: Path
    members: Mapping[str, Member]
    left_out: Mapping[str, str] = field(default_factory=dict)
    junk: int = 0
    repeated: tuple[str, ...] = ()

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
            said.append(f"{some(len(self.left_out), 'member')} left out ({why}): {spell(self.left_out)}.")
        if self.repeated:
            said.append(
                f"{some(len(self.repeated), 'member')} stored twice; the first copy is used: {spell(self.repeated)}."
            )
        return tuple(said)

    def read(self, name: str) -> bytes:
        """The bytes of one member.

        Raises:
            LoadError: the stored bytes are damaged, or hold more than the archive's own list says.
        """
        member = self.members[name]
        if member.crc is None:
            return (self.path / name).read_bytes()
        with open(self.path, "rb") as file:
            file.seek(member.start)
            raw = file.read(member.stored)
        data = raw if member.method == zipfile.ZIP_STORED else _inflate(raw, member)
        if len(data) != member.size or zlib.crc32(data) != member.crc:
            raise _damaged(name)
        return data

    def classes(self, names: Sequence[str] | None = None) -> dict[str, tuple[str, str]]:
        """Class and split folder of each member: name -> (class or "", "train" | "test" | "valid" | "").

        Folders that merely wrap everything are skipped, and train/test folders are not classes.
        """
        chosen = self.names if names is None else names
        left = {name: list(PurePosixPath(name).parts[:-1]) for name in chosen}
        split = dict.fromkeys(chosen, "")
        while _wrapped(left):
            left = {name: parts[1:] for name, parts in left.items()}
        heads = {parts[0].lower() for parts in left.values() if len(parts) > 1}
        if heads and heads <= SPLIT_FOLDERS.keys():
            for name, parts in left.items():
                if parts and parts[0].lower() in SPLIT_FOLDERS:
                    split[name] = SPLIT_FOLDERS[parts.pop(0).lower()]
        return {name: (parts[0] if parts else "", split[name]) for name, parts in left.items()}


def members(path: Path | str) -> Archive:
    """Opens a zip file or a folder and checks it as a whole before any member is unpacked.

    Raises:
        LoadError: not a zip, damaged, encrypted, nested, overlapping, or over a limit of ``core.limits``.
    """
    path = Path(path)
    return _folder(path) if path.is_dir() else _zip(path)


def members_listed(path: Path | str) -> tuple[str, ...]:
    """Names in the list of a zip file, after the checks that make reading that list cheap; nothing is unpacked.

    Raises:
        LoadError: no list, or one over the limit. BadZipFile, OSError, ValueError: the list is damaged.
    """
    path = Path(path)
    _list_size(path, path.stat().st_size)
    with zipfile.ZipFile(path) as opened:
        return tuple(opened.namelist())


def is_junk(name: str) -> bool:
    """Whether an operating system or a habit put this file there, so that it is ignored without alarm."""
    parts = [part.lower() for part in PurePosixPath(name).parts]
    last = parts[-1] if parts else ""
    return (
        any(part in JUNK_FOLDERS for part in parts)
        or last in JUNK_FILES
        or last.startswith(".")
        or last.split(".")[0] in JUNK_STEMS
    )


def _wrapped(left: Mapping[str, list[str]]) -> bool:
    heads = {parts[0] if parts else "" for parts in left.values()}
    return len(heads) == 1 and sum(len(parts) > 1 for parts in left.values()) * 2 > len(left)


def _inflate(raw: bytes, member: Member) -> bytes:
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = unpack.decompress(raw, member.size + 1)
    except zlib.error:
        raise _damaged(member.name) from None
    if len(data) <= member.size and not unpack.eof:
        raise _damaged(member.name)
    return data


def _damaged(name: str) -> LoadError:
    return LoadError(
        "The zip file is damaged: a member does not hold what the archive's list says (size or checksum differ).",
        f"member {spell([name])}",
        "Make the zip again from the original files.",
    )


def _folder(path: Path) -> Archive:
    found: dict[str, Member] = {}
    left_out: dict[str, str] = {}
    junk = total = 0
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if file.is_symlink():
            left_out[name] = "links"
        elif file.is_file():
            if is_junk(name):
                junk += 1
                continue
            size = file.stat().st_size
            total += size
            found[name] = Member(name, size)
            _within(len(found), total, name, size)
    return Archive(path, found, left_out, junk)


def _zip(path: Path) -> Archive:
    size = path.stat().st_size
    _list_size(path, size)
    try:
        with zipfile.ZipFile(path) as opened:
            entries = opened.infolist()
            end = opened.start_dir
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, struct.error, OverflowError):
        raise LoadError(
            "The zip file is damaged or cut short: its list of members cannot be read.",
            how="Make the zip again, or copy it again in full.",
        ) from None
    _refuse_whole(entries, size)
    found: dict[str, Member] = {}
    left_out: dict[str, str] = {}
    junk, repeated = 0, []
    spans = []
    with open(path, "rb") as file:
        for entry in entries:
            start = _start(file, entry)
            spans.append((entry.header_offset, start + entry.compress_size, entry.filename))
            name = entry.filename.replace("\\", "/")
            if name.endswith("/"):
                continue
            reason = _unsafe(name, entry)
            if is_junk(name):
                junk += 1
            elif reason:
                left_out[name] = reason
            elif name in found:
                repeated.append(name)
            else:
                name = PurePosixPath(name).as_posix()
                found[name] = Member(name, entry.file_size, entry.compress_size, start, entry.compress_type, entry.CRC)
    _refuse_overlap(spans, end)
    return Archive(path, found, left_out, junk, tuple(repeated))


def _within(count: int, total: int, name: str, size: int) -> None:
    if count > limits.ARCHIVE_MEMBERS:
        raise LoadError(
            f"The archive holds more than {limits.ARCHIVE_MEMBERS:,} files, the limit.", how="Upload fewer files."
        )
    if size > limits.MEMBER_BYTES:
        raise LoadError(
            f"One file in the archive unpacks to {million_bytes(size)}; the limit is {million_bytes(limits.MEMBER_BYTES)}.",
            f"member {spell([name])}",
            "Make that file smaller or leave it out.",
        )
    if total > limits.ARCHIVE_UNPACKED_BYTES:
        raise LoadError(
            f"The archive unpacks to more than {million_bytes(limits.ARCHIVE_UNPACKED_BYTES)}, the limit.",
            how="Upload fewer or smaller files.",
        )


def _list_size(path: Path, size: int) -> None:
    """Refuses by the end record alone: reading a list of millions of members would already cost the memory."""
    with open(path, "rb") as file:
        if file.read(2) != b"PK":
            raise LoadError("This is not a zip file.", how="Upload a zip with one folder per class.")
        file.seek(max(0, size - 65_557))
        tail = file.read()
    at = tail.rfind(END_RECORD)
    if at < 0 or len(tail) < at + 22:
        raise LoadError(
            "The zip file is cut short: its list of members is missing.", how="Copy or make it again in full."
        )
    count, listed = struct.unpack("<HL", tail[at + 10 : at + 16])
    if (
        (count > limits.ARCHIVE_MEMBERS and count != 0xFFFF)
        or count == 0xFFFF
        or listed > limits.ARCHIVE_MEMBERS * 1_000
    ):
        raise LoadError(
            f"The archive lists more than {limits.ARCHIVE_MEMBERS:,} members, the limit.", how="Upload fewer files."
        )


def _refuse_whole(entries: Sequence[zipfile.ZipInfo], size: int) -> None:
    if not entries:
        raise LoadError("The zip file is empty: it holds no files.", how="Zip one folder per class.")
    total = 0
    for count, entry in enumerate(entries, 1):
        total += entry.file_size
        _within(count, total, entry.filename, entry.file_size)
        where = f"member {spell([entry.filename])}"
        if entry.flag_bits & 0x1:
            raise LoadError("The zip file is encrypted.", where, "Save it without a password.")
        if entry.compress_type not in METHODS:
            method = METHOD_NAMES.get(entry.compress_type, f"method {entry.compress_type}")
            raise LoadError(
                f"A member is packed with {method}; only stored and deflate are read.", where, "Zip it again."
            )
        if PurePosixPath(entry.filename).suffix.lower() in NESTED and not is_junk(entry.filename.replace("\\", "/")):
            raise LoadError("The zip holds another archive.", where, "Unpack the inner one and zip the plain files.")
        if _ratio_too_high(entry.file_size, entry.compress_size):
            raise _bomb(entry.file_size, where)
    if _ratio_too_high(total, size):
        raise _bomb(total, "")


def _ratio_too_high(unpacked: int, packed: int) -> bool:
    return unpacked > limits.ARCHIVE_RATIO_FROM_BYTES and unpacked > limits.ARCHIVE_RATIO * max(packed, 1)


def _bomb(unpacked: int, where: str) -> LoadError:
    return LoadError(
        f"The archive would unpack to {million_bytes(unpacked)}, more than {limits.ARCHIVE_RATIO} times its size, the limit.",
        where,
        "This looks like a zip bomb; upload ordinary files.",
    )


def _start(file, entry: zipfile.ZipInfo) -> int:
    file.seek(max(0, entry.header_offset))
    head = file.read(30)
    if entry.header_offset < 0 or len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise _damaged(entry.filename)
    method, name_length, extra_length = *struct.unpack("<H", head[8:10]), *struct.unpack("<HH", head[26:30])
    if method != entry.compress_type:
        raise _damaged(entry.filename)
    return entry.header_offset + 30 + name_length + extra_length


def _refuse_overlap(spans: list[tuple[int, int, str]], end: int) -> None:
    spans.sort()
    for (_, stop, name), following in zip(spans, [*spans[1:], (end, end, "")], strict=True):
        if stop > following[0]:
            raise LoadError(
                "Members of the zip file overlap, as in a zip bomb.", f"member {spell([name])}", "Zip the files again."
            )


def _unsafe(name: str, entry: zipfile.ZipInfo) -> str:
    mode = entry.external_attr >> 16
    parts = name.split("/")
    if ".." in parts:
        return "with a name that climbs out of its folder"
    if name.startswith("/") or (len(name) > 1 and name[1] == ":"):
        return "with an absolute name"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "links or special files"
    if mode & (stat.S_ISUID | stat.S_ISGID):
        return "with set-user-id rights"
    return ""
