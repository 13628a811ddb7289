"""Names what a file is by its first bytes, so that a suffix can never decide which decoder is reached."""

from __future__ import annotations

import re
from pathlib import Path

HEAD_BYTES = 8_192
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", "parquet"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"%PDF-", "pdf"),
    (b"\x7fELF", "elf"),
    (b"MZ\x90", "exe"),
    (b"\xca\xfe\xba\xbe", "class file"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"(\xb5/\xfd", "zstd"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x89HDF\r\n\x1a\n", "hdf5"),
    (b"\x93NUMPY", "npy"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"ARROW1", "feather"),
    (b"FEA1", "feather"),
    (b"ORC", "orc"),
    (b"Obj\x01", "avro"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"ID3", "mp3"),
    (b"{\\rtf", "rtf"),
    (b"%!PS", "postscript"),
    (b"SIMPLE  =", "fits"),
    (b"version https://git-lfs", "git-lfs"),
    (b"$FL2", "spss"),
    (b"$FL3", "spss"),
    (b"<stata_dta>", "stata"),
    (b"RDX2\n", "rdata"),
    (b"RDX3\n", "rdata"),
    (b"\x80\x02", "pickle"),
    (b"\x80\x03", "pickle"),
    (b"\x80\x04", "pickle"),
    (b"\x80\x05", "pickle"),
    (b"\x00asm", "wasm"),
    (b"GGUF", "gguf model"),
    (b"-----BEGIN ", "key"),
)
TITLES = {
    "parquet": "a Parquet file",
    "png": "a PNG picture",
    "jpeg": "a JPEG picture",
    "gif": "a GIF picture",
    "tiff": "a TIFF picture",
    "bmp": "a BMP picture",
    "webp": "a WebP picture",
    "heic": "a HEIC picture or a video",
    "svg": "an SVG drawing",
    "pdf": "a PDF document",
    "elf": "a Linux program",
    "exe": "a Windows program",
    "class file": "a program file",
    "wasm": "a program file",
    "script": "a program script",
    "gzip": "a gzip archive",
    "bzip2": "a bzip2 archive",
    "xz": "an xz archive",
    "zstd": "a zstd archive",
    "rar": "a RAR archive",
    "7z": "a 7z archive",
    "tar": "a tar archive",
    "zip": "a zip archive",
    "xlsx": "an Excel workbook (xlsx)",
    "xlsb": "a binary Excel workbook (xlsb)",
    "ods": "an OpenDocument spreadsheet",
    "docx": "a Word document",
    "pptx": "a PowerPoint document",
    "opendocument": "an OpenDocument file",
    "torch": "a PyTorch model",
    "numpy archive": "a NumPy archive (npz)",
    "jar": "a Java program",
    "ole": "an old Office file (xls, doc) or a password-protected workbook",
    "hdf5": "an HDF5 file (h5)",
    "npy": "a NumPy array (npy)",
    "pickle": "a Python pickle",
    "sqlite": "an SQLite database",
    "feather": "a Feather or Arrow IPC file",
    "orc": "an ORC file",
    "avro": "an Avro file",
    "wav": "a WAV recording",
    "ogg": "an Ogg recording",
    "flac": "a FLAC recording",
    "mp3": "an MP3 recording",
    "rtf": "an RTF document",
    "postscript": "a PostScript file",
    "fits": "a FITS file",
    "git-lfs": "a git-lfs pointer, not the data itself",
    "spss": "an SPSS file",
    "stata": "a Stata file",
    "rdata": "an R data file",
    "gguf model": "a language model",
    "key": "a key or certificate",
    "html": "an HTML page",
    "xml": "an XML file",
    "json": "a JSON file",
    "yaml": "a YAML file",
    "notebook": "a Jupyter notebook",
    "empty": "an empty file",
    "text": "plain text",
    "binary": "a binary file of an unknown kind",
}
OFFICE = (
    ("xl/workbook.xml", "xlsx"), ("xl/workbook.bin", "xlsb"), ("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx"),
    ("META-INF/MANIFEST.MF", "jar"),
)  # fmt: skip
PICTURES = ("png", "jpeg", "gif", "tiff", "bmp", "webp", "heic", "svg")
CUT_LINES = 6
SOUNDS = ("wav", "ogg", "flac", "mp3")


def file_type(path: Path | str) -> str:
    """What a file is by its content: a key of ``TITLES``; text that is nothing else is ``text``."""
    path = Path(path)
    with open(path, "rb") as file:
        head = file.read(HEAD_BYTES)
    found = file_type_of_bytes(head)
    return _inside_zip(path) if found == "zip" else found


def type_title(kind: str) -> str:
    """The kind with its article, for a message."""
    return TITLES.get(kind, "a file of an unknown kind")


def file_type_of_bytes(head: bytes) -> str:
    """What the first bytes say; every zip is ``zip`` here."""
    if not head:
        return "empty"
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK")):
        return "zip"
    if head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"WEBP"):
        return "wav" if head[8:12] == b"WAVE" else "webp"
    if head[:2] == b"BM" and len(head) > 18 and head[6:10] == b"\0\0\0\0":
        return "bmp"
    if head[4:8] == b"ftyp":
        return "heic"
    if len(head) > 262 and head[257:262] == b"ustar":
        return "tar"
    if re.match(rb"\xff[\xfb\xf3\xf2]", head) and len(head) > 3 and head[2] != 0:
        return "mp3"
    return _textual(head)


def _is_cut_alike(text: bytes) -> bool:
    """Whether the first lines have the same number of delimiters, as rows of a table whose first name is a tag have."""
    lines = [line for line in text.splitlines()[:CUT_LINES] if line.strip()]
    return len(lines) == CUT_LINES and any(
        0 < lines[0].count(mark) == lines[-1].count(mark) and len({line.count(mark) for line in lines}) == 1
        for mark in (b",", b";", b"\t", b"|")
    )


def _textual(head: bytes) -> str:
    if _old_pickle(head):
        return "pickle"
    text = head
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = head.decode("utf-16", errors="ignore").encode("utf-8", errors="ignore")
    bare = text.removeprefix(b"\xef\xbb\xbf").lstrip()
    low = bare[:1_024].lower()
    if low.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<meta", b"<script")):
        return "text" if _is_cut_alike(bare) else "html"
    if low.startswith((b"<?xml", b"<!doctype", b"<!entity", b"<svg", b"<!--")):
        return "svg" if b"<svg" in low else "html" if b"<html" in low else "xml"
    if low.startswith((b"#!/", b"<?php")):
        return "script"
    if low.startswith((b"{", b"[")) and _json(bare):
        return "notebook" if b'"cells"' in bare and b'"cell_type"' in bare else "json"
    if low.startswith((b"---\n", b"---\r\n", b"%yaml", b"!!python")):
        return "yaml"
    if b"!!python/" in low:
        return "yaml"
    return "binary" if _binary(head) else "text"


def _old_pickle(head: bytes) -> bool:
    """Pickles of protocol 0 and 1 have no magic; they open with an opcode for a class, a mark or a container."""
    if re.match(
        rb"^(\(dp\d|\(lp\d|c[A-Za-z_][\w.]*\n[A-Za-z_][\w.]*\n|\(i[A-Za-z_][\w.]*\n\w+\n|ccopy_reg\n|\(c\w+\n\w+\n)",
        head,
    ):
        return True
    return bool(re.match(rb"^[}\])(]q\x00", head)) and b"." in head


def _json(bare: bytes) -> bool:
    return bool(re.match(rb'^(\{\s*("|\})|\[\s*(\{|\[|"|-?\d|\]|null|true|false))', bare))


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
