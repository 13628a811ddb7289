"""Rows of names that are numbers are names, and first rows of data are data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core import ingest
from core.evaluation.tasks import infer_task
from core.readers.tables.target_inference import find_column
from core.schema import Column, Dataset, LoadError

ROWS = 60
Cell = Callable[[int], str]


def read(folder: Path, names: list[str] | None, rows: list[list[str]], cut: str = ",") -> Dataset:
    path = folder / "a.csv"
    path.write_text("\n".join(cut.join(row) for row in ([names] if names else []) + rows) + "\n")
    return ingest.read(path, modality="table")


def rows_of(numbers: int, *words: Cell, before: tuple[Cell, ...] = (), scale: float = 1.0, places: int = 3):
    draw = np.random.default_rng(1).normal(size=(ROWS, numbers)) * scale
    return [
        [*(cell(i) for cell in before), *(f"{value:.{places}f}" for value in draw[i]), *(cell(i) for cell in words)]
        for i in range(ROWS)
    ]


def pet(i: int) -> str:
    return ("cat", "dog")[i * 7 % 3 % 2]


def person(i: int) -> str:
    return f"s{i}"


NAMED = {
    "0 to 9 and a label": ([*map(str, range(10)), "label"], rows_of(10, pet), "label"),
    "0 to 11 and a target of 0 and 1": ([*map(str, range(12)), "target"], rows_of(12, lambda i: str(i % 2)), "target"),
    "1 to 3 and a class": (["1", "2", "3", "class"], rows_of(3, pet), "class"),
    "two numbers and a label": (["0", "1", "label"], rows_of(2, pet), "label"),
    "wavelengths": (
        ["sample", *map(str, range(1100, 1500, 10)), "protein"],
        rows_of(40, lambda i: f"{9 + i % 7 / 10:.1f}", before=(person,)), "protein",
    ),
    "wavelengths with points": (
        [f"{350 + 2.5 * k}" for k in range(30)] + ["sugar"], rows_of(30, lambda i: f"{i % 11}.5"), "sugar",
    ),
    "wavenumbers that fall": (
        [f"{4000 - 3.858 * k:.2f}" for k in range(25)] + ["yield"], rows_of(25, lambda i: f"{i % 11}.5"), "yield",
    ),
    "wavelengths alone with names of samples": (
        ["sample", *map(str, range(400, 700, 10))], rows_of(30, before=(person,)), "550",
    ),
    "mass to charge": (
        ["101.07", "118.09", "132.1", "147.08", "204.09", "tissue"], rows_of(5, pet, scale=900, places=1), "tissue",
    ),
    "months": (
        ["store", *(f"{y}{m:02d}" for y in (2015, 2016) for m in range(1, 13))],
        rows_of(24, before=(lambda i: f"shop {i}",), scale=500, places=0), "201612",
    ),
    "days": (
        ["store", *(f"2015-01-{d:02d}" for d in range(1, 9))],
        rows_of(8, before=(lambda i: f"shop {i}",), scale=500, places=0), "2015-01-08",
    ),
    "numbers of stores in no order": (
        ["8841", "173", "2206", "open"], rows_of(3, lambda i: ("yes", "no")[i // 2 % 2], scale=9, places=0), "open",
    ),
    "pixels": (
        ["digit", *map(str, range(64))], rows_of(64, before=(lambda i: str(i % 10),), scale=90, places=0), "digit",
    ),
}  # fmt: skip


@pytest.mark.parametrize("key", NAMED)
def test_numbers_over_readings_are_names(key: str, tmp_path: Path) -> None:
    names, rows, target = NAMED[key]
    table = read(tmp_path, names, rows)
    assert [column.name for column in table.columns] == names
    assert len(table) == ROWS and not any("header" in said for said in table.warnings)
    number = next(place for place, cell in enumerate(names) if cell.replace(".", "").replace("-", "").isdigit())
    assert table.inputs.iloc[0, number] == pytest.approx(float(rows[0][number]))
    assert infer_task(table, target).target == target
    assert find_column(table.columns, target.upper()).name == target


def test_names_of_numbers_in_no_order_are_told(tmp_path: Path) -> None:
    names, rows, _ = NAMED["numbers of stores in no order"]
    assert any("3 of its 4 cells are numbers (“8841”" in said for said in read(tmp_path, names, rows).warnings)
    names, rows, _ = NAMED["wavelengths"]
    assert not any("cells are numbers" in said for said in read(tmp_path, names, rows).warnings)


def test_a_number_names_its_column_in_any_writing() -> None:
    columns = [Column("350.0", "numeric"), Column("352,5", "numeric"), Column("sugar", "numeric")]
    assert find_column(columns, "350").name == "350.0" and find_column(columns, "352.5").name == "352,5"
    with pytest.raises(LoadError, match="no column"):
        find_column(columns, "351")


def test_decimal_commas_in_names(tmp_path: Path) -> None:
    names = [*(f"{350 + 2.5 * k}".replace(".", ",") for k in range(12)), "zucker"]
    rows = [[cell.replace(".", ",") for cell in row] for row in rows_of(12, lambda i: f"{i % 11}.5")]
    table = read(tmp_path, names, rows, ";")
    assert [column.name for column in table.columns] == names and len(table) == ROWS


FLOWERS = ("Iris-setosa", "Iris-versicolor", "Iris-virginica")
DATA = {
    "numbers": rows_of(6),
    "flowers": [
        [f"{5 + i % 7 / 10}", f"{3 + i % 5 / 10}", f"{1 + i % 3 / 10}", "0.2", FLOWERS[i // 20]] for i in range(ROWS)
    ],
    "census": [
        [
            str(39 + i * 7 % 30),
            ("State", "Private")[i % 2],
            str(77_516 + i * 911),
            ("Bachelors", "Masters")[i % 2],
            str(13 - i % 4),
        ]
        for i in range(ROWS)
    ],
    "cars": [[f"{18 + i % 9}.0", "8", f"{307 + i * 13 % 90}.0", f"{130 + i % 40}", f"ford {i}"] for i in range(ROWS)],
    "grades of one to five": [[str((i + k * k) % 5 + 1) for k in range(4)] for i in range(2, ROWS)],
    "multiples": [[str(k * (i + 1)) for k in range(1, 6)] for i in range(ROWS)],
    "rows that rise": [[str(i % 9 + k * k) for k in range(1, 7)] for i in range(ROWS)],
    "passengers": [[str(i % 2), str(1 + i % 3), f"Mr {i} Owen"] for i in range(ROWS)],
    "a gap first": [
        ["1", "2", "3", ("unknown" if i == 0 else str(i * 31 % 17))]
        if not i
        else [str(i * 7 % 9), str(i * 5 % 8), str(i * 3 % 7), str(i * 31 % 17)]
        for i in range(ROWS)
    ],
    "a rare class first": [
        [str(20 + i * 7 % 40), str(1 + i * 3 % 9), str(100 - i % 50), ("z" if i == 0 else "xy"[i % 2])]
        for i in range(ROWS)
    ],
}


@pytest.mark.parametrize("key", DATA)
def test_a_first_row_of_data_stays_data(key: str, tmp_path: Path) -> None:
    rows = DATA[key]
    table = read(tmp_path, None, rows)
    assert len(table) == len(rows) and table.columns[0].name == "column 1"
    assert any("no header row" in said for said in table.warnings)
    assert float(table.inputs.iloc[0, 0]) == pytest.approx(float(rows[0][0]))
