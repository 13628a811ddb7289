"""Formulas in exports: their values are read, those without one are missing and told; comparisons stay words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.readers.tables.column_types import infer_string_column
from core.readers.tables.formats.csv_reader import read_csv_bytes
from core.readers.tables.formats.parquet_reader import read_parquet
from core.readers.tables.overruled_columns import read_column

TOLD = "Values behind an equals sign or apostrophe"


def notes(words: Sequence[str]) -> dict[str, tuple[int, str]]:
    made = infer_string_column("a", pa.array(words))
    return {one.key: (one.count, one.detail) for one in made.notes if one.key in ("wrapped", "formula")}


@pytest.mark.parametrize(
    ("cells", "kind", "first"),
    [
        ([f'="{row:05d}"' for row in range(7, 67)], "id", "00007"),
        ([f"={row % 9}" for row in range(60)], "numeric", 0.0),
        ([f'="{row % 9},5"' for row in range(60)], "numeric", 0.5),
        ([f'= "{"ab"[row % 2]}"' for row in range(60)], "categorical", "a"),
        ([f"'{row % 9}" for row in range(60)], "numeric", 0.0),
        ([f"=-{row % 9}.25" for row in range(60)], "numeric", -0.25),
        ([f'="2021-03-{1 + row % 28:02d}"' for row in range(60)], "date", np.datetime64("2021-03-01")),
    ],
)
def test_values_of_formulas_are_read_and_told(cells: list[str], kind: str, first: object) -> None:
    text = "a;y\n" + "".join(f"{cell};{'pq'[row % 2]}\n" for row, cell in enumerate(cells))
    made = read_csv_bytes(text.encode(), "a.csv")
    assert made.columns[0].type == kind
    assert made.inputs["a"].iloc[0] == first
    told = next(one for one in made.warnings if one.startswith(TOLD))
    assert "“a” (60 values" in told and cells[0] in told


@pytest.mark.parametrize("formula", ["=A1*2", "=1+2", "=SUM(A1:A9)", "=(B2-B3)/$C$4", '=IF(A1>2,"x","y")'])
def test_formulas_without_a_value_are_missing_with_count_and_example(formula: str) -> None:
    words = [formula if row % 4 == 0 else str(row) for row in range(40)]
    made = infer_string_column("a", pa.array(words))
    assert made.column.type == "numeric" and made.column.missing == 10
    assert np.nansum(np.asarray(made.values)) == sum(row for row in range(40) if row % 4)
    assert notes(words)["formula"] == (10, f"“{formula}”")
    kept = read_column("a", pa.array(words), "category")
    assert formula in kept.values[1] and not kept.column.missing


@pytest.mark.parametrize(
    "words",
    [
        ["<5", "=5", ">5"],
        ["=", "==", "!="],
        ["=) nice", "=( bad", "fine"],
        ["=> next", "=> back", "end"],
        ["'tis", "'twas", "it is"],
        ["'80s", "90s", "'70s"],
        ["=" + "1+" * 600 + "1", "b", "c"],
    ],
)
def test_signs_that_are_no_formulas_stay(words: list[str]) -> None:
    made = infer_string_column("a", pa.array(words * 20))
    assert notes(words * 20) == {}
    assert made.column.type == "categorical" and sorted(made.values[1]) == sorted(words)


def test_a_type_that_was_set_reads_the_values_too() -> None:
    words = pa.array([f'="{row}"' for row in range(20)] + ["=A1*2"])
    made = read_column("a", words, "number")
    assert list(np.asarray(made.values)[:20]) == list(range(20)) and made.column.missing == 1


@pytest.mark.parametrize(
    ("values", "missing", "told"),
    [
        ([2**64 - 1] * 6 + [row % 9 for row in range(54)], 6, "(6 values, 18446744073709551615)"),
        ([2**63 + 4096] * 6 + [row % 9 for row in range(54)], 0, "(6 values, such as 9223372036854779904)"),
        ([row % 9 for row in range(60)], 0, ""),
    ],
)
def test_minus_one_written_without_a_sign_is_missing(
    values: list[int], missing: int, told: str, tmp_path: Path
) -> None:
    place = tmp_path / "a.parquet"
    pq.write_table(pa.table({"n": pa.array(values, pa.uint64()), "y": [f"c{row % 2}" for row in range(60)]}), place)
    made = read_parquet(place, "a.parquet")
    assert made.columns[0].type == "numeric" and made.columns[0].missing == missing
    assert told in " ".join(made.warnings)
    assert float(np.nanmin(made.inputs["n"])) == 0.0


def test_large_negative_numbers_are_no_floats(tmp_path: Path) -> None:
    place = tmp_path / "a.parquet"
    codes = [-(2**60) - row for row in range(60)]
    pq.write_table(pa.table({"n": pa.array(codes), "y": [f"c{row % 2}" for row in range(60)]}), place)
    made = read_parquet(place, "a.parquet")
    assert made.columns[0].type == "id" and str(codes[7]) in set(made.inputs["n"])
