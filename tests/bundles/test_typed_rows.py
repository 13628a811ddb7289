"""Cells of new files are read as the file of training was, by the order of dates and decimal mark in the schema."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from core.bundles import row_source
from core.bundles.column_match import match_schema, read_as
from core.bundles.input_schema import ColumnSchema, describe_inputs, schema_from_json
from core.bundles.typed_rows import Unread, read_cells
from core.evaluation import tasks
from core.readers.tables.formats.csv_reader import read_csv_bytes

ROWS = 120


def schema_of(day, number, cut=";", types=None):
    """The columns of the schema of a table of days and numbers, through JSON as in a bundle."""
    lines = [cut.join((day(k), number(k), "yn"[k * 7 % 3 > 0])) for k in range(ROWS)]
    text = cut.join(("day", "rent", "ok")) + "\n" + "\n".join(lines)
    dataset = read_csv_bytes(text.encode(), "a.csv", types)
    found = describe_inputs(dataset, dataset, tasks.infer_task(dataset, "ok"))
    return {column.name: column for column in schema_from_json(json.loads(json.dumps(found.to_json()))).columns}


def dmy(k):
    return f"{k * 5 % 28 + 1:02d}/{k * 7 % 12 + 1:02d}/2020"


def mdy(k):
    return f"{k * 7 % 12 + 1:02d}/{k * 5 % 28 + 1:02d}/2020"


def ymd(k):
    return f"{10 + k % 9}-{k * 7 % 12 + 1:02d}-{k * 5 % 28 + 1:02d}"


def iso(k):
    return f"2020-{k * 7 % 12 + 1:02d}-{k * 5 % 28 + 1:02d}"


@pytest.mark.parametrize(
    ("day", "types", "cell", "meant"),
    [
        (dmy, None, "03/04/2021", "2021-04-03"),
        (mdy, None, "03/04/2021", "2021-03-04"),
        (mdy, {"day": "date-mdy"}, "03/04/2021", "2021-03-04"),
        (iso, None, "2021-03-04", "2021-03-04"),
        (mdy, None, "2021-03-04", "2021-03-04"),
    ],
)
def test_one_new_date_is_read_in_the_order_of_training(day, types, cell, meant) -> None:
    column = schema_of(day, lambda k: f"{k},5", types=types)["day"]
    unread = Unread()
    assert read_cells(column, [cell], True, unread)[0] == np.datetime64(meant)
    assert not unread.count


@pytest.mark.parametrize("number", [lambda k: f"{k},25", lambda k: f"1.{100 + k},5", lambda k: f"{k},5 €"])
def test_points_part_thousands_where_they_did_in_training(number) -> None:
    column = schema_of(iso, number)["rent"]
    assert column.written == ","
    assert read_cells(column, ["1.234"], True, Unread()).tolist() == [1234.0]
    # Workbooks and services hand over numbers, which have a decimal point.
    assert read_cells(column, ["1.234"], False, Unread()).tolist() == [1.234]


@pytest.mark.parametrize(
    ("length", "types", "cell", "meant"),
    [
        (lambda k: f"{k % 5 + 1}h {k * 7 % 60}m", None, "3h 20m", 200.0),
        (lambda k: f"{k * 7 % 50 + 1} s", None, "90 s", 90.0),
        (lambda k: f"{k % 30 + 26}:{k * 7 % 60:02d}:00", None, "30:00:00", 1_800.0),
        (lambda k: f"{k % 9 + 1} weeks {k % 6} days", None, "2 weeks 1 days", 15.0),
        (lambda k: f"{k % 5 + 1}h {k * 7 % 60}m", {"rent": "duration"}, "3h 20m", 12_000.0),
    ],
)
def test_a_length_of_time_has_the_unit_of_training(length, types, cell, meant) -> None:
    unread = Unread()
    assert read_cells(schema_of(iso, length, types=types)["rent"], [cell], False, unread).tolist() == [meant]
    assert not unread.count


def test_lengths_of_time_of_a_typed_file_have_the_unit_of_training(tmp_path) -> None:
    column = schema_of(iso, lambda k: f"{k % 5 + 1}h {k * 7 % 60}m")["rent"]
    path = tmp_path / "new.parquet"
    # By themselves these are so short that they would be told in seconds.
    pd.DataFrame({"rent": pd.to_timedelta([12, 18, 24], unit="s"), "other": [1, 2, 3]}).to_parquet(path)
    rows = row_source.open_rows(path, "new.parquet")
    cells = [row[rows.names.index("rent")] for block in rows.blocks for row in block]
    assert read_cells(column, cells, False, Unread()) == pytest.approx([0.2, 0.3, 0.4])


@pytest.mark.parametrize("cut", [",", ";", "\t"])
def test_points_stay_decimal_points_elsewhere(cut) -> None:
    column = schema_of(iso, lambda k: f"{k}.25", cut)["rent"]
    assert read_cells(column, ["1.234"], cut != ",", Unread()).tolist() == [1.234]


def test_a_schema_of_before_is_read_as_before() -> None:
    assert read_cells(ColumnSchema("rent", "number"), ["1.234"], True, Unread()).tolist() == [1.234]
    assert read_cells(ColumnSchema("day", "date"), ["25/03/2021"], True, Unread())[0] == np.datetime64("2021-03-25")


def measured(cells):
    """The columns of a schema of a table whose column "measure" holds such cells, as a file of training has them."""
    draw = np.random.default_rng(0)
    text = "measure;outcome\n" + "\n".join(f"{cells(k)};{'yn'[int(draw.integers(2))]}" for k in range(ROWS))
    dataset = read_csv_bytes(text.encode(), "a.csv", None)
    found = describe_inputs(dataset, dataset, tasks.infer_task(dataset, "outcome"))
    columns = schema_from_json(json.loads(json.dumps(found.to_json()))).columns
    return dataset, [column for column in columns if column.name.startswith("measure")]


MEASURED = {
    "a pair": (lambda k: f"{110 + k % 40}/{60 + k % 30}", "131/77", (131, 77)),
    "brackets": (lambda k: f"({k % 7}.1, {k % 5}.6)", "(2.5, 3.5)", (2.5, 3.5)),
    "a size": (lambda k: f"{640 + k}x{480 + k % 9}", "800x600", (800, 600)),
    "an uncertainty": (lambda k: f"{3 + k % 9}.6 ± 0.{1 + k % 5}", "4.5 ± 0.2", (4.5, 0.2)),
    "feet": (lambda k: f"{5 + k % 2}' {k % 12}\"", "6' 1\"", (73,)),
    "several units": (lambda k: f"{k + 1}.5 kg" if k % 2 else f"{500 + k} g", "2 kg", (2000,)),
    "sizes in letters": (lambda k: f"{k + 1}.5M" if k % 2 else f"{500 + k}k", "2.5M", (2.5e6,)),
    "minutes": (lambda k: f"{1 + k % 3}h {k % 60}m", "2h 30m", (150,)),
    "percent beside shares": (lambda k: f"{20 + k % 60}%" if k % 2 else f"0.{30 + k % 60}", "40%", (0.4,)),
}


@pytest.mark.parametrize("name", MEASURED)
def test_measurements_written_as_text_are_read_in_the_form_of_training(name) -> None:
    cells, new, meant = MEASURED[name]
    dataset, columns = measured(cells)
    assert len(columns) == len(meant), [column.name for column in columns]
    match = match_schema(columns, ["measure"], {})
    assert not match.missing
    for column, value in zip(columns, meant, strict=True):
        assert match.found[column.name] == "measure"
        unread = Unread()
        found = read_cells(read_as(column, "measure", match), [new, "", "what"], False, unread)
        assert found[0] == pytest.approx(value) and np.isnan(found[1]) and np.isnan(found[2])
        assert unread.count == 1 and unread.examples == ["what"]
        again = read_cells(read_as(column, "measure", match), [cells(k) for k in range(ROWS)], False, Unread())
        assert np.allclose(again, dataset.inputs[column.name], equal_nan=True), "the file of training reads the same"
        # A part may also come in a column of its own, as plain numbers.
        own = match_schema(columns, [one.name for one in columns], {})
        if column.part:
            assert read_cells(read_as(column, column.name, own), ["7.5"], False, Unread())[0] == 7.5


def test_currencies_stand_in_a_column_of_their_own_again() -> None:
    _, columns = measured(lambda k: f"${k + 10}.50" if k % 3 else f"€{k + 5}.20")
    assert [column.name for column in columns] == ["measure", "measure (currency)"]
    match = match_schema(columns, ["measure"], {})
    assert not match.missing
    levels = read_cells(read_as(columns[1], "measure", match), ["€7.10", "$3.00", "USD 4", "5.00"], False, Unread())
    assert [None if one != one else one for one in levels.astype(object)] == ["€", "$", "$", None]
    assert read_cells(columns[0], ["€7.10"], False, Unread())[0] == 7.1


def test_a_missing_source_is_asked_for_and_a_part_is_not() -> None:
    _, columns = measured(MEASURED["a pair"][0])
    assert list(match_schema(columns, ["other"], {}).missing) == ["measure", "measure (second)"]
    assert not match_schema(columns, ["MEASURE "], {}).missing
