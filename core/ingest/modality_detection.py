"""Decides which modality a file belongs to; refuses what no reader accepts, naming what it is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath

from core.readers import archives
from core.readers import file_rejections as refusals
from core.schema import LoadError
from core.wording import shown

PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"}
SOUNDS = {".wav", ".flac", ".ogg", ".mp3", ".aif", ".aiff", ".m4a"}
TEXTS = {".txt", ".md"}
TABLES = {".csv", ".tsv", ".parquet", ".xlsx", ".xls"}
DELIMITERS = (",", ";", "\t", "|")
PEEKED = 65_536
PACKED = (".csv.gz", ".tsv.gz", ".txt.gz")


def modality_of(path: Path, name: str) -> str:
    """The modality's key for a file or folder.

    Raises:
        LoadError: of a kind that is not read.
    """
    if path.is_dir():
        return _by_members(archives.members(path).names, name)
    kind = refusals.checked_kind(path, name)
    if kind == "text" and refusals.suffix_of(name) == ".txt" and _prose(path):
        return "corpus"
    if kind in ("text", "parquet", "xlsx") or (kind == "gzip" and refusals.suffix_of(name) in PACKED):
        return "table"
    if kind == "numpy archive":
        return "series"
    if kind == "zip":
        return _by_members(archives.members(path).names, name)
    raise refusals.refusal(kind, name)


def _prose(path: Path) -> bool:
    """Whether a .txt file is running text: mostly letters, and no delimiter that cuts its lines alike."""
    from core.readers.tables.text_encoding import decode

    with path.open("rb") as file:
        text = decode(file.read(PEEKED)).text
    lines = [line for line in text.splitlines() if line.strip()][:200]
    letters = sum(letter.isalpha() for line in lines for letter in line)
    if not lines or letters < 0.6 * sum(len(line) for line in lines):
        return False
    for delimiter in DELIMITERS:
        found = Counter(line.count(delimiter) for line in lines)
        usual, held = found.most_common(1)[0]
        if usual and held >= 0.8 * len(lines):
            return False
    # A list of words is a column; prose has several words a line.
    return sum(len(line.split()) for line in lines) >= 3 * len(lines)


def _by_members(names: tuple[str, ...], name: str) -> str:
    count = Counter(_group(PurePosixPath(member).suffix.lower()) for member in names)
    best = max(("image", "sound", "text"), key=lambda key: count[key])
    if count[best]:
        return best
    if count["table"]:
        raise LoadError(
            "The archive holds a table, not pictures, sounds or texts.",
            shown(name),
            "Unpack it and upload the table itself.",
        )
    raise LoadError(
        "The archive holds no pictures, sounds or texts.",
        shown(name),
        "Put the files of each class into a folder of its own.",
    )


def _group(suffix: str) -> str:
    groups = (("image", PICTURES), ("sound", SOUNDS), ("text", TEXTS), ("table", TABLES))
    return next((group for group, suffixes in groups if suffix in suffixes), "other")
