"""Decides which modality a file belongs to; refuses what no reader accepts, naming what it is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath

from core.tools import archives, sniff
from core.tools.words import shown
from core.vocabulary import LoadError

PICTURE_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"}
SOUND_SUFFIXES = {".wav", ".flac", ".ogg", ".mp3", ".aif", ".aiff", ".m4a"}
TEXT_SUFFIXES = {".txt", ".md"}
TABLE_SUFFIXES = {".csv", ".tsv", ".parquet", ".xlsx", ".xls"}
WAYS_OUT = {
    "ole": "Open it in a spreadsheet program and save it as .xlsx without a password, or as CSV.",
    "xlsb": "Save it as .xlsx or CSV.",
    "ods": "Save it as .xlsx or CSV.",
    "feather": "Save it as Parquet: to_parquet(...).",
    "orc": "Save it as Parquet.",
    "html": "Save the table as CSV; this is a web page.",
    "json": "Save it as CSV or Parquet.",
    "git-lfs": "Fetch the data itself with git lfs pull, then upload that.",
    "gzip": "Unpack it first, or name it .csv.gz if it is a packed CSV.",
}


def modality_of(path: Path, name: str) -> str:
    """The modality's key for a file or folder.

    Raises:
        LoadError: of a kind that is not read.
    """
    if path.is_dir():
        return _by_members(archives.members(path).names, name)
    kind = sniff.kind_of(path)
    suffix = _suffix(name)
    _check_suffix(kind, suffix, name)
    if kind in ("text", "parquet", "xlsx") or (kind == "gzip" and suffix in (".csv.gz", ".tsv.gz", ".txt.gz")):
        return "table"
    if kind == "numpy archive":
        return "series"
    if kind == "zip":
        return _by_members(archives.members(path).names, name)
    raise refusal(kind, name)


def refusal(kind: str, name: str) -> LoadError:
    """The error for a file of a kind that no reader accepts."""
    return LoadError(
        f"This is {sniff.title_of(kind)}; it is not read.",
        shown(name),
        WAYS_OUT.get(kind, "Upload a table (CSV, Excel, Parquet) or a zip with one folder per class."),
    )


def _suffix(name: str) -> str:
    suffixes = [suffix.lower() for suffix in PurePosixPath(name.replace("\\", "/")).suffixes[-2:]]
    return "".join(suffixes) if suffixes[-1:] == [".gz"] else "".join(suffixes[-1:])


def _check_suffix(kind: str, suffix: str, name: str) -> None:
    """A name that promises another kind than the content is: say both, since one of them is a mistake."""
    wanted = {
        ".csv": ("text",), ".tsv": ("text",), ".tab": ("text",), ".dat": ("text",), ".txt": ("text",),
        ".parquet": ("parquet",), ".pq": ("parquet",), ".xlsx": ("xlsx",), ".xlsm": ("xlsx",), ".zip": ("zip",),
        ".npz": ("numpy archive",), ".csv.gz": ("gzip",), ".tsv.gz": ("gzip",), ".txt.gz": ("gzip",),
    }.get(suffix)  # fmt: skip
    if suffix in (".xls", ".xlsb", ".ods") and kind in ("text", "html", "xml", "xlsx"):
        raise LoadError(
            f"The file is named {suffix} but is {sniff.title_of(kind)}.", shown(name), "Save it as .xlsx or as CSV."
        )
    if wanted and kind not in wanted:
        raise LoadError(
            f"The file is named {suffix} but is {sniff.title_of(kind)}.",
            shown(name),
            WAYS_OUT.get(kind, "Upload the right file, or give it the name of what it is."),
        )
    known = PICTURE_SUFFIXES | SOUND_SUFFIXES | {
        ".json", ".html", ".htm", ".pdf", ".pkl", ".pickle", ".joblib", ".npy", ".h5", ".hdf5", ".pt", ".pth", ".feather",
        ".orc", ".arrow", ".yaml", ".yml", ".exe", ".so", ".rar", ".7z", ".tar", ".gz", ".docx", ".onnx", ".safetensors",
    }  # fmt: skip
    if kind in ("text", "parquet", "xlsx", "zip") and suffix in known:
        raise LoadError(
            f"The file is named {shown(suffix, 12)} but is {sniff.title_of(kind)}.",
            shown(name),
            "Give it the name of what it is (.csv, .parquet, .xlsx, .zip) and upload it again.",
        )


def _by_members(names: tuple[str, ...], name: str) -> str:
    count = Counter(_group(PurePosixPath(member).suffix.lower()) for member in names)
    for modality in ("image", "sound", "text"):
        if count[modality] and count[modality] == max(count[key] for key in ("image", "sound", "text")):
            return modality
    if count["table"]:
        raise LoadError(
            "The archive holds a table, not pictures, sounds or texts.", shown(name), "Unpack it and upload the table itself."
        )
    raise LoadError(
        "The archive holds no pictures, sounds or texts.", shown(name), "Put the files of each class into a folder of its own."
    )


def _group(suffix: str) -> str:
    if suffix in PICTURE_SUFFIXES:
        return "image"
    if suffix in SOUND_SUFFIXES:
        return "sound"
    if suffix in TEXT_SUFFIXES:
        return "text"
    return "table" if suffix in TABLE_SUFFIXES else "other"
