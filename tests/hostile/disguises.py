"""Files that are something else than their name says, models and other things that are never opened."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from functools import cache

from tests.hostile.case import ERROR, FINE, Case
from tests.hostile.texts_of_tables import table

PICKLES = {
    "protocol 0": b"cos\nsystem\n(S'echo broken'\ntR.",
    "protocol 0 dict": b"(dp0\nS'a'\np1\nI1\ns.",
    "protocol 1": b"cposix\nsystem\nq\x00(U\x04echoq\x01tq\x02Rq\x03.",
    "protocol 2": b"\x80\x02cposix\nsystem\nq\x00X\x04\x00\x00\x00echoq\x01\x85q\x02Rq\x03.",
    "protocol 3": b"\x80\x03cposix\nsystem\nq\x00X\x04\x00\x00\x00echoq\x01\x85q\x02Rq\x03.",
    "protocol 4": b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x04echo\x94\x85\x94R\x94.",
    "protocol 5": b"\x80\x05\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x04echo\x94\x85\x94R\x94.",
}


def png(width: int = 4, height: int = 4) -> bytes:
    """A tiny valid PNG."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + bytes(width) for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def zipped(members: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", how) as out:
        for name, data in members.items():
            out.writestr(name, data)
    return held.getvalue()


@cache
def workbook() -> bytes:
    """A small valid Excel workbook."""
    import openpyxl

    book = openpyxl.Workbook()
    for row in table().splitlines():
        book.active.append([float(c) if c.replace(".", "").isdigit() else c for c in row.split(",")])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def arrow(kind: str) -> bytes:
    """The plain table as Parquet, Feather or ORC."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.feather
    import pyarrow.orc
    import pyarrow.parquet

    frame = pyarrow.csv.read_csv(io.BytesIO(table().encode()))
    held = pa.BufferOutputStream()
    {"parquet": pyarrow.parquet.write_table, "feather": pyarrow.feather.write_feather, "orc": pyarrow.orc.write_table}[
        kind
    ](frame, held)
    return held.getvalue().to_pybytes()


def _tar() -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as out:
        entry = tarfile.TarInfo("a.csv")
        entry.size = 3
        out.addfile(entry, io.BytesIO(b"a,b"))
    return held.getvalue()


def strangers() -> dict[str, bytes]:
    """Contents that are no table, by what they are."""
    return {
        "png": png(),
        "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(100),
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n",
        "elf": b"\x7fELF\x02\x01\x01" + bytes(60),
        "exe": b"MZ\x90\x00\x03" + bytes(60),
        "html": b"<!DOCTYPE html><html><body><table><tr><td>1,2</td></tr></table></body></html>",
        "json": b'{"a": [1, 2, 3], "b": [4, 5, 6]}',
        "json rows": b'[{"a": 1, "b": 2}, {"a": 3, "b": 4}]',
        "xml": b'<?xml version="1.0"?><rows><row a="1" b="2"/></rows>',
        "lfs": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n",
        "gzip": gzip.compress(table().encode()),
        "zip": zipped({"a/1.txt": b"hello", "b/2.txt": b"there"}),
        "rar": b"Rar!\x1a\x07\x01\x00" + bytes(80),
        "7z": b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(80),
        "tar": _tar(),
        "sqlite": b"SQLite format 3\x00" + bytes(100),
        "h5": b"\x89HDF\r\n\x1a\n" + bytes(100),
        "npy of objects": b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,), }" + b" " * 50 + b"\n"
        + PICKLES["protocol 4"],
        "torch": zipped({"model/data.pkl": PICKLES["protocol 2"], "model/version": b"3\n"}, zipfile.ZIP_STORED),
        "old torch": b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.",
        "yaml": b"---\nmodel: !!python/object/apply:os.system ['echo']\n",
        "joblib zlib": zlib.compress(PICKLES["protocol 4"] * 3),
        "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "docx": zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
        "feather": arrow("feather"),
        "orc": arrow("orc"),
        "wav": b"RIFF\x24\0\0\0WAVEfmt " + bytes(40),
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
        "script": b"#!/bin/sh\necho a,b\n",
        "rtf": b"{\\rtf1\\ansi a,b,c}",
        **{f"pickle {name}": data for name, data in PICKLES.items()},
    }  # fmt: skip


def cases() -> list[Case]:
    """Every stranger under every name it could hide behind."""
    found = [Case(f"{key} as csv", "a.csv", data, ERROR, security=True) for key, data in strangers().items()]
    for key in (
        "png",
        "json",
        "pickle protocol 0",
        "pickle protocol 4",
        "html",
        "gzip",
        "torch",
        "npy of objects",
        "rar",
        "zip",
    ):
        data = strangers()[key]
        found += [
            Case(f"{key} as {suffix}", f"a.{suffix}", data, ERROR, security=True)
            for suffix in ("xlsx", "parquet", "pkl", "xls", "npz", "csv.gz")
            if (key, suffix) not in (("gzip", "csv.gz"),)
        ]
    book, plain = workbook(), table().encode()
    real = arrow("parquet")
    return [
        *found,
        *(
            Case(f"{key} as zip", "a.zip", data, ERROR, security=True)
            for key, data in strangers().items()
            if key != "zip"
        ),
        Case("workbook as csv", "a.csv", book, ERROR, says="Excel", security=True),
        Case("workbook as zip", "a.zip", book, ERROR, says="Excel", security=True),
        Case("workbook as xls", "a.xls", book, ERROR, security=True),
        Case("parquet as csv", "a.csv", real, ERROR, says="Parquet", security=True),
        Case("csv as xlsx", "a.xlsx", plain, ERROR, says="plain text", security=True),
        Case("csv as parquet", "a.parquet", plain, ERROR, security=True),
        Case("csv as zip", "a.zip", plain, ERROR, security=True),
        Case("csv as png", "a.png", plain, ERROR, security=True),
        Case("csv as pkl", "a.pkl", plain, ERROR, security=True),
        Case("csv as gz", "a.csv.gz", plain, ERROR, security=True),
        Case("page as xls", "a.xls", strangers()["html"], ERROR, says="HTML", security=True),
        Case("packed csv", "a.csv.gz", gzip.compress(plain), FINE, rows=60),
        Case("packed csv cut", "a.csv.gz", gzip.compress(plain)[:-20], ERROR),
        Case("packed csv torn", "a.csv.gz", gzip.compress(plain)[:100] + b"xx" + gzip.compress(plain)[102:], ERROR),
        Case("packed pickle", "a.csv.gz", gzip.compress(PICKLES["protocol 4"]), ERROR, security=True),
        Case(
            "gzip bomb",
            "a.csv.gz",
            lambda: gzip.compress(b"1,2,3\n" * 60_000_000, 9),
            ERROR,
            says="unpacks",
            security=True,
        ),
        Case("real parquet", "a.parquet", real, FINE, rows=60),
        Case("real workbook", "a.xlsx", book, FINE, rows=60),
    ]
