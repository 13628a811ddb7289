"""Names what a file is by its first bytes, so that a suffix can never decide which decoder is reached."""

from __future__ import annotations

import json
import re
from pathlib import Path

HEAD_BYTES = 8_192
# What a file is called in messages, and the first bytes by which it is known, where these tell it.
KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "parquet": ("a Parquet file", (b"PAR1",)),
    "png": ("a PNG picture", (b"\x89PNG\r\n\x1a\n",)),
    "jpeg": ("a JPEG picture", (b"\xff\xd8\xff",)),
    "gif": ("a GIF picture", (b"GIF87a", b"GIF89a")),
    "tiff": ("a TIFF picture", (b"II*\x00", b"MM\x00*")),
    "bmp": ("a BMP picture", ()),
    "webp": ("a WebP picture", ()),
    "heic": ("a HEIC picture or a video", ()),
    "video": ("a video", (b"\x1aE\xdf\xa3",)),
    "svg": ("an SVG drawing", ()),
    "pdf": ("a PDF document", (b"%PDF-",)),
    "elf": ("a Linux program", (b"\x7fELF",)),
    "exe": ("a Windows program", (b"MZ\x90",)),
    "class file": ("a program file", (b"\xca\xfe\xba\xbe",)),
    "wasm": ("a program file", (b"\x00asm",)),
    "script": ("a program script", (b"#!/", b"<?php", b"<?PHP")),
    "gzip": ("a gzip archive", (b"\x1f\x8b",)),
    "bzip2": ("a bzip2 archive", (b"BZh",)),
    "xz": ("an xz archive", (b"\xfd7zXZ\x00",)),
    "zstd": ("a zstd archive", (b"(\xb5/\xfd",)),
    "lz4": ("an LZ4 archive", (b"\x04\x22\x4d\x18",)),
    "rar": ("a RAR archive", (b"Rar!\x1a\x07",)),
    "7z": ("a 7z archive", (b"7z\xbc\xaf\x27\x1c",)),
    "tar": ("a tar archive", ()),
    "zip": ("a zip archive", ()),
    "xlsx": ("an Excel workbook (xlsx)", ()),
    "xlsb": ("a binary Excel workbook (xlsb)", ()),
    "ods": ("an OpenDocument spreadsheet", ()),
    "docx": ("a Word document", ()),
    "pptx": ("a PowerPoint document", ()),
    "opendocument": ("an OpenDocument file", ()),
    "torch": ("a PyTorch model", ()),
    "numpy archive": ("a NumPy archive (npz)", ()),
    "jar": ("a Java program", ()),
    "ole": ("an old Office file (xls, doc) or a password-protected workbook", (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)),
    "sylk": ("a SYLK spreadsheet", ()),
    "hdf5": ("an HDF5 file (h5)", (b"\x89HDF\r\n\x1a\n",)),
    "hdf4": ("an HDF4 file", (b"\x0e\x03\x13\x01",)),
    "netcdf": ("a NetCDF file", (b"CDF\x01", b"CDF\x02", b"CDF\x05")),
    "matlab": ("a MATLAB file (mat)", (b"MATLAB 5.0 MAT-file", b"MATLAB 7.0 MAT-file")),
    "matrix market": ("a MatrixMarket matrix", (b"%%MatrixMarket", b"%%matrixmarket")),
    "npy": ("a NumPy array (npy)", (b"\x93NUMPY",)),
    "pickle": ("a Python pickle", (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")),
    "sqlite": ("an SQLite database", (b"SQLite format 3\x00",)),
    "duckdb": ("a DuckDB database", ()),
    "access": ("an Access database", ()),
    "dbase": ("a dBase table (dbf)", ()),
    "feather": ("a Feather or Arrow IPC file", (b"ARROW1", b"FEA1")),
    "orc": ("an ORC file", (b"ORC",)),
    "avro": ("an Avro file", (b"Obj\x01",)),
    "wav": ("a WAV recording", ()),
    "ogg": ("an Ogg recording", (b"OggS",)),
    "flac": ("a FLAC recording", (b"fLaC",)),
    "mp3": ("an MP3 recording", (b"ID3",)),
    "midi": ("a MIDI file", (b"MThd\x00",)),
    "edf": ("a recording in EDF or BDF", ()),
    "fcs": ("a file of a flow cytometer (FCS)", (b"FCS2.0", b"FCS3.0", b"FCS3.1")),
    "dicom": ("a DICOM picture", ()),
    "nifti": ("a NIfTI volume", ()),
    "shapefile": ("a shapefile", (b"\x00\x00\x27\x0a\x00",)),
    "rtf": ("an RTF document", (b"{\\rtf",)),
    "latex": ("a LaTeX document", (b"\\begin{", b"\\documentclass")),
    "postscript": ("a PostScript file", (b"%!PS",)),
    "fits": ("a FITS file", (b"SIMPLE  =",)),
    "git-lfs": ("a git-lfs pointer, not the data itself", (b"version https://git-lfs",)),
    "spss": ("an SPSS file", (b"$FL2", b"$FL3", b"ASCII SPSS PORT FILE")),
    "stata": ("a Stata file", (b"<stata_dta>",)),
    "sas": ("a SAS file (sas7bdat)", (bytes(12) + b"\xc2\xea\x81\x60",)),
    "xport": ("a SAS transport file (XPT)", (b"HEADER RECORD*******",)),
    "rdata": ("an R data file", (b"RDX2\n", b"RDX3\n", b"RDA2\n", b"RDA3\n", b"X\n\x00\x00\x00", b"A\n2\n", b"A\n3\n")),
    "gguf model": ("a language model", (b"GGUF",)),
    "key": ("a key or certificate", (b"-----BEGIN ",)),
    "calendar": ("a calendar or address book", (b"BEGIN:VC",)),
    "sql": ("a dump of an SQL database", (b"CREATE TABLE ", b"INSERT INTO ", b"-- MySQL dump", b"--\n-- PostgreSQL")),
    "html": ("an HTML page", ()),
    "xml": ("an XML file", ()),
    "json": ("a JSON file", ()),
    "yaml": ("a YAML file", ()),
    "notebook": ("a Jupyter notebook", ()),
    "empty": ("an empty file", ()),
    "text": ("plain text", ()),
    "binary": ("a binary file of an unknown kind", ()),
}
TITLES = {kind: title for kind, (title, _) in KINDS.items()}
# Bytes behind the first ones: where they stand, what they are.
LATER = (
    (257, b"ustar", "tar"), (128, b"DICM", "dicom"), (344, b"n+1\x00", "nifti"), (344, b"ni1\x00", "nifti"),
    (4, b"Standard Jet DB", "access"), (4, b"Standard ACE DB", "access"), (8, b"DUCK", "duckdb"), (4, b"ftyp", "heic"),
)  # fmt: skip
DBASE = (0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x43, 0x83, 0x8B, 0xF5)
# Of a packed file so many bytes are unpacked to see what is in it.
PEEKED = 64
# First bytes up to this length may be the name of a column.
LONGEST_NAME = 8
CONTROL = bytes([*range(9), 11, 12, *range(14, 32), 127])
OFFICE = (
    ("xl/workbook.xml", "xlsx"), ("xl/workbook.bin", "xlsb"), ("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx"),
    ("META-INF/MANIFEST.MF", "jar"),
)  # fmt: skip
PICTURES = ("png", "jpeg", "gif", "tiff", "bmp", "webp", "heic", "svg")
CUT_LINES, FEWEST_LINES = 6, 4
CUT_CHARACTERS = 400
SOUNDS = ("wav", "ogg", "flac", "mp3")


def file_type(path: Path | str) -> str:
    """What a file is by its content: a key of ``TITLES``; text that is nothing else is ``text``."""
    path = Path(path)
    with open(path, "rb") as file:
        head = file.read(HEAD_BYTES)
    found = file_type_of_bytes(head)
    if found in ("gzip", "bzip2", "xz"):
        return "rdata" if _magic(_unpacked(head, found)) == "rdata" else found
    return _inside_zip(path) if found == "zip" else found


def _unpacked(head: bytes, kind: str) -> bytes:
    """The first bytes of what is packed; nothing where it is damaged."""
    import bz2
    import lzma
    import zlib

    try:
        if kind == "gzip":
            return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, PEEKED)
        packed = bz2.BZ2Decompressor() if kind == "bzip2" else lzma.LZMADecompressor(memlimit=1 << 26)
        return packed.decompress(head, PEEKED)
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):
        return b""


