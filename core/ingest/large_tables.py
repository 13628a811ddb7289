"""Tables on this machine's own disk that are larger than the limits of a table: a sample of their rows is read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core import limits
from core.ingest.file_reading import SAMPLED
from core.readers import file_rejections
from core.readers.tables.formats import row_sampling
from core.readers.tables.formats.row_sampling import RowSample
from core.schema import Dataset, LoadError
from core.wording import format_bytes, printable

# Kinds of data whose rows stand for themselves, so that some of them can be left out.
ROW_BY_ROW = ("table", "text")


def is_large(path: Path, name: str) -> bool:
    """Whether a file is a table beyond what is held in memory: of its size, rows, cells or unpacked bytes.

    Args:
        path: of the file. name: as it is called.

    Raises:
        LoadError: its name and its content disagree, or it is a damaged Parquet file.
    """
    if not path.is_file() or file_rejections.suffix_of(name) not in SAMPLED:
        return False
    kind, size = file_rejections.check_file_type(path, name), path.stat().st_size
    if kind not in ("parquet", "text"):
        return False
    if size > limits.UPLOAD_BYTES:
        return True
    if kind == "parquet":
        return _is_large_parquet(path)
    if size < limits.TABLE_ROWS:
        return False
    told = row_sampling.count_rows(path)
    return told.of > limits.TABLE_ROWS or told.of * told.kept > limits.TABLE_CELLS


def _is_large_parquet(path: Path) -> bool:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            rows, columns = file.metadata.num_rows, len(file.schema_arrow)
    except (pa.ArrowException, OSError, ValueError):
        return False
    return bool(rows > limits.TABLE_ROWS or rows * columns > limits.TABLE_CELLS)


def write_sample(path: Path, name: str, modality: str | None, folder: Path) -> tuple[Path, RowSample]:
    """A file with chosen rows of a large table, and how many of how many there are.

    Args:
        path, name: of the table. modality: as which it is asked for, None lets its content decide. folder: for
            the file.

    Raises:
        LoadError: too large for this too, damaged, or of data whose rows belong together.
    """
    size = path.stat().st_size
    if size > limits.LARGE_FILE_BYTES:
        raise LoadError(
            f"The file has {format_bytes(size)}; the limit on this machine's disk is "
            f"{format_bytes(limits.LARGE_FILE_BYTES)}.", printable(name), "Split it, or write a part of it.",
        )  # fmt: skip
    if modality is not None and modality not in ROW_BY_ROW:
        raise LoadError(
            f"The table is larger than {limits.TABLE_ROWS:,} rows, {limits.TABLE_CELLS:,} cells or "
            f"{format_bytes(limits.UPLOAD_BYTES)}, and rows that belong together cannot be sampled.",
            printable(name), "Write fewer series, users or steps into it, or read it as a table.",
        )  # fmt: skip
    out = folder / "sample"
    make = row_sampling.sample_parquet if file_rejections.check_file_type(path, name) == "parquet" else None
    return out, (make or row_sampling.sample_text)(path, out)


def tell_sample(dataset: Dataset, told: RowSample) -> Dataset:
    """The data set of a sample, which says so in its facts and first of its warnings.

    Args:
        dataset: as the sample was read. told: how many rows of how many.
    """
    said = (
        f"The file holds {told.of:,} rows, more than are held in memory: {told.kept:,} of them are read, chosen by a "
        "hash of their number, so that the same file gives the same rows. Nothing is trained on the others."
    )
    facts = {key: value for key, value in dataset.facts.items() if key != "offers"}
    facts["sampled"] = {"of": told.of, "kept": told.kept}
    return replace(dataset, facts=facts, warnings=(said, *dataset.warnings))
