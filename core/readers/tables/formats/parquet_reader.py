"""Reads Parquet: checks sizes before a value is decoded, flattens nothing, and leaves out what is no plain column."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core import limits
from core.readers.tables import column_types
from core.readers.tables.column_evidence import settle_columns
from core.readers.tables.column_names import clean_names
from core.readers.tables.column_readings import left_out_reading
from core.readers.tables.dataset_builder import build_dataset, check_shape
from core.readers.tables.overruled_columns import leave_out, read_column, resolve_types
from core.readers.tables.read_warnings import Note
from core.readers.tables.typed_column import TypedColumn
from core.readers.tables.values.file_evidence import FileEvidence
from core.schema import Dataset, LoadError, ReadAs
from core.wording import count_of, format_bytes, quote_names

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

TYPED = FileEvidence(typed=True)
ALL_BITS = 2**64 - 1


def read_parquet(path: Path, name: str, types: Mapping[str, str] | None = None) -> Dataset:
    """Reads a Parquet file.

    Args:
        path: of the file. name: as the browser gave it. types: columns whose type a person set.

    Raises:
        LoadError: damaged, or over a limit.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as plain:
            words = string_columns(plain.schema_arrow)
        # A dictionary page may hold one long string for millions of rows: it must stay a dictionary in memory.
        with pq.ParquetFile(path, read_dictionary=words) as file:
            return _read(file, path, name, types or {})
    except LoadError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, UnicodeDecodeError, OverflowError):
        raise LoadError(
            "The Parquet file is damaged: its pages or footer cannot be read.",
            name,
            "Write it again or copy it in full.",
        ) from None


def _read(file: pq.ParquetFile, path: Path, name: str, types: Mapping[str, str]) -> Dataset:
    import pyarrow as pa

    facts = file.metadata
    schema = file.schema_arrow
    check_shape(name, facts.num_rows, len(schema))
    check_sizes(file, path.stat().st_size, name)
    names, warnings = clean_names(list(schema.names))
    columns: list[TypedColumn] = []
    left_out: list[tuple[str, str]] = []
    held: dict[int, pa.ChunkedArray] = {}
    told = resolve_types(types, names)
    for place, field in enumerate(schema):
        reason = unusable_reason(field.type)
        if reason and told.get(names[place]) in (None, "drop"):
            left_out.append((names[place], reason))
        else:
            # The reader counts whole columns here, not the leaves of nested ones.
            values = file.reader.read_column(place)
            values.validate(full=True)
            columns.append(read_values(names[place], values, told.get(names[place])))
            if columns[-1].evidence.open:
                held[len(columns) - 1] = values
    if facts.num_rows and any(len(_values(one)) != facts.num_rows for one in columns):
        raise pa.ArrowInvalid("columns differ in length")
    columns = settle_columns(
        columns,
        TYPED,
        lambda place, more: read_values(
            columns[place].column.name, held[place], told.get(columns[place].column.name), more
        ),
    )
    said = list(warnings)
    if left_out:
        listed = ", ".join(f"{quote_names([column])} ({why})" for column, why in left_out[:6])
        said.append(f"{count_of(len(left_out), 'column')} left out: {listed}.")
    return build_dataset(
        name, columns, said, left_out=[left_out_reading(column, why) for column, why in left_out], types=types
    )


def string_columns(schema: pa.Schema) -> list[str]:
    """Names of the columns that hold texts, which are read as dictionaries.

    Args:
        schema: of the file.
    """
    import pyarrow as pa

    return [
        field.name
        for field in schema
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type) or pa.types.is_dictionary(field.type)
    ]


def _values(one: TypedColumn) -> np.ndarray:
    return one.values[0] if isinstance(one.values, tuple) else one.values


def check_sizes(file: pq.ParquetFile, packed: int, name: str) -> None:
    """Refuses a file that unpacks to too much, before a page is read.

    Args:
        file: opened. packed: bytes of the file. name: of the file.

    Raises:
        LoadError: over a limit.
    """
    facts = file.metadata
    total = 0
    for group in range(facts.num_row_groups):
        for place in range(facts.num_columns):
            chunk = facts.row_group(group).column(place)
            total += max(0, chunk.total_uncompressed_size)
            if chunk.num_values > limits.TABLE_ROWS * 4:
                raise LoadError(
                    f"A column holds {chunk.num_values:,} values; the limit is {limits.TABLE_ROWS:,} rows.", name
                )
    packed = max(packed, 1)
    if total > limits.ARCHIVE_UNPACKED_BYTES or (
        total > limits.ARCHIVE_RATIO_FROM_BYTES * 5 and total > limits.ARCHIVE_RATIO * packed
    ):
        raise LoadError(
            f"The Parquet file unpacks to {format_bytes(total)}, {total / packed:,.0f} times its size; the limits are "
            f"{format_bytes(limits.ARCHIVE_UNPACKED_BYTES)} and {limits.ARCHIVE_RATIO} times.",
            name,
            "Upload fewer rows.",
        )


def unusable_reason(kind: pa.DataType) -> str:
    """Why a column of this type is left out; "" where it is used.

    Args:
        kind: of the column.
    """
    import pyarrow as pa

    if isinstance(kind, pa.BaseExtensionType):
        kind = kind.storage_type
    if pa.types.is_nested(kind):
        return "nested values"
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return "binary values"
    return ""


