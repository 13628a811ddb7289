"""Parquet files with columns that are no plain columns, damaged pages, and bombs."""

from __future__ import annotations

import datetime
import decimal
import io
from typing import Any

from tests.hostile.case import ERROR, FINE, TELL, WARN, Case

ROWS = 60


def stored(**columns: Any) -> bytes:
    """A Parquet file of a plain q and k beside these columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    base = {"q": [float(i * 7 % 50) + 0.5 for i in range(ROWS)], "k": ["ab"[i // 2 % 2] for i in range(ROWS)]}
    names, arrays = [*base, *columns], [pa.array(values) for values in base.values()]
    arrays += [
        values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values) for values in columns.values()
    ]
    held = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, names=[name.rstrip("_") for name in names]), held)
    return held.getvalue()


def _bomb() -> bytes:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    held = io.BytesIO()
    words = pa.DictionaryArray.from_arrays(pa.array(np.zeros(1_900_000, dtype=np.int32)), pa.array(["x" * 100_000]))
    pq.write_table(pa.table({"a": words, "b": pa.array(np.zeros(1_900_000))}), held)
    return held.getvalue()


def _many_rows() -> bytes:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    held = io.BytesIO()
    with pq.ParquetWriter(held, pa.schema([("a", pa.float64()), ("b", pa.float64())])) as out:
        block = pa.table({"a": np.zeros(5_000_000), "b": np.ones(5_000_000)})
        for _ in range(4):
            out.write_table(block)
    return held.getvalue()


def cases() -> list[Case]:
    """All of this file."""
    import pyarrow as pa

    plain = stored()
    when = [datetime.datetime(2020, 1, 1) + datetime.timedelta(days=i) for i in range(ROWS)]
    zoned = pa.array(when, type=pa.timestamp("us", tz="Europe/Berlin"))
    money = pa.array([decimal.Decimal(f"{i}.25") for i in range(ROWS)])
    torn = bytearray(plain)
    torn[40:60] = b"\xff" * 20
    foot = bytearray(plain)
    foot[-60:-40] = b"\xff" * 20
    return [
        Case("parquet plain", "a.parquet", plain, FINE, rows=60, cols=2),
        Case("parquet nested", "a.parquet", stored(v=[[1, 2]] * ROWS, w=[{"a": 1}] * ROWS), WARN, rows=60, cols=2,
             says="2 columns left out.*nested"),
        Case("parquet decimal", "a.parquet", stored(v=money), FINE, types={"v": "numeric"}),
        Case("parquet zone", "a.parquet", stored(v=zoned), WARN, types={"v": "date"}, says="zone"),
        Case("parquet date", "a.parquet", stored(v=[day.date() for day in when]), FINE, types={"v": "date"}),
        Case("parquet far dates", "a.parquet", stored(v=[datetime.date(9999, 12, 31)] * 5 + [d.date() for d in when[5:]]), WARN,
             types={"v": "date"}, missing={"v": 5}),
        Case("parquet binary", "a.parquet", stored(v=[b"\x00\x01"] * ROWS), WARN, cols=2, says="binary"),
        Case("parquet null", "a.parquet", stored(v=pa.nulls(ROWS)), FINE, types={"v": "empty"}, missing={"v": 60}),
        Case("parquet same names", "a.parquet", stored(v=list(range(ROWS)), v_=[i * 1.5 for i in range(ROWS)]), WARN, cols=4,
             says="twice"),
        Case("parquet bool", "a.parquet", stored(v=[i % 3 == 0 for i in range(ROWS)]), FINE, types={"v": "boolean"}),
        Case("parquet inf", "a.parquet", stored(v=[float("inf"), float("nan")] + [i * 1.5 for i in range(ROWS - 2)]), WARN,
             types={"v": "numeric"}, missing={"v": 2}, says="1 value"),
        Case("parquet category", "a.parquet", stored(v=pa.array(["x", "y", None] * 20).dictionary_encode()), FINE,
             types={"v": "categorical"}, missing={"v": 20}),
        Case("parquet long ints", "a.parquet", stored(v=[2**60 + i * 977 for i in range(ROWS)]), WARN, types={"v": "id|text"}),
        Case("parquet durations", "a.parquet", stored(v=[datetime.timedelta(days=i) for i in range(ROWS)]), WARN, cols=3,
             types={"v": "numeric"}, values={"v": (0.0, 1440.0, 2880.0)}, says="86400 seconds read as 1440 minutes"),
        Case("parquet no rows", "a.parquet", _sliced(plain), ERROR),
        Case("parquet torn page", "a.parquet", bytes(torn), TELL),
        Case("parquet torn footer", "a.parquet", bytes(foot), ERROR),
        Case("parquet cut", "a.parquet", plain[:-20], ERROR),
        Case("parquet magic only", "a.parquet", b"PAR1" * 4, ERROR),
        Case("parquet text bomb", "a.parquet", _bomb, ERROR, security=True, child=True),
        Case("parquet 20 million rows", "a.parquet", _many_rows, ERROR, says="2,000,000", security=True),
    ]  # fmt: skip


def _sliced(plain: bytes) -> bytes:
    import pyarrow.parquet as pq

    held = io.BytesIO()
    pq.write_table(pq.read_table(io.BytesIO(plain)).slice(0, 0), held)
    return held.getvalue()
