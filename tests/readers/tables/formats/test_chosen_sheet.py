"""A sheet of a workbook can be chosen by name, on the command line, in scripts and on the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core import api, ingest
from core.__main__ import main
from core.schema import LoadError, Origin
from pages.backend import datasets
from tests.readers.archive_files import workbook

SALES = [["shop", "sold", "month"], *([f"s{k % 4}", k * 7 % 31, k % 12] for k in range(60))]
STAFF = [["age", "pay", "left"], *([20 + k % 40, k * 3 % 17 + 0.5, ("yes", "no")[k % 2]] for k in range(40))]
NOTES = [["remark"], ["made by hand"]]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook({"Sales": SALES, "Staff 2": STAFF, "Secret": STAFF[:30], "Notes": NOTES}, ["Secret"]))
    return path


@pytest.mark.parametrize(
    ("sheet", "columns", "rows"),
    [("Sales", SALES[0], 60), ("Staff 2", STAFF[0], 40), (" staff  2", STAFF[0], 40), ("Secret", STAFF[0], 29)],
)
def test_the_named_sheet_is_read(sheet: str, columns: list[str], rows: int, book: Path) -> None:
    made = api.load(book, sheet=sheet)
    assert list(made.inputs.columns) == columns and len(made) == rows
    assert made.origin.sheet == sheet and made.facts["sheet"].split() == sheet.title().split()
    assert not any("sheets" in one for one in made.warnings)


def test_without_a_name_the_others_are_told_with_the_way_to_them(book: Path) -> None:
    found = ingest.inspect(book)
    assert found["sheet"] == "Sales" and found["sheets"] == ["Sales", "Staff 2", "Notes"]
    assert any("--sheet" in one and "“Staff 2”" in one for one in found["warnings"])


def test_the_command_line_takes_a_sheet(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(book), "--sheet", "Staff 2", "--target", "left", "--json", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["sheet"], found["rows"], found["target"]["name"]) == ("Staff 2", 40, "left")
    assert main(["inspect", str(book), "--sheet", "Stock", "--json", "-"]) == 2
    assert "has no sheet “Stock”" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "data"), [("a.csv", b"a,b\n1,2\n3,4\n5,6\n"), ("a.txt", b"word " * 4_000)])
def test_other_files_have_no_sheets(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(LoadError, match="sheets"):
        ingest.load_source(str(tmp_path / name), Origin(sheet="x"))


def test_the_page_reads_another_sheet_of_an_upload(book: Path) -> None:
    with book.open("rb") as content:
        folder = datasets.read_upload("book.xlsx", content)
    card = datasets.describe_dataset(folder)
    assert datasets.list_sheets(card) == ["Sales", "Staff 2", "Notes"]
    other = datasets.read_sheet(folder, "Staff 2")
    read = datasets.describe_dataset(other)
    assert [one["name"] for one in read["columns"]] == STAFF[0] and datasets.list_sheets(read)[0] == "Staff 2"
    typed = datasets.describe_dataset(datasets.retype_upload(other, {"age": "category"}))
    assert typed["rows"] == 40 and typed["columns"][0]["type"] == "categorical"
    assert typed["origin"]["sheet"] == "Staff 2"
