"""What stands below a table behind a blank row is no part of it, parts of one table stay, and sheets are chosen by what
they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import ingest
from core.schema import Dataset
from tests.readers.archive_files import workbook

ROWS = 60
NAMES = ["size", "weight", "kind"]
MAIN = [[str(i * 37 % 29), f"{i * 1.7 % 13:.2f}", "pq"[i // 2 % 2]] for i in range(ROWS)]
CITIES = [["city", "people", "area"], *([f"c{i}", str(i * 1000 + 7), f"{i}.5"] for i in range(20))]


def read(folder: Path, kind: str, rows: list[list[str]]) -> Dataset:
    path = folder / f"a.{kind}"
    if kind == "xlsx":
        path.write_bytes(workbook({"S": typed(rows)}))
    else:
        path.write_text("\n".join(",".join(row) for row in rows) + "\n")
    return ingest.read(path, modality="table")


def typed(rows: list[list[str]]) -> list[list[object]]:
    """The cells as a spreadsheet holds them."""
    return [[float(cell) if cell.replace(".", "").isdigit() else cell or None for cell in row] for row in rows]


BELOW = {
    "a legend": [[], ["Code", "Meaning"], ["p", "plain"], ["q", "quaint"]],
    "a legend with a title, two blank rows": [[], [], ["Legend"], ["Code", "Meaning"], ["p", "plain"], ["q", "odd"]],
    "a legend as wide as the table": [[], ["code", "meaning", "note"], ["p", "plain", "-"], ["q", "quaint", "old"]],
    "a legend without a header": [[], ["p", "plain"], ["q", "quaint"]],
    "a second table": [[], *CITIES],
    "a second table and a legend": [[], *CITIES, [], ["Code", "Meaning"], ["p", "plain"], ["q", "quaint"]],
}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("key", BELOW)
def test_another_table_below_is_left_out_and_told(key: str, kind: str, tmp_path: Path) -> None:
    table = read(tmp_path, kind, [NAMES, *MAIN, *BELOW[key]])
    assert [column.name for column in table.columns] == NAMES and len(table) == ROWS
    assert list(table.inputs["size"]) == [float(row[0]) for row in MAIN]
    assert list(table.inputs["kind"]) == [row[2] for row in MAIN]
    (said,) = [said for said in table.warnings if "set apart by" in said]
    assert "save it as a file of its own" in said and "rows)" in said
    assert not any("fewer cells" in said or "set to missing" in said for said in table.warnings)


STAY = {
    "blank rows between the rows": [*MAIN[:20], [], *MAIN[20:40], [], *MAIN[40:]],
    "the header once more": [*MAIN[:30], [], NAMES, *MAIN[30:]],
    "titles of sections": [["North", "", ""], *MAIN[:30], [], ["South", "", ""], *MAIN[30:]],
    "totals behind a blank row": [*MAIN, [], ["Total", f"{sum(float(row[1]) for row in MAIN):.2f}", ""]],
    "words for missing numbers": [*MAIN[:30], [], ["n/a", "NA", "p"], *MAIN[30:]],
}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("key", STAY)
def test_parts_of_one_table_stay_together(key: str, kind: str, tmp_path: Path) -> None:
    table = read(tmp_path, kind, [NAMES, *STAY[key]])
    assert len(table) >= ROWS and [column.name for column in table.columns] == NAMES
    assert not any("set apart by" in said for said in table.warnings)


@pytest.mark.parametrize(
    "other",
    [
        [[f"word {column}" for column in range(3)] for _ in range(80)],
        [["code", "name", "a", "b"], *([str(i), f"name {i}", "x", "y"] for i in range(70))],
        [["About these data"], *([f"remark {i}", f"more {i * i}", "x", f"and {i}", "y"] for i in range(50))],
        [["step", "who did it", "why"], *([str(i), f"person {i}", f"reason {i}"] for i in range(90))],
    ],
)
def test_the_sheet_from_which_most_can_be_learnt_is_read(other: list[list[str]], tmp_path: Path) -> None:
    for sheets in (
        {"notes": typed(other), "data": typed([NAMES, *MAIN])},
        {"data": typed([NAMES, *MAIN]), "notes": typed(other)},
    ):
        path = tmp_path / "a.xlsx"
        path.write_bytes(workbook(sheets))
        table = ingest.read(path, modality="table")
        assert [column.name for column in table.columns] == NAMES and table.facts["sheet"] == "data"
        assert any("“data” was read, not “notes”" in said and "--sheet" in said for said in table.warnings)


def test_of_sheets_of_one_kind_the_fullest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook({"Jan": typed([NAMES, *MAIN[:40]]), "Feb": typed([NAMES, *MAIN])}))
    table = ingest.read(path, modality="table")
    assert len(table) == ROWS and any("“Feb” was read, not “Jan”" in said for said in table.warnings)
