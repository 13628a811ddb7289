"""Ordinary tables are read without a doubt and with no warning but those that say what nobody would miss."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets

from core.readers.tables.formats import csv_reader
from core.schema import Dataset

ROWS = 120
SAMPLES = sorted(Path("data/samples").glob("*.parquet"))
# What an ordinary table may be told: its numbered rows are no inputs, rows occur twice, long texts.
USUAL = ("ID-like columns", "copy of another row", "copies of another row", "Columns of too many categories")
FIRST = datetime.date(2021, 3, 1)
# Embedded data that hold what a person must be told: "none" among categories, control bytes, spellings of one name.
TOLD = {"crash_triage", "spam", "wildlife_strikes"}
Cells = Callable[[int, np.random.Generator], object]


def day(row: int) -> datetime.date:
    return FIRST + datetime.timedelta(days=row)


# Each a column as people name it, with cells as programs write them.
COLUMNS: dict[str, Cells] = {
    "age": lambda row, rng: int(rng.integers(18, 90)),
    "income": lambda row, rng: int(rng.integers(15, 140)) * 1000,
    "height_cm": lambda row, rng: round(float(rng.normal(170, 9)), 1),
    "temperature": lambda row, rng: round(float(rng.normal(12, 9)), 2),
    "population": lambda row, rng: int(rng.integers(10**3, 10**7)),
    "price": lambda row, rng: f"{rng.gamma(2, 50):.2f}",
    "rating": lambda row, rng: int(rng.integers(1, 6)),
    "share": lambda row, rng: round(float(rng.random()), 4),
    "delta": lambda row, rng: round(float(rng.normal()), 5),
    "gene_expression": lambda row, rng: f"{rng.gamma(1, 1e-4):.3e}",
    "sex": lambda row, rng: "male" if rng.random() < 0.5 else "female",
    "smoker": lambda row, rng: "yes" if rng.random() < 0.3 else "no",
    "flag": lambda row, rng: int(rng.integers(0, 2)),
    "active": lambda row, rng: bool(rng.random() < 0.5),
    "city": lambda row, rng: ["Lima", "Oslo", "New York", "Bern", "St. Gallen"][int(rng.integers(5))],
    "grade": lambda row, rng: "ABCDF"[int(rng.integers(5))],
    "blood_type": lambda row, rng: ["A+", "A-", "B+", "0+", "AB-"][int(rng.integers(5))],
    "age_group": lambda row, rng: ["0-17", "18-29", "30-64", "65+"][int(rng.integers(4))],
    "country": lambda row, rng: ["DE", "FR", "IT", "NL"][int(rng.integers(4))],
    "size": lambda row, rng: ["S", "M", "L", "XL"][int(rng.integers(4))],
    "date": lambda row, rng: day(row).isoformat(),
    "measured_at": lambda row, rng: f"{day(row).isoformat()} {row % 24:02d}:{row % 60:02d}:00",
    "order_date": lambda row, rng: day(row).strftime("%m/%d/%Y"),
    "published": lambda row, rng: day(row).strftime("%d %b %Y"),
    "year": lambda row, rng: 1990 + row % 30,
    "month": lambda row, rng: 1 + row % 12,
    "id": lambda row, rng: row + 1,
    "latitude": lambda row, rng: round(float(rng.uniform(-90, 90)), 6),
    "pixels": lambda row, rng: int(rng.integers(0, 256)),
    "label": lambda row, rng: ["setosa", "virginica", "versicolor"][int(rng.integers(3))],
    "review": lambda row, rng: " ".join(
        ["good", "bad", "the", "room", "was", "clean"][k] for k in rng.integers(0, 6, 9)
    ),
    "missing_some": lambda row, rng: "" if row % 7 == 0 else int(rng.integers(0, 50)),
    "word_or_none": lambda row, rng: "" if row % 9 == 0 else ["red", "blue"][row % 2],
}
# Tables as they come: five columns each, so that every column stands in several.
MADE = [[*list(COLUMNS)[place : place + 5], "label"] for place in range(len(COLUMNS) - 5)]


def made_table(names: list[str], delimiter: str) -> bytes:
    rng = np.random.default_rng(7)
    names = list(dict.fromkeys(names))
    rows = [[COLUMNS[name](row, rng) for name in names] for row in range(ROWS)]
    return pd.DataFrame(rows, columns=names).to_csv(index=False, sep=delimiter).encode()


def all_tables() -> dict[str, bytes]:
    tables = {f"made {names[0]}": made_table(names, ",;\t"[place % 3]) for place, names in enumerate(MADE)}
    for name in ("iris", "wine", "breast_cancer", "diabetes", "linnerud", "digits"):
        frame = getattr(datasets, f"load_{name}")(as_frame=True).frame.head(400)
        tables[name] = frame.to_csv(index=False).encode()
    for path in SAMPLES:
        buffer = io.StringIO()
        pd.read_parquet(path).head(400).to_csv(buffer, index=False)
        tables[path.stem] = buffer.getvalue().encode()
    return tables


TABLES = all_tables()


def read(key: str) -> Dataset:
    return csv_reader.read_csv_bytes(TABLES[key], "a.csv")


@pytest.fixture(scope="module")
def tables() -> dict[str, Dataset]:
    return {key: read(key) for key in TABLES}


def test_there_are_forty_ordinary_tables(tables: dict[str, Dataset]) -> None:
    assert len(tables) >= 40 and len(SAMPLES) >= 8


def test_at_most_two_doubts_in_all_of_them(tables: dict[str, Dataset]) -> None:
    doubts = [(key, one.name, doubt.taken) for key, t in tables.items() for one in t.readings for doubt in one.doubts]
    assert len(doubts) <= 2, doubts


def test_no_warning_but_the_usual_ones(tables: dict[str, Dataset]) -> None:
    odd = {key: [said for said in t.warnings if not any(one in said for one in USUAL)] for key, t in tables.items()}
    assert {key: said for key, said in odd.items() if said and key not in TOLD} == {}
    assert len(tables) - len(TOLD) >= 40


@pytest.mark.parametrize("key", [key for key in TABLES if key.startswith("made")])
def test_every_column_keeps_its_cells(tables: dict[str, Dataset], key: str) -> None:
    table = tables[key]
    written = pd.read_csv(io.BytesIO(TABLES[key]), sep=None, engine="python", keep_default_na=False, dtype=str)
    assert len(table.inputs) == ROWS and list(table.inputs.columns) == list(written.columns)
    for column in table.columns:
        cells, values = written[column.name], table.inputs[column.name]
        if column.type == "numeric":
            assert [float(cell) if cell else None for cell in cells] == [None if v != v else float(v) for v in values]
        elif column.type == "categorical":
            assert [cell or None for cell in cells] == [None if v != v else str(v) for v in values]
        else:
            assert int(values.isna().sum()) == int((cells == "").sum())
