"""What a zip must not be: a bomb, encrypted, nested, overlapping, packed in a rare way, a way out of its folder."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import BinaryIO

from core import limits
from core.schema import LoadError
from core.wording import format_bytes, quote_names

METHODS = {zipfile.ZIP_STORED: "stored", zipfile.ZIP_DEFLATED: "deflate"}
METHOD_NAMES = {1: "shrink", 6: "implode", 9: "deflate64", 12: "bzip2", 14: "LZMA", 93: "zstd", 95: "xz", 98: "PPMd"}
NESTED = {".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".lz4", ".cab", ".jar", ".iso"}
MEDIA = (b"RIFF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"fLaC", b"OggS")
OVERSIZED_MEDIA = 10
END_RECORD = b"PK\x05\x06"
JUNK_FOLDERS = {"__macosx", ".git", ".svn", ".ipynb_checkpoints", "$recycle.bin", "@eadir"}
JUNK_FILES = {".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"}
JUNK_STEMS = {"readme", "license", "licence", "copying", "notice", "authors", "changelog", "citation"}


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


def damaged_error(name: str) -> LoadError:
    """The error for a member whose bytes are not what the list says."""
    return LoadError(
        "The zip file is damaged: a member does not hold what the archive's list says (size or checksum differ).",
        f"member {quote_names([name])}",
        "Make the zip again from the original files.",
    )


def check_limits(count: int, total: int, name: str, size: int) -> None:
    """Raises LoadError once so many files, or so many bytes, are over a limit."""
    if count > limits.ARCHIVE_MEMBERS:
        raise LoadError(
            f"The archive holds more than {limits.ARCHIVE_MEMBERS:,} files, the limit.", how="Upload fewer files."
        )
    if size > limits.MEMBER_BYTES:
        raise LoadError(
            f"One file in the archive unpacks to {format_bytes(size)}; "
            f"the limit is {format_bytes(limits.MEMBER_BYTES)}.",
            f"member {quote_names([name])}",
            "Make that file smaller or leave it out.",
        )
    if total > limits.ARCHIVE_UNPACKED_BYTES:
        raise LoadError(
            f"The archive unpacks to more than {format_bytes(limits.ARCHIVE_UNPACKED_BYTES)}, the limit.",
            how="Upload fewer or smaller files.",
        )


def check_list(file: BinaryIO, size: int) -> None:
    """Refuses by the end record alone: reading a list of millions of members would already cost the memory."""
    file.seek(0)
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


def oversized_media(file: BinaryIO, entries: Sequence[zipfile.ZipInfo]) -> dict[str, str]:
    """Members that are recordings or pictures but too large unpacked: name -> why. They are left out, no bomb."""
    found: dict[str, str] = {}
    for entry in entries:
        large = entry.file_size > limits.MEMBER_BYTES
        if not (large or _ratio_too_high(entry.file_size, entry.compress_size)):
            continue
        if entry.compress_type in METHODS and not entry.flag_bits & 0x1 and _peek(file, entry).startswith(MEDIA):
            found[entry.filename] = (
                f"larger than {format_bytes(limits.MEMBER_BYTES)} unpacked"
                if large
                else f"unpacking to more than {limits.ARCHIVE_RATIO} times their size"
            )
    return found if len(found) <= OVERSIZED_MEDIA else {}


def _peek(file: BinaryIO, entry: zipfile.ZipInfo) -> bytes:
    """The first bytes of a member, unpacked no further."""
    file.seek(data_offset(file, entry))
    raw = file.read(min(entry.compress_size, 4_096))
    if entry.compress_type == zipfile.ZIP_STORED:
        return raw[:16]
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, 16)
    except zlib.error:
        return b""


def check_entries(entries: Sequence[zipfile.ZipInfo], size: int, spared: Mapping[str, str]) -> None:
    """Raises LoadError for encryption, rare methods, nested archives, sizes and ratios, by the list alone."""
    if not entries:
        raise LoadError("The zip file is empty: it holds no files.", how="Zip one folder per class.")
    total = 0
    for count, entry in enumerate(entries, 1):
        if entry.filename in spared:
            continue
        total += entry.file_size
        check_limits(count, total, entry.filename, entry.file_size)
        where = f"member {quote_names([entry.filename])}"
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
        f"The archive would unpack to {format_bytes(unpacked)}, "
        f"more than {limits.ARCHIVE_RATIO} times its size, the limit.",
        where,
        "This looks like a zip bomb; upload ordinary files.",
    )


def data_offset(file: BinaryIO, entry: zipfile.ZipInfo) -> int:
    """Where a member's bytes begin, by its own header; LoadError if that contradicts the list."""
    file.seek(max(0, entry.header_offset))
    head = file.read(30)
    if entry.header_offset < 0 or len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise damaged_error(entry.filename)
    method, name_length, extra_length = *struct.unpack("<H", head[8:10]), *struct.unpack("<HH", head[26:30])
    if method != entry.compress_type:
        raise damaged_error(entry.filename)
    return entry.header_offset + 30 + name_length + extra_length


def check_overlap(spans: list[tuple[int, int, str]], end: int) -> None:
    """Raises LoadError if two members share bytes of the file; spans are (start, stop, name)."""
    spans.sort()
    for (_, stop, name), following in zip(spans, [*spans[1:], (end, end, "")], strict=True):
        if stop > following[0]:
            raise LoadError(
                "Members of the zip file overlap, as in a zip bomb.",
                f"member {quote_names([name])}",
                "Zip the files again.",
            )


def unsafe_reason(name: str, entry: zipfile.ZipInfo) -> str:
    """Why a member is left out by its name or mode alone; empty if it is harmless."""
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
