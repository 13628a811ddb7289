"""Parquet some rows at a time, as the texts that a CSV of it would hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core import limits
from core.readers.tables.column_names import clean_names
from core.readers.tables.formats import parquet_reader
from core.schema import LoadError

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

SIZES = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}


class ParquetRows:
    """The rows of a Parquet file. names: of the columns that are used. total: how many rows there are."""

    def __init__(self, path: Path, name: str) -> None:
        """Opens the footer.

        Args:
            path: of the file. name: for messages.

        Raises:
            LoadError: damaged, or it unpacks to more than its size allows.
        """
        self.path, self.name = path, name
        with self._open() as file:
            parquet_reader.check_sizes(file, path.stat().st_size, name)
            schema, self.total = file.schema_arrow, int(file.metadata.num_rows)
        names, _ = clean_names(list(schema.names))
        used = [place for place, field in enumerate(schema) if not parquet_reader.unusable_reason(field.type)]
        self.names, self.places = [names[place] for place in used], used

    def _open(self) -> pq.ParquetFile:
        """The file, its long strings kept as dictionaries."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            with pq.ParquetFile(self.path) as plain:
                words = parquet_reader.string_columns(plain.schema_arrow)
            return pq.ParquetFile(self.path, read_dictionary=words)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise self._damaged() from error

    def _damaged(self) -> LoadError:
        return LoadError(
            "The Parquet file is damaged: its pages or footer cannot be read.",
            self.name,
            "Write it again or copy it in full.",
        )

    def blocks(self, chunk: int) -> Iterator[list[list[str]]]:
        """The rows, ``chunk`` at a time.

        Args:
            chunk: rows.

        Yields:
            Rows of texts, "" for missing cells.

        Raises:
            LoadError: a page is damaged.
        """
        import pyarrow as pa

        with self._open() as file:
            batches = file.iter_batches(batch_size=chunk)
            try:
                for batch in batches:
                    columns = [column_texts(batch.column(place)) for place in self.places]
                    yield [list(row) for row in zip(*columns, strict=True)]
            except (pa.ArrowException, OSError, ValueError, UnicodeDecodeError) as error:
                raise self._damaged() from error


def column_texts(column: pa.Array) -> list[str]:
    """Cells of an Arrow column as they would be written in a file; lengths of time carry their unit.

    Args:
        column: n values of a plain type.

    Returns:
        n texts.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        column = column.storage
        kind = column.type
    if pa.types.is_dictionary(kind):
        # One long text for many rows is held once.
        words = column_texts(column.dictionary)
        return ["" if code is None else words[code] for code in column.indices.to_pylist()]
    if pa.types.is_duration(kind):
        seconds = column.cast(pa.int64()).to_pylist()
        return ["" if one is None else f"{number_text(one / SIZES[kind.unit])} s" for one in seconds]
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        if pa.types.is_timestamp(kind) and kind.tz:
            column = column.cast(pa.timestamp(kind.unit, "UTC"))
        moments = np.datetime_as_string(column.cast(pa.timestamp("s"), safe=False).to_numpy(zero_copy_only=False))
        return ["" if word == "NaT" else str(word) for word in moments]
    if pa.types.is_boolean(kind):
        return ["" if one is None else "true" if one else "false" for one in column.to_pylist()]
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        floats = column.cast(pa.float64(), safe=False).to_pylist()
        return ["" if one is None else number_text(one) for one in floats]
    texts = column.cast(pa.string())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        texts = pc.utf8_slice_codeunits(texts, 0, limits.CELL_CHARACTERS)
    return [one or "" for one in texts.to_pylist()]


def number_text(value: float) -> str:
    """A number as a file would hold it.

    Args:
        value: any float.

    Returns:
        "" for one that is missing; whole numbers without a point.
    """
    if value != value:
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
