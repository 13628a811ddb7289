"""Workbooks with new rows: read some rows at a time, one row is enough, and what was left out is told."""

from __future__ import annotations

import datetime

import openpyxl
import pytest

from core import limits
from core.bundles import row_source
from core.schema import LoadError


def workbook(tmp_path, rows, title="new.xlsx"):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / title)
    return tmp_path / title


def test_one_row_of_one_column_is_enough(tmp_path):
    source = row_source.open_rows(workbook(tmp_path, [["size", "name"], [1.5, "a"]]), "new.xlsx")
    assert source.names == ["size", "name"] and list(source.blocks) == [[["1.5", "a"]]]


def test_rows_come_in_blocks_with_dates_whole_numbers_and_gaps(tmp_path):
    day = datetime.datetime(2024, 3, 5)
    body = [[place, day, None if place % 2 else "x", place / 2] for place in range(200)]
    rows = [["Sales of 2024"], [None], ["id", "day", "word", "half"], *body, ["Source: our own books"]]
    source = row_source.open_rows(workbook(tmp_path, rows), "new.xlsx", 90)
    blocks = list(source.blocks)
    assert source.names == ["id", "day", "word", "half"] and [len(block) for block in blocks] == [90, 90, 20]
    assert blocks[0][1] == ["1", "2024-03-05", "", "0.5"] and blocks[2][-1][0] == "199"
    assert 0.9 < source.taken / source.size <= 1 and any("remarks" in note for note in source.notes)


def test_repeated_headers_are_left_out_and_totals_are_predicted_and_told(tmp_path):
    rows = [["name", "size"], ["a", 1], ["name", "size"], ["b", 2], ["Total", 3]]
    source = row_source.open_rows(workbook(tmp_path, rows), "new.xlsx", known=["name", "size"])
    assert [row[0] for block in source.blocks for row in block] == ["a", "b", "Total"]
    assert "repeated the header" in source.notes[0] and "named like a total" in source.notes[1]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "no sheet with data"),
        ([["a", "b"], ["c", 1], ["a", "b"], ["d", 2], ["Total", 3]], "no header"),
        ([["a", "b"]], None),
    ],
)
def test_sheets_without_rows_or_header(tmp_path, rows, words):
    path = workbook(tmp_path, rows)
    if words is None:
        assert list(row_source.open_rows(path, "new.xlsx", known=["A"]).blocks) == []
        return
    with pytest.raises(LoadError, match=words):
        row_source.open_rows(path, "new.xlsx")


def test_more_cells_than_the_limit_are_refused_with_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "SHEET_CELLS", 5)
    with pytest.raises(LoadError, match=r"limit for Excel is 5\. .*Save it as CSV or Parquet"):
        row_source.open_rows(workbook(tmp_path, [["a", "b"], ["x", 1], ["y", 2]]), "new.xlsx")
