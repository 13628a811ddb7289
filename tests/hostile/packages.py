"""Archives built to fill the disk, climb out of it, hide members or lie about them."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib

from tests.hostile.case import ERROR, FINE, TELL, WARN, Case
from tests.hostile.disguises import zipped
from tests.hostile.media import album, picture


def with_modes(modes: dict[str, int]) -> bytes:
    """The plain album and members of these Unix modes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as out:
        for name, data in album().items():
            out.writestr(name, data)
        for name, mode in modes.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3
            entry.external_attr = mode << 16
            out.writestr(entry, b"/etc/passwd")
    return held.getvalue()


def patched(data: bytes, mark: bytes, offset: int, new: bytes) -> bytes:
    """The bytes with ``new`` written ``offset`` behind every occurrence of ``mark``."""
    held, place = bytearray(data), data.find(mark)
    while place >= 0:
        held[place + offset : place + offset + len(new)] = new
        place = data.find(mark, place + 4)
    return bytes(held)


def overlapping(count: int = 200) -> bytes:
    """Many list entries that all point at one stored member."""
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = body.compress(bytes(1_000_000)) + body.flush()
    crc = zlib.crc32(bytes(1_000_000))
    fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, crc, len(packed), 1_000_000, 5, 0)
    local = b"PK\x03\x04" + fields + b"a.png" + packed
    listed = b""
    for number in range(count):
        name = b"c%03d/%03d.png" % (number % 9, number)
        listed += b"PK\x01\x02" + struct.pack("<HHHHHHIIIHHHHHII", 20, 20, 0, 8, 0, 0, crc, len(packed), 1_000_000, len(name),
                                              0, 0, 0, 0, 0, 0) + name  # fmt: skip
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(listed), len(local), 0)
    return local + listed + end


def _lying_small() -> bytes:
    """Both headers say 10 bytes, the member unfolds to 5 MB."""
    data = zipped({**album(), "cats/lie.png": bytes(5_000_000)})
    true = struct.pack("<I", 5_000_000)
    return data.replace(true, struct.pack("<I", 10))


def _nested(depth: int = 3) -> bytes:
    inner = zipped({"a.png": bytes(1_000_000)})
    for _ in range(depth):
        inner = zipped({f"{number}.zip": inner for number in range(10)})
    return inner


def cases() -> list[Case]:
    """All of this file."""
    base = album()
    safe = {"security": True}
    full = zipped(base)
    climb = {"../../out.png": picture(), "cats/../../../out2.png": picture()}
    zeros = {f"cats/{i}.png": bytes(60_000_000) for i in range(3)}
    end = full.rfind(b"PK\x05\x06")
    many = lambda: zipped({f"c{i % 2}/{i}.png": b"x" for i in range(65_000)}, zipfile.ZIP_STORED)
    return [
        Case("zip climbs", "a.zip", zipped({**base, **climb}), TELL, says="climbs", **safe),
        Case("zip absolute", "a.zip", zipped({**base, "/tmp/out.png": picture()}), TELL, says="absolute", **safe),
        Case("zip drive", "a.zip", zipped({**base, "C:\\out.png": picture()}), TELL, **safe),
        Case("zip backslash climbs", "a.zip", zipped({**base, "..\\..\\out.png": picture()}), TELL, says="climbs", **safe),
        Case("zip link", "a.zip", with_modes({"cats/link.png": stat.S_IFLNK | 0o777}), TELL, says="link", **safe),
        Case("zip pipe", "a.zip", with_modes({"cats/pipe.png": stat.S_IFIFO | 0o644}), TELL, **safe),
        Case("zip device", "a.zip", with_modes({"cats/dev.png": stat.S_IFCHR | 0o644}), TELL, **safe),
        Case("zip setuid", "a.zip", with_modes({"cats/suid.png": stat.S_IFREG | stat.S_ISUID | 0o755}), TELL, says="set-user", **safe),
        Case("zip flat bomb", "a.zip", lambda: zipped({**base, **zeros}), ERROR, says="200 times", **safe),
        Case("zip overlap", "a.zip", overlapping(), ERROR, **safe),
        Case("zip overlap small", "a.zip", overlapping(5), ERROR, says="overlap", **safe),
        Case("zip nested", "a.zip", _nested(), ERROR, says="another archive", **safe),
        Case("zip with zip", "a.zip", zipped({**base, "more.zip": zipped(base)}), TELL, **safe),
        Case("zip bzip2", "a.zip", zipped(base, zipfile.ZIP_BZIP2), ERROR, says="bzip2", **safe),
        Case("zip lzma", "a.zip", zipped(base, zipfile.ZIP_LZMA), ERROR, says="LZMA", **safe),
        Case("zip lies small", "a.zip", _lying_small(), TELL, **safe),
        Case("zip lies large", "a.zip", patched(full, b"PK\x01\x02", 24, struct.pack("<I", 3_000_000_000)), ERROR, **safe),
        Case("zip 65,000 members", "a.zip", many, ERROR, says="20,000", **safe),
        Case("zip lying count", "a.zip", full[: end + 8] + struct.pack("<HH", 60_000, 60_000) + full[end + 12 :], ERROR, **safe),
        Case("zip encrypted", "a.zip", patched(patched(full, b"PK\x01\x02", 8, b"\x01\0"), b"PK\x03\x04", 6, b"\x01\0"), ERROR, says="encrypted", **safe),
        Case("zip cut", "a.zip", full[: len(full) // 2], ERROR, **safe),
        Case("zip cut at end", "a.zip", full[:-10], ERROR, **safe),
        Case("zip bad crc", "a.zip", patched(patched(full, b"PK\x01\x02", 16, b"\1\2\3\4"), b"PK\x03\x04", 14, b"\1\2\3\4"), ERROR, **safe),
        Case("zip one bad member", "a.zip", _torn_member(), ERROR, says="damaged", **safe),
        Case("zip empty", "a.zip", zipped({}), ERROR, **safe),
        Case("zip folders only", "a.zip", zipped({"cats/": b"", "dogs/": b""}), ERROR),
        Case("zip twice", "a.zip", _twice(), WARN, says="twice"),
        Case("zip of tables", "a.zip", zipped({"a.csv": b"a,b\n1,2\n"}), ERROR, says="table"),
        Case("zip of programs", "a.zip", zipped({"a/x.exe": b"MZ", "b/y.sh": b"#!/bin/sh"}), ERROR, **safe),
        Case("zip prefixed", "a.zip", b"#!/bin/sh\necho hi\n" + full, ERROR, **safe),
        Case("zip with comment", "a.zip", full[:-2] + struct.pack("<H", 5) + b"hello", FINE),
        Case("zip odd names", "a.zip", zipped({**base, "cats/<img src=x>.png": picture(), "cats/\u202egnp.exe.png": picture()}), FINE, items=26, **safe),
    ]  # fmt: skip


def _torn_member() -> bytes:
    """One byte of one member's packed data is wrong."""
    data = bytearray(zipped(album()))
    data[data.find(b"cats/3.png") + 200] ^= 0xFF
    return bytes(data)


def _twice() -> bytes:
    import warnings

    held = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(held, "w") as out:
        warnings.simplefilter("ignore")
        for name, data in [*album().items(), ("cats/0.png", picture())]:
            out.writestr(name, data)
    return held.getvalue()