def read_values(
    name: str, column: pa.ChunkedArray, read_as: ReadAs | None, evidence: FileEvidence = TYPED
) -> TypedColumn:
    """One Arrow column, by its values or as a person said.

    Args:
        name: of the column. column: chunked array (n,). read_as: what was said, or None. evidence: of the file.

    Raises:
        LoadError: no value of the column can be read so.
    """
    import pyarrow as pa

    if read_as is None:
        return infer_column(name, column, evidence)
    if read_as == "drop":
        return leave_out(infer_column(name, column, evidence))
    if isinstance(column.type, pa.BaseExtensionType):
        column = pa.chunked_array([chunk.storage for chunk in column.chunks], type=column.type.storage_type)
    if pa.types.is_duration(column.type):
        column = pa.chunked_array([pa.array(_seconds(column), from_pandas=True)])
    if not (pa.types.is_dictionary(column.type) and pa.types.is_string(column.type.value_type)):
        try:
            column = column.cast(pa.string())
        except pa.ArrowException:
            kind = quote_names([name])
            raise LoadError(f"Column {kind} holds no plain values, so no type can be set.", name) from None
    return read_column(name, column, read_as)


def infer_column(name: str, column: pa.ChunkedArray, evidence: FileEvidence = TYPED) -> TypedColumn:
    """Types one Arrow column (chunked array)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        column = pa.chunked_array([chunk.storage for chunk in column.chunks], type=kind.storage_type)
        kind = column.type
    if pa.types.is_dictionary(kind):
        if pa.types.is_string(kind.value_type) or pa.types.is_large_string(kind.value_type):
            return column_types.infer_string_column(name, column, evidence)
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_null(kind):
        return column_types.infer_number_column(name, np.full(len(column), np.nan))
    if pa.types.is_boolean(kind):
        words = pc.if_else(column, "true", "false")
        return column_types.infer_string_column(
            name, words.combine_chunks() if hasattr(words, "combine_chunks") else words
        )
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _dates(name, column)
    if pa.types.is_duration(kind):
        return column_types.infer_duration_column(name, _seconds(column))
    column, notes = _without_all_bits(name, column)
    if pa.types.is_decimal(kind):
        some = next((str(one) for one in column.drop_null()[:1].to_pylist()), "")
        notes = (Note("decimal", name, f"such as {some}", len(column) - column.null_count),) if some else ()
        column = column.cast(pa.float64())
    elif (pa.types.is_integer(kind) and kind.bit_width == 64 and _too_long(column)) or not (
        pa.types.is_integer(kind) or pa.types.is_floating(kind)
    ):
        return column_types.infer_string_column(name, column.cast(pa.string()).combine_chunks())
    values = column.cast(pa.float64(), safe=False).to_numpy()
    return column_types.infer_number_column(name, np.asarray(values, dtype=np.float64), notes)


def _seconds(column: pa.ChunkedArray) -> np.ndarray:
    """Lengths of time as float64 seconds (n,), NaN for missing."""
    import pyarrow as pa

    size = {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}[column.type.unit]
    return np.asarray(column.cast(pa.int64()).to_numpy(), dtype=np.float64) / size


def _too_long(column: pa.ChunkedArray) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    known = len(column) - column.null_count
    # A limit of another type would be compared as a signed number, which an unsigned one may be too large for.
    over = pc.sum(pc.greater(column, pa.scalar(2**53, type=column.type))).as_py() or 0
    if pa.types.is_signed_integer(column.type):
        over += pc.sum(pc.less(column, pa.scalar(-(2**53), type=column.type))).as_py() or 0
    return bool(known) and over > 0.5 * known


def _without_all_bits(name: str, column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, tuple[Note, ...]]:
    """An unsigned column without the number of all bits, -1 written unsigned, where all others are far less."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_uint64(column.type):
        return column, ()
    hit = pc.fill_null(pc.equal(column, pa.scalar(ALL_BITS, type=pa.uint64())), False)
    rest = pc.max(pc.filter(column, pc.invert(hit))).as_py()
    count = pc.sum(hit).as_py() or 0
    if not count or rest is None or rest > 2**53:
        return column, ()
    gone = pc.if_else(hit, pa.scalar(None, pa.uint64()), column)
    return gone, (Note("sentinel", name, f"{ALL_BITS}", count),)


def _dates(name: str, column: pa.ChunkedArray) -> TypedColumn:
    import pyarrow as pa
    import pyarrow.compute as pc

    notes = []
    if pa.types.is_timestamp(column.type) and column.type.tz:
        kept = column.drop_null()[:1]
        if len(kept):
            first = kept.cast(pa.timestamp("us", "UTC"))[0].as_py()
            detail = f"stored for {column.type.tz}, such as {first:%Y-%m-%d %H:%M}"
            notes.append(Note("zone", name, detail, len(column) - column.null_count))
        column = column.cast(pa.timestamp(column.type.unit, "UTC"))
    stamps = column.cast(pa.timestamp("us"), safe=False)
    years = pc.year(stamps)
    beyond = pc.fill_null(pc.or_(pc.less(years, 1678), pc.greater(years, 2261)), False)
    count = pc.sum(beyond).as_py() or 0
    if count:
        year = pc.filter(years, beyond)[0].as_py()
        notes.append(Note("beyond", name, f"such as the year {year}", count))
        stamps = pc.if_else(beyond, pa.scalar(None, pa.timestamp("us")), stamps)
    values = stamps.cast(pa.timestamp("ns")).to_numpy()
    return column_types.infer_date_column(name, np.asarray(values, dtype="datetime64[ns]"), tuple(notes))
