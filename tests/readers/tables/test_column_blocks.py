"""What stands beside a table behind an empty column is no part of it, and columns that are merely set apart are."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from core import ingest
from core.evaluation.tasks import suggested_target
from core.readers.tables import target_inference
from core.schema import Column, Dataset

ROWS = 90
MAIN = [["A", "B", "C"], *([f"{1 + i % 4}", f"{i * 37 % 91}.5", "pq"[i // 2 % 2]] for i in range(ROWS))]
LEGEND = [["Code", "Meaning"], ["1", "one"], ["2", "two"], ["3", "three"], ["4", "four"]]


def beside(left: list[list[str]], right: list[list[str]], start: int = 0, gap: int = 1) -> list[list[str]]:
    """Two blocks in one sheet, the right one from this row on."""
    height = max(len(left), start + len(right))
    rows = []
    for place in range(height):
        one = left[place] if place < len(left) else [""] * len(left[0])
        two = right[place - start] if 0 <= place - start < len(right) else [""] * len(right[0])
        rows.append([*one, *[""] * gap, *two])
    return rows


def read(folder: Path, kind: str, rows: list[list[str]]) -> Dataset:
    path = folder / f"a.{kind}"
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append([float(cell) if cell.replace(".", "").isdigit() else cell or None for cell in row])
        book.save(path)
    else:
        path.write_text("\n".join(",".join(row) for row in rows) + "\n")
    return ingest.read(path, modality="table")


APART = {
    "a legend at the top": beside(MAIN, LEGEND),
    "a legend lower down": beside(MAIN, LEGEND, 30),
    "two empty columns between": beside(MAIN, LEGEND, gap=2),
    "half as many rows": beside(MAIN, [["k", "v"], *([str(i), str(i * i)] for i in range(45))]),
}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("key", APART)
def test_a_block_of_its_own_is_left_out_and_told(key: str, kind: str, tmp_path: Path) -> None:
    table = read(tmp_path, kind, APART[key])
    assert [column.name for column in table.columns] == ["A", "B", "C"] and len(table) == ROWS
    assert list(table.inputs["B"]) == [float(row[1]) for row in MAIN[1:]]
    assert list(table.inputs["C"]) == [row[2] for row in MAIN[1:]]
    said = next(said for said in table.warnings if "beside the table" in said)
    assert said.startswith("2 columns beside the table") and "remove the empty column" in said
    assert suggested_target(table) == "C"


def test_a_legend_on_the_left(tmp_path: Path) -> None:
    table = read(tmp_path, "xlsx", beside(LEGEND, MAIN))
    assert [column.name for column in table.columns] == ["A", "B", "C"] and len(table) == ROWS


def test_a_longer_list_beside_the_table_adds_no_rows(tmp_path: Path) -> None:
    table = read(tmp_path, "xlsx", beside(MAIN, [["k"], *([f"w{i}"] for i in range(120))]))
    assert [column.name for column in table.columns] == ["A", "B", "C"] and len(table) == ROWS


TOGETHER = {
    "set apart for the eye": beside(MAIN, [["D"], *([str(i * 7 % 50)] for i in range(ROWS))]),
    "with holes": beside(MAIN, [["D"], *([str(i * 7 % 50) if i % 3 else ""] for i in range(ROWS))]),
    "remarks here and there": beside(MAIN, [["D"], *([f"late {i}" if i % 20 == 3 else ""] for i in range(ROWS))]),
}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("key", TOGETHER)
def test_columns_of_the_same_rows_stay(key: str, kind: str, tmp_path: Path) -> None:
    table = read(tmp_path, kind, TOGETHER[key])
    assert {"A", "B", "C", "D"} <= {column.name for column in table.columns} and len(table) == ROWS
    assert not any("beside the table" in said for said in table.warnings)


OTHER = [["item", "price"], *([f"it{i % 9}", f"{i * 13 % 47}.5"] for i in range(ROWS))]
PAIRS = {
    "one gap": (beside(MAIN, OTHER), ["A", "B", "C", "item", "price"]),
    "two gaps": (beside(MAIN, OTHER, gap=2), ["A", "B", "C", "item", "price"]),
    "the small one first": (beside(OTHER, MAIN), ["item", "price", "A", "B", "C"]),
    "three": (beside(beside(MAIN, OTHER), [["k", "v"], *OTHER[1:]]), ["A", "B", "C", "item", "price", "k", "v"]),
}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("key", PAIRS)
def test_blocks_of_the_same_rows_are_one_table_and_the_doubt_is_told(key: str, kind: str, tmp_path: Path) -> None:
    rows, names = PAIRS[key]
    table = read(tmp_path, kind, rows)
    assert [one.name for one in table.columns if one.type != "empty"] == names and len(table) == ROWS
    assert list(table.inputs["price"]) == [float(row[1]) for row in OTHER[1:]]
    told = next(said for said in table.warnings if said.startswith("An empty column stands between"))
    assert "“A”, “B”, “C”" in told and "“item”, “price”" in told and "NAME=drop" in told
    alone = ingest.read(next(tmp_path.iterdir()), modality="table", types=dict.fromkeys(names[3:], "drop"))
    assert [one.name for one in alone.columns if one.type != "empty"] == names[:3]


@pytest.mark.parametrize("key", ["set apart for the eye", "with holes", "remarks here and there"])
def test_one_column_set_apart_is_no_doubt(key: str, tmp_path: Path) -> None:
    told = read(tmp_path, "xlsx", TOGETHER[key]).warnings
    assert not any(said.startswith("An empty column stands between") for said in told)


def test_a_title_over_each_block_makes_no_column_of_the_gap(tmp_path: Path) -> None:
    titles = ["People", "", "", "", "Things", ""]
    table = read(tmp_path, "xlsx", [titles, *beside(MAIN, OTHER)])
    assert [one.name for one in table.columns] == [
        "People A", "People B", "People C", "Things item", "Things price",
    ]  # fmt: skip
    assert not any("hardly any values" in said for said in table.warnings)


@pytest.mark.parametrize(("missing", "wanted"), [(95, "size"), (96, "size"), (20, "outcome")])
def test_a_column_that_is_missing_nearly_everywhere_is_never_suggested(missing: int, wanted: str) -> None:
    columns = [Column("size", "numeric", 0, 90), Column("outcome", "categorical", missing, 100 - missing)]
    columns = [*columns[:1], Column("n", "id", 0, 100), columns[1]]
    assert target_inference.suggest_target(columns)["target"] == wanted
    assert target_inference.suggest_target([Column("outcome", "categorical", 99, 1), columns[1]])["target"] is None