def _magic(head: bytes) -> str:
    """The kind whose first bytes these are; words at the head of a table, such as a column ORC, are none."""
    for kind, (_, begins) in KINDS.items():
        for magic in begins:
            if head.startswith(magic):
                name = len(magic) <= LONGEST_NAME and magic.isascii() and magic == magic.translate(None, CONTROL)
                return "" if name and _is_table(head) else kind
    return ""


def type_title(kind: str) -> str:
    """The kind with its article, for a message."""
    return TITLES.get(kind, "a file of an unknown kind")


def file_type_of_bytes(head: bytes) -> str:
    """What the first bytes say; every zip is ``zip`` here."""
    if not head:
        return "empty"
    if kind := _magic(head):
        return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK")):
        return "zip"
    if head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"WEBP"):
        return "wav" if head[8:12] == b"WAVE" else "webp"
    if head[:2] == b"BM" and len(head) > 18 and head[6:10] == b"\0\0\0\0":
        return "bmp"
    for place, magic, kind in LATER:
        if head[place : place + len(magic)] == magic and not _is_table(head):
            return kind
    if re.match(rb"\xff[\xfb\xf3\xf2]", head) and len(head) > 3 and head[2] != 0:
        return "mp3"
    if re.match(rb"[qrs][\x01\x02]\x01\x00", head):
        return "stata"
    if re.match(rb"(0 {7}|\xffBIOSEMI).{176}\d+ *", head, re.DOTALL) and b"\n" not in head[:184]:
        return "edf"
    return "dbase" if _is_dbase(head) else _textual(head)


