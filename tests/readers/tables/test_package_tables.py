"""Forty ordinary tables that installed packages carry are read with at most two doubts in all, and no odd warning."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn import datasets

from core.ingest import file_reading
from core.schema import Dataset

PACKAGES = Path(sklearn.__file__).parents[1]
FRAMES = ("iris", "wine", "breast_cancer", "diabetes", "linnerud", "digits")
# Files as they lie in the packages: quotes of shares, housing, votes, passengers, penguins, flags of functions.
FILES = (
    "matplotlib/mpl-data/sample_data/msft.csv",
    "matplotlib/mpl-data/sample_data/Stocks.csv",
    "altair/datasets/_metadata/metadata.parquet",
    "altair/datasets/_metadata/metadata.csv.gz",
    "scipy/io/arff/tests/data/iris.arff",
    *(f"sklearn/datasets/data/{one}" for one in (
        "breast_cancer.csv", "wine_data.csv", "diabetes_data_raw.csv.gz", "digits.csv.gz", "linnerud_exercise.csv",
        "linnerud_physiological.csv",
    )),
    *(f"sklearn/datasets/tests/data/openml/{one}.arff.gz" for one in (
        "id_292/data-v1-dl-49822", "id_3/data-v1-dl-3", "id_40675/data-v1-dl-4965250", "id_561/data-v1-dl-52739",
        "id_40945/data-v1-dl-16826755", "id_42585/data-v1-dl-21854866", "id_61/data-v1-dl-61", "id_62/data-v1-dl-52352",
    )),
    *(f"numpy/_core/tests/data/umath-validation-set-{one}.csv" for one in (
        "arccos", "arcsinh", "arctan", "cbrt", "cosh", "exp2", "expm1", "log10", "log1p", "tan",
    )),
)  # fmt: skip
SAMPLES = sorted(Path("data/samples").glob("*.parquet"))
DOUBTS, ROWS = 2, 400
# What these tables hold and a person is told: remarks and blank columns, rows that occur twice, columns that name rows.
USUAL = (
    "comment line", "hold mostly no values", "copy of another row", "copies of another row", "left out of the inputs",
    "The table has no header row", "row above the header skipped", "Read as sparse ARFF",
    "Years of two digits", "Similar category spellings", "was kept as a value of its own",
    "control characters", "Decimal numbers", "hold hardly any values", "many categories",
)  # fmt: skip


def unpacked(relative: str, folder: Path) -> Path:
    place = folder / relative.replace("/", "_").removesuffix(".gz")
    data = (PACKAGES / relative).read_bytes()
    place.write_bytes(gzip.decompress(data) if relative.endswith(".gz") else data)
    return place


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Dataset]:
    folder = tmp_path_factory.mktemp("packages")
    places = {one: unpacked(one, folder) for one in FILES if (PACKAGES / one).exists()}
    for name in FRAMES:
        places[name] = folder / f"{name}.csv"
        getattr(datasets, f"load_{name}")(as_frame=True).frame.to_csv(places[name], index=False)
    for path in SAMPLES:
        places[path.stem] = folder / path.name
        pd.read_parquet(path).head(ROWS).to_parquet(places[path.stem], index=False)
    return {key: file_reading.read(place, place.name, "table") for key, place in places.items()}


def test_there_are_forty_tables_of_packages(tables: dict[str, Dataset]) -> None:
    assert len(tables) >= 40 and all(len(one) >= 20 for one in tables.values())


def test_at_most_two_doubtful_lines_in_all(tables: dict[str, Dataset]) -> None:
    doubts = [(key, one.name, doubt.taken) for key, t in tables.items() for one in t.readings for doubt in one.doubts]
    assert len(doubts) <= DOUBTS, doubts


def test_no_warning_but_those_on_what_the_tables_hold(tables: dict[str, Dataset]) -> None:
    odd = {key: [said for said in t.warnings if not any(one in said for one in USUAL)] for key, t in tables.items()}
    assert {key: said for key, said in odd.items() if said} == {}


def test_every_change_of_values_is_told_with_its_count(tables: dict[str, Dataset]) -> None:
    silent = [
        (key, one.name, change.what)
        for key, table in tables.items()
        for one in table.readings
        for change in one.changes
        if not change.count and not any(letter.isdigit() for letter in change.example)
    ]
    assert silent == []


@pytest.mark.parametrize("name", FRAMES)
def test_values_of_the_package_come_back(tables: dict[str, Dataset], name: str) -> None:
    frame = getattr(datasets, f"load_{name}")(as_frame=True).frame
    read = tables[name]
    for column in read.columns:
        if column.type == "numeric":
            assert np.allclose(read.inputs[column.name], frame[column.name], equal_nan=True)
