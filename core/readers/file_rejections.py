"""Refuses a file by what it is, with the way out: one wording for every reader."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from core.readers import file_signatures
from core.schema import LoadError
from core.wording import printable

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
    "pickle": "Pickles can run programs and are never opened; save the data as Parquet or CSV.",
    "torch": "Models are never opened; upload data.",
    "npy": "Save a table as CSV or Parquet.",
    "sas": "Save it as CSV, in SAS with PROC EXPORT or in Python with pandas.read_sas(...).to_csv(...).",
    "xport": "Save it as CSV, in SAS with PROC EXPORT or in Python with pandas.read_sas(...).to_csv(...).",
    "spss": "Save it as CSV, in SPSS by its menu or in Python with pandas.read_spss(...).to_csv(...).",
    "stata": "Save it as CSV, in Stata with export delimited or in Python with pandas.read_stata(...).to_csv(...).",
    "rdata": "Save the table in R as CSV: write.csv(x, 'data.csv', row.names = FALSE).",
    "dbase": "Open it in a spreadsheet program and save it as CSV or .xlsx.",
    "sylk": "Open it in a spreadsheet program and save it as CSV or .xlsx.",
    "access": "Export the table from the database as CSV.",
    "sqlite": "Export the table from the database as CSV.",
    "duckdb": "Export the table from the database as CSV or Parquet.",
    "sql": "Load it into a database and export the table as CSV.",
    "matlab": "Save the table in MATLAB as CSV: writetable(x, 'data.csv').",
    "matrix market": "It has no names and no answers; write it as CSV with both: scipy.io.mmread(...) reads it.",
    "netcdf": "Save the variables as a table: CSV or Parquet.",
    "hdf5": "Save the table in it as CSV or Parquet.",
    "hdf4": "Save the table in it as CSV or Parquet.",
    "edf": "Save the channels as a CSV with a column of time and one a channel.",
    "fcs": "Save the events as a CSV with one column a channel.",
    "dicom": "Save the pictures as PNG, in one folder per class.",
    "nifti": "Save slices as PNG, in one folder per class.",
    "latex": "Save the table in it as CSV.",
}
WANTED = {
    ".csv": ("text",), ".tsv": ("text",), ".tab": ("text",), ".dat": ("text",), ".txt": ("text",),
    ".parquet": ("parquet",), ".pq": ("parquet",), ".xlsx": ("xlsx",), ".xlsm": ("xlsx",), ".zip": ("zip",),
    ".npz": ("numpy archive",), ".csv.gz": ("gzip",), ".tsv.gz": ("gzip",), ".txt.gz": ("gzip",),
}  # fmt: skip
OLD_SHEETS = (".xls", ".xlsb", ".ods")
OTHER = {
    ".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".wav", ".flac", ".ogg", ".mp3", ".json",
    ".html", ".htm", ".pdf", ".pkl", ".pickle", ".joblib", ".npy", ".h5", ".hdf5", ".pt", ".pth", ".feather",
    ".orc", ".arrow", ".yaml", ".yml", ".exe", ".so", ".rar", ".7z", ".tar", ".gz", ".docx", ".onnx",
    ".safetensors", ".xml", ".ipynb", ".doc", ".dbf", ".sav", ".rds", ".rda", ".rdata", ".sas7bdat", ".dta", ".mat",
}  # fmt: skip
READABLE = ("text", "parquet", "xlsx", "zip", "numpy archive")


def rejection(kind: str, name: str) -> LoadError:
    """The error for a file of a kind that no reader accepts."""
    return LoadError(
        f"This is {file_signatures.type_title(kind)}; it is not read.",
        printable(name),
        WAYS_OUT.get(kind, "Upload a table (CSV, Excel, Parquet) or a zip with one folder per class."),
    )


def suffix_of(name: str) -> str:
    """The suffix in lower case; ``.csv.gz`` counts as one."""
    suffixes = [suffix.lower() for suffix in PurePosixPath(name.replace("\\", "/")).suffixes[-2:]]
    return "".join(suffixes) if suffixes[-1:] == [".gz"] and len(suffixes) == 2 else "".join(suffixes[-1:])


def check_file_type(path: Path, name: str) -> str:
    """What a file is, once its name and its content agree.

    Raises:
        LoadError: the name promises another kind than the content is; says both, since one of them is a mistake.
    """
    kind = file_signatures.file_type(path)
    suffix = suffix_of(name)
    if kind == "empty":
        raise LoadError("The file is empty (0 bytes).", printable(name), "Upload a file with data in it.")
    wanted = WANTED.get(suffix)
    mistaken = (
        (wanted and kind not in wanted)
        or (suffix in OLD_SHEETS and kind != "ole" and kind != suffix[1:])
        or (kind in READABLE and suffix in OTHER)
    )
    if mistaken:
        raise LoadError(
            f"The file is named {printable(suffix, 12)} but is {file_signatures.type_title(kind)}.",
            printable(name),
            WAYS_OUT.get(kind, "Give it the name of what it is (.csv, .parquet, .xlsx, .zip) and upload it again."),
        )
    return kind
