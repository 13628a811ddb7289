"""Texts among stored numbers of a workbook: commas are read, texts stay where numbers would lose some."""

from __future__ import annotations

import datetime

import openpyxl
import pytest

from core.readers.tables.formats.excel_reader import read_excel

ROWS = 120


@pytest.fixture
def read(tmp_path):
    def reading(cells, types=None, other=None):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["day", "kwh", "ok"])
        for k, cell in enumerate(cells):
            day = datetime.datetime(2020, 1, 1) + datetime.timedelta(days=k)
            sheet.append([day, cell, other[k] if other else "yn"[k * 7 % 3 > 0]])
        path = tmp_path / "a.xlsx"
        book.save(path)
        return read_excel(path, "a.xlsx", types)

    return reading


def mixed(text, every: int = 6):
    return [text(k) if k % every == 0 else 15.5 + k % 9 for k in range(ROWS)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (lambda k: f"{15 + k % 9},3", lambda k: 15.3 + k % 9),
        (lambda k: f" {15 + k % 9},25 ", lambda k: 15.25 + k % 9),
        (lambda k: f"-0,{k % 7 + 1}", lambda k: -0.1 * (k % 7 + 1)),
        (lambda k: f"1.{100 + k},5", lambda k: 1100.5 + k),
        (lambda k: f"{15 + k % 9},5 €", lambda k: 15.5 + k % 9),
    ],
    ids=["decimals", "blanks", "negative", "both marks", "euros"],
)
@pytest.mark.parametrize("every", [2, 6, 40])
def test_comma_texts_among_stored_numbers_are_numbers(read, text, value, every) -> None:
    dataset = read(mixed(text, every))
    expected = [value(k) if k % every == 0 else 15.5 + k % 9 for k in range(ROWS)]
    assert dataset.inputs["kwh"].tolist() == pytest.approx(expected)
    (line,) = [line for line in dataset.warnings if "“kwh”" in line]
    assert f"{ROWS // every} values" in line and text(0).strip() in line and "decimal commas" in line
    for kind in ("number", "number-comma"):
        assert read(mixed(text, every), {"kwh": kind}).inputs["kwh"].tolist() == pytest.approx(expected)


def test_words_beside_comma_texts_are_missing_as_before(read) -> None:
    cells = mixed(lambda k: f"{15 + k % 9},3")
    cells[5] = cells[7] = "broken"
    dataset = read(cells)
    assert dataset.inputs["kwh"].isna().sum() == 2 and dataset.inputs["kwh"][6] == pytest.approx(21.3)
    assert any("“broken”" in line for line in dataset.warnings)


def test_a_comma_before_three_digits_is_told_with_both_readings(read) -> None:
    dataset = read(mixed(lambda k: f"1,{200 + k}"))
    assert dataset.inputs["kwh"][6] == 1206
    line = next(line for line in dataset.warnings if "decimal mark is not certain" in line)
    assert "20 values" in line and "1200" in line and "1.200" in line
    other = [f"{k},5" for k in range(ROWS)]
    settled = read(mixed(lambda k: f"1,{200 + k}"), other=other)
    assert settled.inputs["kwh"][6] == pytest.approx(1.206)
    assert not any("not certain" in line for line in settled.warnings)


@pytest.mark.parametrize("other", [[f"{k},5" for k in range(ROWS)], [f"1.{100 + k},25" for k in range(ROWS)]])
def test_points_of_stored_numbers_never_part_thousands(read, other) -> None:
    cells = [1.0 + (100 + k) / 1000 if k % 6 else "n/a" for k in range(ROWS)]
    assert read(cells, other=other).inputs["kwh"][1] == pytest.approx(1.101)


@pytest.mark.parametrize(
    "cells",
    [
        [f"1.{k % 12}" for k in range(ROWS)],
        ["1.1", "1.10", "1.2"] * 40,
        [f"{k % 30}.{k % 4}0" if k % 2 else f"{k % 30}.5" for k in range(ROWS)],
        ["3.0", "3.00", "2.5"] * 40,
    ],
    ids=["versions", "pairs", "tenths", "zeros"],
)
def test_typed_texts_stay_texts_where_numbers_would_lose_some(read, cells) -> None:
    dataset = read(cells)
    assert dataset.inputs["kwh"].tolist() == cells
    assert any("letter by letter" in line and "“kwh”" in line for line in dataset.warnings)
    assert read(cells, {"kwh": "number"}).inputs["kwh"].tolist() == [float(cell) for cell in cells]


@pytest.mark.parametrize(
    "cells",
    [[f"{k % 30}.25" for k in range(ROWS)], [f"{k % 30},5" for k in range(ROWS)], [str(k % 30) for k in range(ROWS)]],
    ids=["decimals", "commas", "whole"],
)
def test_texts_that_numbers_give_back_are_numbers(read, cells) -> None:
    assert read(cells).inputs["kwh"].tolist() == [float(cell.replace(",", ".")) for cell in cells]


def test_lists_and_names_with_commas_are_no_numbers(read) -> None:
    dataset = read([f"Smith, J{k % 5}" if k % 3 else 4.5 for k in range(ROWS)])
    assert dataset.inputs["kwh"].dtype == "category"


def test_a_word_that_means_missing_among_numbers_settles_the_labels(read) -> None:
    cells = ["null" if k % 12 == 5 else 1.5 + k for k in range(ROWS)]
    dataset = read(cells, other=["null", "red", "green"] * 40)
    assert set(dataset.inputs["ok"].dropna()) == {"red", "green"}
    assert set(read(mixed(lambda k: 2.5), other=["null", "red", "green"] * 40).inputs["ok"]) == {"null", "red", "green"}
