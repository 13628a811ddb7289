"""Rows that begin with average or total stay where they are data, and go where their numbers are sums or means."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pytest

from core import ingest
from core.schema import Dataset

ROWS = 60
NAMES = ["condition", "area", "rent"]
DRAW = np.random.default_rng(3)
AREA, RENT = DRAW.integers(40, 200, ROWS), DRAW.integers(200, 990, ROWS)


def rows_of(words: dict[int, str], more: tuple[str, ...] = ()) -> list[list[str]]:
    plain = ("good", "poor", "new")
    return [
        [words.get(i, plain[i % 3]), str(AREA[i]), str(RENT[i]), *(one for one in more[i % 2 : i % 2 + 1])]
        for i in range(ROWS)
    ]


def read(folder: Path, kind: str, rows: list[list[str]], names: list[str]) -> Dataset:
    path = folder / f"a.{kind}"
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in [names, *rows]:
            book.active.append([float(cell) if cell.replace(".", "").isdigit() else cell or None for cell in row])
        book.save(path)
    else:
        path.write_text("\n".join(",".join(row) for row in [names, *rows]) + "\n")
    return ingest.read(path, modality="table")


KEPT = {
    "three of average condition": rows_of({0: "average", 20: "average", 41: "average"}),
    "a brand called Total": rows_of({5: "Total", 6: "Total", 30: "Total"}, ("night", "day")),
    "one row of mean": rows_of({17: "mean"}),
    "overall fit, one": rows_of({30: "overall"}, ("night", "day")),
    "sorted, so that Total stands last": sorted(rows_of(dict.fromkeys(range(40, 60, 4), "total"), ("night", "day"))),
    "one Total, last, with a shift": rows_of({59: "Total"}, ("night", "day")),
    "many averages": rows_of(dict.fromkeys(range(0, 60, 2), "Average")),
}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("key", KEPT)
def test_values_that_say_total_are_data(key: str, kind: str, tmp_path: Path) -> None:
    rows = KEPT[key]
    table = read(tmp_path, kind, rows, [*NAMES, "shift"][: len(rows[0])])
    assert list(table.inputs["condition"]) == [row[0] for row in rows]
    assert list(table.inputs["area"]) == [float(row[1]) for row in rows]
    single = key.startswith("one")
    assert any("was kept: its numbers are neither" in said for said in table.warnings) == (
        single or key == "overall fit, one"
    )


def total(label: str, low: int = 0, high: int = ROWS, mean: bool = False) -> list[str]:
    area, rent = (values[low:high].mean() if mean else values[low:high].sum() for values in (AREA, RENT))
    return [label, f"{area:.2f}" if mean else str(area), f"{rent:.2f}" if mean else str(rent)]


PLAIN = rows_of({})
GROUPS = [row for k in range(0, ROWS, 10) for row in [*PLAIN[k : k + 10], total("Subtotal", k, k + 10)]]
LEFT = {
    "at the end": [*PLAIN, total("Total")],
    "first": [total("Total"), *PLAIN],
    "mean in the middle": [*PLAIN[:30], total("Mean", mean=True), *PLAIN[30:]],
    "of the rows above": [*PLAIN[:30], total("Sum", 0, 30), *PLAIN[30:]],
    "of each group": [*GROUPS, total("Grand total")],
    "of each group, above it": [
        row for k in range(0, ROWS, 10) for row in [total("Total", k, k + 10), *PLAIN[k : k + 10]]
    ],
    "last with other numbers": [*PLAIN, ["Overall", "77", "1.5"]],
    "sum and mean": [*PLAIN, total("Total"), total("Average", mean=True)],
}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("key", LEFT)
def test_sums_and_means_are_no_data(key: str, kind: str, tmp_path: Path) -> None:
    table = read(tmp_path, kind, LEFT[key], NAMES)
    assert list(table.inputs["area"]) == [float(row[1]) for row in PLAIN]
    assert list(table.inputs["rent"]) == [float(row[2]) for row in PLAIN]
    count = len(LEFT[key]) - ROWS
    said = next(said for said in table.warnings if "total row" in said)
    assert said.startswith(f"{count} total row") and "in “condition”" in said


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_total_that_leaves_words_blank_goes_whatever_it_holds(kind: str, tmp_path: Path) -> None:
    rows = rows_of({}, ("night", "day"))
    table = read(tmp_path, kind, [*rows[:20], ["Subtotal", "1000", "300", ""], *rows[20:]], [*NAMES, "shift"])
    assert len(table) == ROWS and any(
        "1 total row left out (“Subtotal” in “condition”)" in said for said in table.warnings
    )


def test_kept_rows_stay_in_their_place_in_a_long_file(tmp_path: Path) -> None:
    rows = [
        [("Esso", "Total", "Aral")[i % 3] if i % 500 < 3 else "Shell", str(i), ("night", "day")[i % 2]]
        for i in range(60_000)
    ]
    table = read(tmp_path, "csv", rows, ["brand", "n", "shift"])
    assert list(table.inputs["brand"]) == [row[0] for row in rows]
    assert list(table.inputs["n"]) == list(range(60_000))
