"""What one column leaves open is settled by the others of its file, or told with both readings."""

from __future__ import annotations

import numpy as np
import pytest

from core.readers.tables.dataset_builder import build_frame
from core.readers.tables.formats import csv_reader, csv_stream_reader

PEOPLE = [f"{1 + k % 90}.{k * 37 % 1000:03d}" if k % 5 else str(k + 100) for k in range(120)]
THOUSANDS = [float(word.replace(".", "")) for word in PEOPLE]


def read(rows: list[tuple[str, ...]], cut: str = ";", names: str = "town;people;rent"):
    lines = [names.replace(";", cut), *(cut.join(row) for row in rows)]
    return csv_reader.read_csv_bytes(("\n".join(lines) + "\n").encode(), "a.csv")


def table(rent, cut: str = ";", people=PEOPLE):
    return read([("AB"[k % 2], people[k], rent(k)) for k in range(120)], cut)


@pytest.mark.parametrize(
    "rent",
    [lambda k: f"{k},{k % 90 + 10}", lambda k: f"{k},5 €", lambda k: f"1.{k:03d},50", lambda k: f"-{k},2"],
    ids=["decimals", "euros", "both marks", "negative"],
)
def test_points_part_thousands_where_the_file_writes_decimal_commas(rent) -> None:
    dataset = table(rent)
    assert dataset.inputs["people"].tolist() == THOUSANDS
    assert any("“people”" in line and "points between thousands" in line for line in dataset.warnings)
    every = table(rent, people=[f"{1 + k % 90}.{k * 37 % 1000:03d}" for k in range(120)])
    assert every.inputs["people"][1] == 2037


@pytest.mark.parametrize(
    ("rent", "cut"),
    [
        (lambda k: f"{k}.{k % 90 + 10}", ";"),
        (lambda k: f"{k}.5", ","),
        (lambda k: str(k), ","),
        (lambda k: f"{k}.25", "\t"),
    ],
)
def test_points_stay_decimal_points_in_other_files(rent, cut: str) -> None:
    dataset = table(rent, cut)
    assert dataset.inputs["people"].tolist() == [float(word) for word in PEOPLE]
    assert not any("mark" in line or "thousands" in line for line in dataset.warnings)


def test_without_evidence_both_readings_are_told() -> None:
    dataset = table(str)
    assert dataset.inputs["people"].tolist() == [float(word) for word in PEOPLE]
    said = next(line for line in dataset.warnings if "decimal mark is not certain" in line)
    assert "“people”" in said and "96 values" in said and "2.037" in said and "2037" in said


def test_where_columns_differ_both_readings_are_told() -> None:
    rows = [(f"{k}.5", PEOPLE[k], f"{k},25") for k in range(120)]
    assert any("decimal mark is not certain" in line and "“people”" in line for line in read(rows).warnings)


def test_commas_before_three_digits_follow_the_file_too() -> None:
    people = [f'"{word.replace(".", ",")}"' for word in PEOPLE]
    assert table(lambda k: f"{k}.25", ",", people).inputs["people"].tolist() == THOUSANDS
    decimals = table(lambda k: f'"{k},25"', ",", people).inputs["people"].tolist()
    assert decimals == [float(word) for word in PEOPLE]


def test_dates_follow_the_order_of_another_column() -> None:
    rows = [
        (f"{k % 12 + 1:02d}/{k % 28 + 1:02d}/2020", f"{k * 5 % 12 + 1:02d}/{k % 12 + 1:02d}/2021", "x")
        for k in range(90)
    ]
    dataset = read(rows, ",", "seen;asked;k")
    assert dataset.inputs["asked"][1] == np.datetime64("2021-06-02")
    assert not any("swapped" in line for line in dataset.warnings)


@pytest.mark.parametrize("cut", [";", "\t", ","])
def test_the_quick_reader_reads_as_the_careful_one(cut: str, tmp_path) -> None:
    quote = '"' if cut == "," else ""
    lines = [cut.join(("town", "people", "rent"))]
    lines += [cut.join((f"t{k % 9}", PEOPLE[k % 120], f"{quote}{k},{k % 90 + 10}{quote}")) for k in range(3_000)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n")
    careful = csv_reader.read_csv_bytes(path.read_bytes(), "a.csv").inputs
    try:
        quick = build_frame(csv_stream_reader.stream_csv(path, "a.csv")[0])
    except csv_stream_reader.NeedsCarefulReader:
        quick = careful
    assert quick["people"].tolist() == careful["people"].tolist() == [THOUSANDS[k % 120] for k in range(3_000)]
