"""Several scales in one column are told with the counts of both and an example of each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.readers.tables.formats import csv_reader
from core.schema import Dataset

ROWS = 60
Cell = Callable[[int], str]


def read(cell: Cell, types: dict[str, str] | None = None) -> Dataset:
    lines = ["amount;rate;state", *(f"{cell(k)};{k % 7}.5;{'ab'[k % 2]}" for k in range(ROWS))]
    return csv_reader.read_csv_bytes("\n".join(lines).encode(), "a.csv", types)


MIXED: list[tuple[Cell, list[float], tuple[str, ...]]] = [
    (lambda k: f"0.{k + 10}" if k % 3 else f"{k}.5%", [0.005, 0.11, 0.12], ("20 with % such as “0.5%”", "40 without")),
    (lambda k: f"0.{k + 10}" if k % 2 else f"{k + 2} %", [0.02, 0.11, 0.04], ("“2 %” read as 0.02", "“0.11”")),
    (lambda k: f"{k + 5}" if k % 2 else f"{k + 2}%", [2, 6, 4], ("30 with % such as “2%”", "kept as written")),
    (lambda k: f"{k + 5}" if k % 20 == 0 else f"{k + 2} kg", [5, 3, 4], ("57 with a unit", "3 without such as “5”")),
    (lambda k: f"{'€$'[k % 2]}{k + 20}", [20, 21, 22], ("30 in € such as “€20”", "30 in $ such as “$21”")),
    (lambda k: f"{k + 20} {['EUR', 'USD', 'GBP'][k % 3]}", [20, 21, 22], ("20 in € such as “20 EUR”", "20 in £")),
    (lambda k: f"£{k}.50" if k % 4 else f"US$ {k}", [0, 1.5, 2.5], ("45 in £", "15 in $ such as “US$ 0”")),
]


@pytest.mark.parametrize(("cell", "values", "told"), MIXED)
def test_scales_are_told(cell: Cell, values: list[float], told: tuple[str, ...]) -> None:
    table = read(cell)
    assert table.inputs["amount"][:3].tolist() == pytest.approx(values)
    said = next(line for line in table.warnings if "several scales" in line)
    assert "“amount”" in said and all(one in said for one in told), said
    back = read(cell, {"amount": "category"})
    assert back.inputs["amount"][1] == cell(1) and len(back.columns) == 3
    assert not any("several scales" in line for line in back.warnings)


def test_currencies_stand_in_a_column_of_their_own() -> None:
    table = read(lambda k: f"{'€$'[k % 2]}{k + 20}")
    assert list(table.inputs["amount (currency)"][:3]) == ["€", "$", "€"]
    assert table.columns[1].type == "categorical" and table.columns[1].distinct == 2


def test_percents_beside_shares_can_be_kept_as_written() -> None:
    cell: Cell = MIXED[0][0]
    (doubt,) = read(cell).readings[0].doubts
    assert (doubt.example, doubt.taken_value, doubt.other_value, doubt.change) == ("0.5%", "0.005", "0.5", "number")
    assert read(cell, {"amount": "number"}).inputs["amount"][3] == 3.5


@pytest.mark.parametrize(
    "cell",
    [
        lambda k: f"{k}%",
        lambda k: f"€{k}",
        lambda k: f"{k} kg",
        lambda k: "0" if k % 3 else f"{k + 1}%",
        lambda k: f"${k}" if k % 2 else f"USD {k}",
        lambda k: f"{k}.5",
    ],
)
def test_one_scale_is_no_mixture(cell: Cell) -> None:
    table = read(cell)
    assert table.columns[0].type == "numeric" and len(table.columns) == 3
    assert not any("scales" in line for line in table.warnings)
