"""Columns as people write them, many kinds and their look-alikes: what each is read as, and what is told."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core import ingest
from core.schema import Dataset

ROWS = 120
DAY_ONE = pd.Timestamp("2020-01-01")


@dataclass(frozen=True)
class Kind:
    """Cells of a column by row, its type as it should be read, first values, words of a warning ("" for silence)."""

    cell: Callable[[int], str]
    type: str
    first: tuple[object, ...] = ()
    told: str = ""
    name: str = "c"


def read(folder: Path, cell: Callable[[int], str], name: str = "c", types: dict[str, str] | None = None) -> Dataset:
    lines = [f'"{cell(row)}",{row * 37 % 101}.5,{"ab"[row % 2]}' for row in range(ROWS)]
    path = folder / "a.csv"
    path.write_text("\n".join([f"{name},x,y", *lines]) + "\n", encoding="utf-8")
    return ingest.read(path, modality="table", types=types)


def day(row: int, form: str, step: int = 3) -> str:
    return (DAY_ONE + pd.Timedelta(days=step * row)).strftime(form)


KINDS = {
    # dates and what looks like them
    "versions with a year": Kind(
        lambda i: f"{i % 4 + 1}.{i % 9}.{2015 + i % 6}", "categorical", ("1.0.2015",), "could be dates"
    ),
    "fertiliser": Kind(lambda i: ["10-10-20", "5-10-5", "20-5-10", "12-4-8"][i % 4], "categorical"),
    "a record": Kind(lambda i: f"{i % 12}-{i % 5}-{i * 7 % 12}", "categorical"),
    "doses a day": Kind(lambda i: ["1-0-1", "1-1-1", "0-0-1"][i % 3], "categorical"),
    "measures of a body": Kind(lambda i: f"{i % 6 + 32}-{i % 5 + 24}-{i % 6 + 33}", "categorical"),
    "substances": Kind(lambda i: ["50-00-0", "64-17-5", "71-43-2"][i % 3], "categorical"),
    "real days": Kind(lambda i: day(i, "%d.%m.%Y"), "date", (DAY_ONE,)),
    "real days with unknown ones": Kind(
        lambda i: "00.00.0000" if i % 8 == 7 else day(i, "%d.%m.%Y"), "date", (DAY_ONE,), "00.00.0000"
    ),
    "six digits, year first": Kind(
        lambda i: day(i, "%y%m%d"), "numeric", (200101.0,), "“200101”, as a date 2020-01-01"
    ),
    "six digits, day first": Kind(lambda i: day(i, "%d%m%y"), "id", ("010120",), "as a date 2020-01-01"),
    "eight digits, day first": Kind(lambda i: day(i, "%d%m%Y"), "id", ("01012020",), "as a date 2020-01-01"),
    "six digits in turn": Kind(lambda i: str(100_101 + i % 30), "numeric", (100_101.0,)),
    "salaries of six digits": Kind(lambda i: str(101_010 + 100 * i), "numeric", (101_010.0,)),
    # several scales in one column
    "money with and without a sign": Kind(
        lambda i: ("$" if i % 2 else "") + f"{i + 1}.50", "numeric", (1.5, 2.5), "60 in $"
    ),
    "speeds": Kind(lambda i: f"{i} km/h" if i % 2 else f"{i} mph", "numeric", (0.0, 1 / 3.6), "60 with mph"),
    "areas": Kind(lambda i: f"{i + 1} ha" if i % 2 else f"{i + 1} m²", "numeric", (1.0, 20_000.0), "60 with ha"),
    "powers": Kind(lambda i: f"{i + 30} hp" if i % 2 else f"{i + 22} kW", "numeric", (22_000.0,), "60 with hp"),
    "energies": Kind(
        lambda i: f"{i + 50} kcal" if i % 2 else f"{i + 200} kJ", "numeric", (200_000.0, 213_384.0), "60 with kJ"
    ),
    "lakh and crore": Kind(
        lambda i: f"₹{i + 1}.5 Lakh" if i % 2 else f"₹{i + 1}.2 Crore", "numeric", (12e6, 250_000.0), "crore"
    ),
    "thousands with k and without": Kind(
        lambda i: f"{i + 1}k" if i % 2 else str(1_000 * (i + 1)), "numeric", (1_000.0, 2_000.0), "60 with k"
    ),
    "letters that may be degrees": Kind(
        lambda i: f"{i % 20} C" if i % 2 else f"{i % 20 + 60} F", "categorical", ("60 F",), "several units"
    ),
    "plain kilograms": Kind(lambda i: f"{i + 1} kg", "numeric", (1.0,), "the unit kg"),
    "plain dollars": Kind(lambda i: f"${i + 1}.20", "numeric", (1.2,), "currency signs"),
    "screens": Kind(lambda i: ["4K UHD", "8K UHD", "2K"][i % 3], "categorical", ("4K UHD",)),
    "seats": Kind(lambda i: f"{i % 30 + 1}{'ABCD'[i % 4]}", "categorical", ("1A",)),
    "rooms of flats": Kind(lambda i: f"{i % 4 + 1} rooms", "numeric", (1.0,), "the unit rooms"),
    # codes
    "phones": Kind(lambda i: f"+49{i * 7919 + 30_000_000}", "id", ("+4930000000",), "kept as text"),
    "changes with a plus": Kind(lambda i: f"{i * 7 % 41 - 20:+d}", "numeric", (-20.0,)),
}
SILENT = ("fertiliser", "doses a day", "substances", "screens", "seats", "salaries of six digits", "six digits in turn")


@pytest.mark.parametrize("key", KINDS)
def test_a_column_is_read_as_people_mean_it(key: str, tmp_path: Path) -> None:
    kind = KINDS[key]
    made = read(tmp_path, kind.cell, kind.name)
    column = made.columns[0]
    said = [text for text in made.warnings if "copies" not in text and "a copy" not in text]
    assert column.type == kind.type, (column, said)
    found = list(made.inputs["c"].head(len(kind.first)))
    assert found == list(kind.first) or np.allclose(found, kind.first)  # type: ignore[arg-type]
    assert not kind.told or any(kind.told in text for text in said), said
    assert key not in SILENT or not said


@pytest.mark.parametrize(("form", "kind"), [("%y%m%d", "date-ymd"), ("%d%m%y", "date-dmy"), ("%m%d%Y", "date-mdy")])
def test_dates_without_marks_are_one_click_away(form: str, kind: str, tmp_path: Path) -> None:
    doubt = read(tmp_path, lambda row: day(row, form)).readings[0].doubts[-1]
    assert doubt.change == kind and doubt.other == "a date"
    made = read(tmp_path, lambda row: day(row, form), types={"c": kind})
    assert list(made.inputs["c"]) == [DAY_ONE + pd.Timedelta(days=3 * row) for row in range(ROWS)]


def parquet(folder: Path, column: pa.Array) -> Dataset:
    held = io.BytesIO()
    pq.write_table(pa.table({"c": column, "x": np.arange(ROWS) % 7 + 0.5, "y": ["a", "b"] * (ROWS // 2)}), held)
    path = folder / "a.parquet"
    path.write_bytes(held.getvalue())
    return ingest.read(path, modality="table")


TYPED = {
    "unsigned, small": (pa.array(np.arange(ROWS) % 9, pa.uint64()), "numeric", 8.0),
    "unsigned, beyond signed": (
        pa.array([2**63 + row % 5 for row in range(ROWS)], pa.uint64()),
        "categorical",
        str(2**63 + 4),
    ),
    "unsigned, the largest": (pa.array([2**64 - 1 - row for row in range(ROWS)], pa.uint64()), "id", str(2**64 - 1)),
    "unsigned, a few too large": (
        pa.array([2**63 + 8] + [row % 9 for row in range(ROWS - 1)], pa.uint64()),
        "numeric",
        9.223372036854775808e18,
    ),
    "phones as strings": (pa.array([f"+4930{row:07d}" for row in range(ROWS)]), "id", "+49300000119"),
    "releases": (pa.array([["1.1", "1.10", "1.2"][row % 3] for row in range(ROWS)]), "categorical", "1.2"),
    "steps of a half": (pa.array([f"{row % 8 / 2}" for row in range(ROWS)]), "numeric", 3.5),
}


@pytest.mark.parametrize("key", TYPED)
def test_a_typed_column_keeps_its_values(key: str, tmp_path: Path) -> None:
    column, kind, largest = TYPED[key]
    made = parquet(tmp_path, column)
    assert made.columns[0].type == kind
    assert max(made.inputs["c"].astype(object)) == largest