def _is_dbase(head: bytes) -> bool:
    """Whether the bytes are the head of a dbf file: a date, and a length of 32 bytes a field that a sign ends."""
    if len(head) < 66 or head[0] not in DBASE or not (1 <= head[2] <= 12 and 1 <= head[3] <= 31):
        return False
    length = int.from_bytes(head[8:10], "little")
    return length % 32 in (1, 8, 9) and (
        length > len(head) or b"\r" in head[length - 264 if length > 296 else 64 : length]
    )


def _is_table(head: bytes) -> bool:
    """Whether the bytes are text whose lines have the same number of delimiters, as rows of a table have."""
    return len(head.translate(None, CONTROL)) == len(head) and _is_cut_alike(head)


def _is_cut_alike(text: bytes) -> bool:
    """Whether the first lines have the same number of delimiters, as rows of a table whose first name is a tag have."""
    lines = [line for line in text.splitlines()[:CUT_LINES] if line.strip()]
    return len(lines) >= FEWEST_LINES and any(
        lines[0].count(mark) and len({line.count(mark) for line in lines}) == 1 for mark in (b",", b";", b"\t", b"|")
    )


def _textual(head: bytes) -> str:
    if re.match(rb"ID;P[^\r\n]*[\r\n]+(?:[BCFOP];[^\r\n]*[\r\n]+)*[BCF];[XY]\d", head):
        return "sylk"
    text = head
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = head.decode("utf-16", errors="ignore").encode("utf-8", errors="ignore")
    bare = text.removeprefix(b"\xef\xbb\xbf").lstrip()
    low = bare[:1_024].lower()
    if low.startswith((b"{", b"[")) and _json(bare):
        return "notebook" if b'"cells"' in bare and b'"cell_type"' in bare else "json"
    if not _is_table(bare):
        if kind := _markup(bare, low):
            return kind
        if _old_pickle(head):
            return "pickle"
    return "binary" if _binary(head) else "text"


