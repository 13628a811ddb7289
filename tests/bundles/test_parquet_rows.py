"""Parquet is read some rows at a time, and its cells mean what those of a CSV would."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core import limits
from core.bundles import parquet_rows, row_source
from core.bundles.file_prediction import PredictionOrder, predict_file
from core.bundles.loaded_bundle import load_bundle
from core.schema import LoadError
from tests.bundles.toy_bundles import mixed_table, written

DAY = datetime.datetime(2024, 5, 31, 14, 30)
CELLS = {
    "ints": (pa.array([1, None], pa.int64()), ["1", ""]),
    "floats": (pa.array([2.0, float("nan")]), ["2", ""]),
    "small floats": (pa.array([0.1, None], pa.float32()), [repr(float(np.float32(0.1))), ""]),
    "decimals": (pa.array([Decimal("1.50"), None]), ["1.5", ""]),
    "bools": (pa.array([True, None]), ["true", ""]),
    "times": (pa.array([DAY, None], pa.timestamp("us")), ["2024-05-31T14:30:00", ""]),
    "zoned": (pa.array([DAY, None], pa.timestamp("ms", "Europe/Berlin")), ["2024-05-31T14:30:00", ""]),
    "days": (pa.array([DAY.date(), None], pa.date32()), ["2024-05-31T00:00:00", ""]),
    "lengths": (pa.array([90_500, None], pa.duration("ms")), ["90.5 s", ""]),
    "words": (pa.array(["a", None]).dictionary_encode(), ["a", ""]),
    "codes": (pa.array(["007", None]), ["007", ""]),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_the_text_that_a_file_would_hold(name) -> None:
    values, expected = CELLS[name]
    assert parquet_rows.column_texts(values) == expected


def test_rows_come_in_pieces_and_nested_columns_are_left_out(tmp_path) -> None:
    path = tmp_path / "new.parquet"
    whole = pa.table({"n": range(250), "deep": [[1]] * 250, " word ": ["x" * 30_000] * 250, "raw": [b"x"] * 250})
    pq.write_table(whole, path)
    source = row_source.open_rows(path, "new.parquet", 100)
    assert source.names == ["n", "word"]
    blocks = list(source.blocks)
    assert [len(block) for block in blocks] == [100, 100, 50] and blocks[2][-1][0] == "249"
    assert len(blocks[0][0][1]) == limits.CELL_CHARACTERS and source.taken == source.size


def test_a_parquet_file_is_predicted_like_a_csv_of_it(tmp_path) -> None:
    bundle, frame = load_bundle(written(tmp_path)), mixed_table(120, seed=5).inputs
    frame["note"] = frame["note"].astype(str)
    frame.to_parquet(tmp_path / "new.parquet")
    frame.assign(day=frame["day"].dt.strftime("%Y-%m-%d")).to_csv(tmp_path / "new.csv", index=False)
    tables = {}
    for name in ("new.parquet", "new.csv"):
        out = tmp_path / f"{name}.out.csv"
        found = predict_file(bundle, PredictionOrder(tmp_path / name, out), lambda news: None)
        assert found.rows == found.scored == 120
        assert not [one for one in found.differences if one.level == "danger"], found.differences
        tables[name] = pd.read_csv(out)
    assert np.allclose(tables["new.parquet"]["p(yes)"], tables["new.csv"]["p(yes)"], atol=1e-9)


def test_a_damaged_or_swollen_file_is_refused_in_words(tmp_path, monkeypatch) -> None:
    path = tmp_path / "new.parquet"
    pq.write_table(pa.table({"n": np.random.default_rng(0).normal(size=20_000)}), path)
    whole = path.read_bytes()
    path.write_bytes(whole[:5_000] + bytes(100_000) + whole[105_000:])
    with pytest.raises(LoadError, match="damaged"):
        list(row_source.open_rows(path, "new.parquet").blocks)
    path.write_bytes(whole[:-100])
    with pytest.raises(LoadError):
        row_source.open_rows(path, "new.parquet")
    monkeypatch.setattr(limits, "ARCHIVE_UNPACKED_BYTES", 1_000)
    path.write_bytes(whole)
    with pytest.raises(LoadError, match="unpacks to"):
        row_source.open_rows(path, "new.parquet")
