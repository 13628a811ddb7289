"""A table beyond the limits is sampled where it lies on this machine's disk, says so, and is refused as an upload."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import limits
from core.evaluation import tasks
from core.ingest import file_reading, large_tables, reader_process
from core.ingest.inspection import inspect_dataset
from core.schema import Dataset, LoadError

ROWS = 12_000


@pytest.fixture(autouse=True)
def tight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TABLE_ROWS", 5_000)
    monkeypatch.setattr(limits, "SAMPLE_ROWS", 2_000)


def frame() -> pd.DataFrame:
    draw = np.random.default_rng(0)
    x = draw.normal(size=ROWS)
    return pd.DataFrame({"x": x.round(5), "city": np.where(x > 0, "rome", "oslo"), "y": np.arange(ROWS) % 3})


def written(folder: Path, kind: str) -> Path:
    path = folder / f"big.{kind}"
    frame().to_csv(path, index=False) if kind == "csv" else frame().to_parquet(path)
    return path


def read(path: Path, large: bool = True, modality: str | None = None) -> Dataset:
    return reader_process._read({"path": str(path), "name": path.name, "modality": modality, "large": large})


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_sample_is_read_and_told(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path, kind)
    dataset = read(path)
    told = dataset.facts["sampled"]
    assert told["of"] == ROWS and told["kept"] == len(dataset) and 1_800 < len(dataset) < 2_300
    assert dataset.warnings[0].startswith("The file holds 12,000 rows") and "same rows" in dataset.warnings[0]
    assert [column.type for column in dataset.columns] == ["numeric", "categorical", "numeric"]
    pd.testing.assert_frame_equal(dataset.inputs, read(path).inputs)
    report = inspect_dataset(dataset, "city")
    assert report["sample"] == {"rows": len(dataset), "of": ROWS, "why": "more are not held in memory"}
    assert tasks.infer_task(dataset, "city").kind == "classification"
    with pytest.raises(LoadError, match="the limit is 5,000"):
        read(path, large=False)


def test_a_table_within_the_limits_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "small.csv"
    frame()[:900].to_csv(path, index=False)
    assert len(read(path)) == 900 and "sampled" not in read(path).facts


def test_rows_that_belong_together_are_not_sampled(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="cannot be sampled"):
        read(written(tmp_path, "csv"), modality="series-rows")


def test_sizes_beyond_the_upload_are_for_tables_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UPLOAD_BYTES", 1_000)
    monkeypatch.setattr(limits, "LARGE_FILE_BYTES", 2_000)
    path = written(tmp_path, "csv")
    file_reading.check_size(path, large=True)
    with pytest.raises(LoadError, match="the limit is"):
        file_reading.check_size(path)
    with pytest.raises(LoadError, match="this machine's disk"):
        large_tables.write_sample(path, path.name, None, tmp_path)
    other = path.rename(tmp_path / "big.zip")
    with pytest.raises(LoadError, match="the limit is"):
        file_reading.check_size(other, large=True)
