"""A sample of rows is spread evenly, the same each time, and written byte for byte; quotes and blanks are heeded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core import limits
from core.readers.tables.formats import row_sampling
from core.schema import LoadError


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SAMPLE_ROWS", 1_500)
    monkeypatch.setattr(row_sampling, "BLOCK_BYTES", 10_000)


def text(tmp_path: Path, body: str, name: str = "in.csv") -> tuple[list[str], row_sampling.RowSample]:
    path, out = tmp_path / name, tmp_path / "out.csv"
    path.write_bytes(body.encode())
    told = row_sampling.sample_text(path, out)
    return out.read_bytes().decode().splitlines(keepends=True), told


def test_hashes_are_spread_evenly_and_do_not_depend_on_the_piece() -> None:
    whole = row_sampling.row_hashes(0, 40_000)
    assert len(set(whole.tolist())) == 40_000
    np.testing.assert_array_equal(whole[7_000:7_100], row_sampling.row_hashes(7_000, 100))
    chosen = row_sampling.chosen_rows(0, 40_000, 40_000, 4_000)
    assert all(300 < part.sum() < 500 for part in np.split(chosen, 10))


def test_a_text_keeps_its_header_and_whole_rows(tmp_path: Path) -> None:
    rows = [f'{k},"a, ""{k}""\nb",{k % 7}\r\n' for k in range(20_000)]
    lines, told = text(tmp_path, "id,said,n\r\n" + "\r\n" + "".join(rows))
    assert told.of == 20_000 and 1_300 < told.kept < 1_900 and lines[0] == "id,said,n\r\n"
    body = "".join(lines[1:])
    assert body.count('"\r\n') == 0 and len(lines) == 1 + 2 * told.kept
    assert set(body.split("\r\n")[:-1]) <= {row.removesuffix("\r\n") for row in rows}
    assert text(tmp_path, "id,said,n\r\n" + "\r\n" + "".join(rows))[0] == lines


def test_a_quote_that_is_a_sign_of_its_own_swallows_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_sampling, "ROW_BYTES", 5_000)
    lines, told = text(tmp_path, "a,b\n" + "".join(f'{k},5" pipe\n' if k == 99 else f"{k},x\n" for k in range(9_000)))
    assert told.of == 9_000 and lines[-1] == "8999,x\n" and told.kept == len(lines) - 1 < 2_000


@pytest.mark.parametrize(("body", "why"), [("\ufeffa,b\n".encode("utf-16"), "UTF-16"), (b"x" * 60_000, "told apart")])
def test_what_cannot_be_cut_is_refused(tmp_path: Path, body: bytes, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_sampling, "ROW_BYTES", 20_000)
    (tmp_path / "in.csv").write_bytes(body)
    with pytest.raises(LoadError, match=why):
        row_sampling.sample_text(tmp_path / "in.csv", tmp_path / "out.csv")


def test_wide_rows_are_fewer() -> None:
    assert row_sampling.affordable_sample(10**7, 20, 100) == 1_500
    assert row_sampling.affordable_sample(10**7, 10_000, 100) == 1_000
    assert row_sampling.affordable_sample(10**7, 2, 80_000) == 1_250


@pytest.mark.parametrize("group", [700, 20_000])
def test_parquet_gives_the_rows_of_the_hash_whatever_its_groups(tmp_path: Path, group: int) -> None:
    table = pa.table({"id": np.arange(20_000), "word": pa.array(["a", "b"] * 10_000).dictionary_encode()})
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=group)
    told = row_sampling.sample_parquet(tmp_path / "in.parquet", tmp_path / "out.parquet")
    kept = pq.ParquetFile(tmp_path / "out.parquet").read()
    wanted = np.flatnonzero(row_sampling.chosen_rows(0, 20_000, 20_000, 1_500))
    assert kept.column("id").to_pylist() == wanted.tolist() and told == row_sampling.RowSample(20_000, len(wanted))
    (tmp_path / "in.parquet").write_bytes((tmp_path / "in.parquet").read_bytes()[:900])
    with pytest.raises(LoadError, match="damaged"):
        row_sampling.sample_parquet(tmp_path / "in.parquet", tmp_path / "out.parquet")
