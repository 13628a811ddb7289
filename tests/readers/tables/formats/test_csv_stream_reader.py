"""The quick way gives the same table as the careful one, and steps back where it cannot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.readers.tables import dataset_builder
from core.readers.tables.dataset_builder import build_frame
from core.readers.tables.formats import csv_reader, csv_stream_reader


def text(rows: int = 4_000) -> str:
    chance = np.random.default_rng(0)
    lines = ["a,b,c,d,e"]
    for i in range(rows):
        late = "n/a" if i == rows - 5 else f"{i * 0.5}"
        lines.append(f'{chance.normal():.4f},{late},"t, {i % 7}",2020-01-{i % 28 + 1:02d},{i % 2}')
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("tail", ["", "9,8,7,2020-01-01,1\n" * 9_000], ids=["even", "short rows at the end"])
def test_same_as_the_careful_reader(tail: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_stream_reader, "BLOCK_BYTES", 20_000)
    path = tmp_path / "a.csv"
    path.write_text(text() + tail)
    settled, told = csv_stream_reader.stream_csv(path, "a.csv")
    careful = csv_reader.read_csv_bytes((text() + tail).encode(), "a.csv")
    pd.testing.assert_frame_equal(build_frame(settled), careful.inputs)
    assert [one.column for one in settled] == list(careful.columns) and told == []


def test_decimal_commas_are_read_as_the_careful_reader_reads_them(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    rows = ["preis;anzahl;menge;gekauft;tausend"]
    for k in range(3_000):
        numbers = f"{chance.normal():.2f};{k % 50};{0.25 + k % 9:.2f}".replace(".", ",")
        rows.append(f"{numbers};{'ja' if k % 2 else 'nein'};1.{k % 1000:03d}")
    text = "\n".join(rows) + "\n"
    path = tmp_path / "a.csv"
    path.write_text(text)
    settled, _ = csv_stream_reader.stream_csv(path, "a.csv")
    careful = csv_reader.read_csv_bytes(text.encode(), "a.csv")
    pd.testing.assert_frame_equal(build_frame(settled), careful.inputs)
    assert [one.column for one in settled] == list(careful.columns)
    assert dataset_builder.build_dataset("a.csv", settled).warnings == careful.warnings
    late = text + "1.234,50;1;1,5;ja;1.001\n" * 30
    path.write_text(late)
    pd.testing.assert_frame_equal(
        build_frame(csv_stream_reader.stream_csv(path, "a.csv")[0]),
        csv_reader.read_csv_bytes(late.encode(), "a.csv").inputs,
    )


@pytest.mark.parametrize(
    "broken",
    [
        lambda t: t + "1,2\n",
        lambda t: t + "Total,5,,,\n",
        lambda t: "# remark\n" + t,
        lambda t: "title\n\n" + t,
        lambda t: t.replace("t, 3", "t\x00, 3", 1),
        lambda t: t.replace('"t, 5"', '"t, 5', 1),
        lambda t: t + "a,b,c,d,e\n1,2,3,4,5\n" * 40,
        lambda t: t + ",,,,\n" * 40,
    ],
)
def test_steps_back(broken, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(broken(text(800)))
    with pytest.raises(csv_stream_reader.NeedsCarefulReader):
        csv_stream_reader.stream_csv(path, "a.csv")