def _markup(bare: bytes, low: bytes) -> str:
    """Which language of marks a text is written in, "" for none; bare: the text, low: its first letters, small."""
    if bare is not low and (kind := _magic(bare)):
        return kind
    if low.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<meta", b"<script")):
        return "html"
    if low.startswith((b"<?xml", b"<!doctype", b"<!entity", b"<svg", b"<!--")):
        return "svg" if b"<svg" in low else "html" if b"<html" in low else "xml"
    return "yaml" if low.startswith((b"---\n", b"---\r\n", b"%yaml", b"!!python")) or b"!!python/" in low else ""


def _old_pickle(head: bytes) -> bool:
    """Pickles of protocol 0 and 1 have no magic; they open with an opcode for a class, a mark or a container."""
    if re.match(
        rb"^(\(dp\d|\(lp\d|c[A-Za-z_][\w.]*\n[A-Za-z_][\w.]*\n|\(i[A-Za-z_][\w.]*\n\w+\n|ccopy_reg\n|\(c\w+\n\w+\n)",
        head,
    ):
        return True
    return bool(re.match(rb"^[}\])(]q\x00", head)) and b"." in head


def _json(bare: bytes) -> bool:
    """Whether a text is JSON: by its first signs, and where its lines are cut like a table's, by whether it parses."""
    if not re.match(rb'^(\{\s*("|\})|\[\s*(\{|\[|"|-?\d|\]|null|true|false))', bare):
        return False
    if not _is_table(bare):
        return True
    text = bare.decode("utf-8", errors="replace")
    try:
        json.JSONDecoder().raw_decode(text)
    except RecursionError:
        return True
    except ValueError as error:
        # What is cut off at the end of these bytes may go on as JSON.
        return getattr(error, "pos", 0) >= len(text) - min(CUT_CHARACTERS, len(text) // 20)
    return json.JSONDecoder().raw_decode(text)[1] >= len(text.splitlines()[0].rstrip())


def _binary(head: bytes) -> bool:
    """Whether the bytes cannot be text in any encoding: many control bytes that are no UTF-16 or UTF-32 pattern."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or head[:4] == b"\0\0\xfe\xff":
        return False
    odd = sum(byte < 32 and byte not in (0, 9, 10, 12, 13, 26, 27) for byte in head)
    zeros = head.count(0)
    if odd > 0.1 * len(head):
        return True
    if zeros > 0.1 * len(head):
        quarter = [head[start::4].count(0) / max(1, len(head[start::4])) for start in range(4)]
        wide = sum(share > 0.7 for share in quarter) in (2, 3) and min(quarter) < 0.5
        return not wide and max(head[0::2].count(0), head[1::2].count(0)) < 0.7 * (len(head) // 2)
    return False


def _inside_zip(path: Path) -> str:
    """Tells Office files, models and NumPy archives from plain zips by the names in the archive's list."""
    import zipfile

    from core.readers.archives import list_names

    try:
        names = list_names(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "zip"
    for part, kind in OFFICE:
        if any(name.startswith(part) for name in names) and (kind == "jar" or "[Content_Types].xml" in names):
            return kind
    if "mimetype" in names and "content.xml" in names:
        return "ods"
    if any(name == "data.pkl" or name.endswith("/data.pkl") for name in names):
        return "torch"
    if names and all(name.endswith(".npy") for name in names):
        return "numpy archive"
    return "zip"
