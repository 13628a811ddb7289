"""Of several tables in one file the largest is read with its own names; those below and beside it are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import ingest
from core.schema import Dataset
from tests.readers.archive_files import workbook


def table(names: str, rows: int) -> list[list[str]]:
    kinds = {
        "w": lambda k: f"n{k % 9}",
        "n": lambda k: f"{k * 37 % 11}.5",
        "c": lambda k: "abc"[k % 3],
        "i": lambda k: str(k),
    }
    heads = names.split()
    return [heads, *([kinds[head[0].lower()](k) for head in heads] for k in range(rows))]


def read(rows: list[list[str]], folder: Path, mark: str) -> Dataset:
    if mark == "xlsx":
        numbers = [[float(cell) if cell.replace(".", "", 1).isdigit() else cell for cell in row] for row in rows]
        (folder / "a.xlsx").write_bytes(workbook({"s": [[cell or None for cell in row] for row in numbers]}))
        return ingest.read(folder / "a.xlsx", modality="table")
    (folder / "a.csv").write_text("\n".join(mark.join(row) for row in rows) + "\n")
    return ingest.read(folder / "a.csv", modality="table")


@pytest.mark.parametrize("mark", [",", ";", "xlsx"])
@pytest.mark.parametrize(
    ("above", "below", "names"),
    [
        (table("n1 n2 n3", 10), table("word nscore class", 60), "word nscore class"),
        (table("n1 n2 n3", 20), table("word nscore", 70), "word nscore"),
        (table("n1 n2 c3", 60), table("word nscore class", 15), "n1 n2 c3"),
        (table("n1 n2 n3 n4", 12), table("word class n5 n6", 40), "word class n5 n6"),
    ],
)
def test_the_larger_of_two_tables_is_read(
    above: list[list[str]], below: list[list[str]], names: str, mark: str, tmp_path: Path
) -> None:
    width = len(above[0])
    made = read([*above, [""] * width, *([*row, *[""] * (width - len(row))] for row in below)], tmp_path, mark)
    assert list(made.inputs.columns) == names.split()
    assert len(made) == max(len(above), len(below)) - 1
    assert any("a table of its own" in one or "above the header" in one for one in made.warnings)


@pytest.mark.parametrize("mark", [",", ";", "xlsx"])
@pytest.mark.parametrize(
    ("left", "right", "columns"),
    [
        (table("iid nprice class", 40), table("iid nweight", 40), 3), (table("word n1", 40), table("word n1", 40), 2),
        (table("iid n1 n2", 40), table("IID c3", 40), 3), (table("n1 n2", 40), table("n3 n1 class", 40), 3),
    ],
)  # fmt: skip
def test_tables_side_by_side_whose_names_come_back_are_two(
    left: list[list[str]], right: list[list[str]], columns: int, mark: str, tmp_path: Path
) -> None:
    made = read([[*one, "", *two] for one, two in zip(left, right, strict=True)], tmp_path, mark)
    assert made.inputs.shape == (40, columns)
    assert any("left out as a table of their own" in one for one in made.warnings)


@pytest.mark.parametrize("mark", [",", "xlsx"])
def test_a_gap_for_the_eye_and_a_blank_row_leave_one_table(mark: str, tmp_path: Path) -> None:
    one, two = table("iid n1", 40), table("word class", 40)
    made = read([[*a, "", *b] for a, b in zip(one, two, strict=True)], tmp_path, mark)
    assert {"n1", "word", "class"} <= set(made.inputs.columns) and len(made) == 40
    rows = table("iid n1 class", 40)
    assert len(read([*rows[:20], [""] * 3, *rows[20:]], tmp_path, mark)) == 40
